import { describe, expect, test } from "vitest";
import { queryRecords, sourced } from "../../lib/query/mod.ts";
import { all, sessionWith, type Tree } from "../store/fixtures.ts";
import { at, recordedFiles } from "./recorded.ts";

const now = Date.parse(at(20));
const seconds = (second: number) => Date.parse(at(second)) / 1000;

async function locks(more: Tree = {}) {
  const session = sessionWith({ ...recordedFiles() as Tree, ...more }, "demo");
  return (await all(queryRecords(session, "locks", { now }))).map(sourced);
}

describe("queryRecords locks", () => {
  test("puts each request together from its events", async () => {
    const [first, second] = await locks();
    expect(first).toMatchObject({
      lock_entry_id: "first",
      agent: "one",
      requested_at: at(2),
      acquired_at: at(2),
      released_at: at(6),
      wait_ms: 0,
      hold_ms: 4000,
      outcome: "released",
      current: null,
      current_ms: null,
      source: { file: "logs/planloop.jsonl", line: 2 },
    });
    expect(second).toMatchObject({
      wait_ms: 3000,
      outcome: "held",
      blocked_by: "first",
      holder: "one",
    });
  });

  test("says what the lock's files say of now, also of requests that have no event", async () => {
    const requests = await locks({
      ".lock": "",
      ".lock_info": { held_by: "pid:2", since: seconds(6), operation: "update" },
      ".lock_queue/second.json": {
        id: "second",
        agent: "two",
        operation: "update",
        requested_at: seconds(3),
        pid: 2,
      },
      ".lock_queue/third.json": {
        id: "third",
        agent: "three",
        operation: "deploy",
        requested_at: seconds(12),
      },
    });
    expect(requests.map(({ lock_entry_id, current, current_ms, holder }) => {
      return [lock_entry_id, current, current_ms, holder];
    })).toEqual([
      ["first", null, null, null],
      ["second", "holding", 14_000, "one"],
      ["third", "waiting", 8000, "two"],
    ]);
    expect(requests[2]).toMatchObject({
      operation: "deploy",
      outcome: "waiting",
      wait_ms: null,
      source: { file: ".lock_queue/third.json" },
    });
  });

  test("a queue without a lock: all of it waits", async () => {
    const entry = { id: "second", agent: "two", operation: "update", requested_at: seconds(3) };
    const [, second] = await locks({ ".lock_queue/second.json": entry });
    expect(second).toMatchObject({ current: "waiting", current_ms: 17_000 });
  });

  test("an entry's id never becomes a path", async () => {
    const entry = { id: "../../x", agent: "a", operation: "o", requested_at: seconds(1) };
    const requests = await locks({ ".lock_queue/x.json": entry });
    expect(requests.find(({ lock_entry_id }) => lock_entry_id === "../../x")?.source.file)
      .toBe(".lock_queue");
  });
});
