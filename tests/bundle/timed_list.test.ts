import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { TimedList } from "../../lib/bundle/timed_list.ts";

const textOf = (list: TimedList) => Buffer.concat([...list.finish()]).toString();

test("TimedList gives rows by time, unknown times last, equal ones in the order they came", () => {
  const list = new TimedList();
  for (const [time, id] of [[5, "a"], [null, "b"], [2, "c"], [5, "d"], [null, "e"]] as const) {
    list.push({ time, id } as { time: number | null });
  }
  const rows = JSON.parse(textOf(list)) as { id: string }[];
  expect(rows.map(({ id }) => id).join("")).toBe("cadbe");
  expect(list.length).toBe(5);
});

test("TimedList gives changes of one moment in the order of the versions they left", () => {
  const list = new TimedList();
  for (const [time, version] of [[5, 12], [5, 3], [4, 20], [5, null], [5, 9]] as const) {
    list.push({ time, version } as { time: number }, version);
  }
  const rows = JSON.parse(textOf(list)) as { version: number | null }[];
  expect(rows.map(({ version }) => version)).toEqual([20, null, 3, 9, 12]);
});

test("TimedList without rows is an empty list", () => {
  expect(textOf(new TimedList())).toBe("[]");
});
