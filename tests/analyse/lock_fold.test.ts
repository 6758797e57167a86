import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LockFold, type LockRequest } from "../../lib/analyse/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { lockEvent, logRecord, t0 } from "./records.ts";

function fold(records: LogRecord[]): LockRequest[] {
  const locks = new LockFold();
  for (const record of records) locks.add(record);
  return locks.finish();
}

describe("LockFold", () => {
  test("pairs the events of a request and trusts their own durations", () => {
    const [request] = fold([
      lockEvent("lock_requested", "a", 0, { agent: "pid:7" }, { line: 3, operation: "update" }),
      logRecord(),
      lockEvent("lock_acquired", "a", 40, { wait_ms: 41.5 }),
      lockEvent("lock_released", "a", 100, { hold_ms: 59.25 }),
    ]);
    expect(request).toEqual({
      lock_entry_id: "a",
      operation: "update",
      agent: "pid:7",
      trace_id: "tr_1",
      requested: t0,
      acquired: t0 + 40,
      released: t0 + 100,
      wait_ms: 41.5,
      hold_ms: 59.25,
      outcome: "released",
      blocked_by: null,
      holder: null,
      line: 3,
    });
  });

  test("works out durations that the events lack", () => {
    const [request] = fold([
      lockEvent("lock_requested", "a", 0, { wait_ms: null }),
      lockEvent("lock_acquired", "a", 40),
      lockEvent("lock_released", "a", 100, { hold_ms: null }),
    ]);
    expect(request).toMatchObject({ wait_ms: 40, hold_ms: 60 });
  });

  test("works out times of missing events from their durations", () => {
    expect(fold([lockEvent("lock_acquired", "a", 100, { wait_ms: 30 })])[0])
      .toMatchObject({ requested: t0 + 70, acquired: t0 + 100, outcome: "held" });
    expect(fold([lockEvent("lock_released", "a", 100, { hold_ms: 30 })])[0])
      .toMatchObject({ requested: null, acquired: t0 + 70, outcome: "released" });
  });

  test("says who held the lock for the longest part of a wait", () => {
    const requests = fold([
      lockEvent("lock_requested", "a", 0),
      lockEvent("lock_acquired", "a", 0),
      lockEvent("lock_requested", "b", 5),
      lockEvent("lock_requested", "c", 80),
      lockEvent("lock_released", "a", 90),
      lockEvent("lock_acquired", "b", 91),
      lockEvent("lock_released", "b", 200),
      lockEvent("lock_acquired", "c", 201),
      lockEvent("lock_released", "c", 210),
    ]);
    expect(requests.map((r) => [r.lock_entry_id, r.blocked_by]))
      .toEqual([["a", null], ["b", "a"], ["c", "b"]]);
  });

  test("takes a lock that was never released as held until the next one had it", () => {
    const requests = fold([
      lockEvent("lock_acquired", "dead", 0, { wait_ms: 0 }),
      lockEvent("lock_requested", "b", 10),
      lockEvent("lock_acquired", "b", 300),
      lockEvent("lock_requested", "c", 310),
    ]);
    expect(requests.map((r) => [r.outcome, r.blocked_by]))
      .toEqual([["held", null], ["held", "dead"], ["waiting", "b"]]);
    expect(requests[2]!.wait_ms).toBe(null);
  });

  test("keeps a timeout's wait and holder", () => {
    const [, request] = fold([
      lockEvent("lock_acquired", "a", 0),
      lockEvent("lock_requested", "b", 10),
      lockEvent("lock_timeout", "b", 1010, { wait_ms: 1000, holder: "pid:9" }),
    ]);
    expect(request).toMatchObject({
      outcome: "timeout",
      wait_ms: 1000,
      holder: "pid:9",
      blocked_by: "a",
      released: null,
    });
  });

  test("marks a broken lock, whether the event has its id or the breaker's", () => {
    const own = fold([
      lockEvent("lock_acquired", "dead", 0, { agent: "pid:9" }),
      lockEvent("lock_broken", "dead", 500, { holder: "pid:9" }),
    ]);
    expect(own[0]).toMatchObject({ outcome: "broken", released: t0 + 500, hold_ms: 500 });
    const breaker = fold([
      lockEvent("lock_acquired", "dead", 0, { agent: "pid:9" }),
      lockEvent("lock_requested", "b", 100),
      lockEvent("lock_broken", "b", 500, { holder: "pid:9" }),
      lockEvent("lock_acquired", "b", 501),
      lockEvent("lock_released", "b", 510),
    ]);
    expect(breaker.map((r) => [r.lock_entry_id, r.outcome, r.blocked_by]))
      .toEqual([["dead", "broken", null], ["b", "released", "dead"]]);
  });

  test("does not take the breaker's agent and trace for the dead holder's", () => {
    const [known] = fold([
      lockEvent("lock_acquired", "dead", 0),
      lockEvent("lock_broken", "dead", 9, { agent: "bob", holder: "pid:9" }, { trace_id: "tr_b" }),
    ]);
    expect(known).toMatchObject({ agent: "pid:9", trace_id: "tr_1", outcome: "broken" });
    const none = "00000000-0000-0000-0000-000000000000";
    const unknown = fold([
      lockEvent("lock_broken", none, 9, { agent: "bob", holder: "pid:9" }, { line: 1 }),
      lockEvent("lock_broken", none, 19, { agent: "bob" }, { line: 2 }),
    ]);
    expect(unknown).toMatchObject([
      { agent: "pid:9", trace_id: null, outcome: "broken", lock_entry_id: "logs/planloop.jsonl:1" },
      { agent: null, trace_id: null, outcome: "broken", lock_entry_id: "logs/planloop.jsonl:2" },
    ]);
  });

  test("finds the broken lock of a holder that the event does not name", () => {
    const none = "00000000-0000-0000-0000-000000000000";
    const requests = fold([
      lockEvent("lock_acquired", "dead", 0),
      lockEvent("lock_broken", none, 9, { agent: "bob", holder: "pid:9" }),
    ]);
    expect(requests).toMatchObject([{ lock_entry_id: "dead", outcome: "broken", hold_ms: 9 }]);
  });

  test("takes a holder as broken that died before it could say that it had the lock", () => {
    const requests = fold([
      lockEvent("lock_requested", "dead", 0, { agent: "pid:9" }),
      lockEvent("lock_broken", "dead", 9, { agent: "bob", holder: "pid:9" }),
    ]);
    expect(requests).toMatchObject([{ outcome: "broken", acquired: null, hold_ms: null }]);
  });

  test("keeps events without an id apart", () => {
    const requests = fold([
      lockEvent("lock_requested", "", 0, {}, { line: 4 }),
      lockEvent("lock_requested", "", 5, {}, { line: 5 }),
    ]);
    expect(requests.map((r) => r.lock_entry_id))
      .toEqual(["logs/planloop.jsonl:4", "logs/planloop.jsonl:5"]);
  });

  test("survives events in any order, and blames no request for its own wait", () => {
    const event = fc.constantFrom(
      "lock_requested",
      "lock_acquired",
      "lock_released",
      "lock_timeout",
      "lock_broken",
      "odd",
    );
    const any = fc.record({
      event,
      id: fc.constantFrom("a", "b", "c"),
      ms: fc.integer({ min: 0, max: 50 }),
      wait_ms: fc.option(fc.integer({ min: 0, max: 50 })),
    });
    fc.assert(fc.property(fc.array(any), (values) => {
      const records = values.map((v) => lockEvent(v.event, v.id, v.ms, { wait_ms: v.wait_ms }));
      const ids = (kept: (event: string) => boolean) =>
        values.filter((v) => kept(v.event)).map((v): string => v.id);
      const requests = fold(records);
      const found = requests.map((r) => r.lock_entry_id);
      expect(new Set(found).size).toBe(found.length);
      // A broken lock may turn out to be another request's.
      const known = ids((name) => name !== "odd" && name !== "lock_broken");
      expect(known.filter((id) => !found.includes(id))).toEqual([]);
      const named = ids((name) => name !== "odd");
      expect(found.filter((id) => !named.includes(id))).toEqual([]);
      for (const request of requests) {
        expect(request.blocked_by).not.toBe(request.lock_entry_id);
        expect(request.hold_ms ?? 0).toBeGreaterThanOrEqual(0);
      }
    }));
  });
});
