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

test("TimedList without rows is an empty list", () => {
  expect(textOf(new TimedList())).toBe("[]");
});
