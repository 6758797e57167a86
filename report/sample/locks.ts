/**
 * The sample's lock requests: three agents that take turns, and each way in which a turn can end.
 *
 * @module
 */

import type { LockOutcome, LockRequest } from "../../lib/analyse/lock_request.ts";
import { at, randomNumbers } from "./clock.ts";
import { bidi } from "./hostile.ts";
import { ids } from "./traces.ts";

/** The id of a lock request, by its number. */
export const lockEntryId = (number: number): string =>
  `e7000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

interface Sketch {
  agent: string | null;
  operation: string;
  requested: number;
  /** Milliseconds waited; null where the wait has no end. */
  wait: number | null;
  hold?: number | null;
  outcome?: LockOutcome;
  blocked_by?: number;
  holder?: string;
  trace_id?: string;
}

function request(number: number, sketch: Sketch): LockRequest {
  const outcome = sketch.outcome ?? "released";
  const got = sketch.wait !== null &&
    (outcome === "released" || outcome === "held" || outcome === "broken");
  const acquired = got ? sketch.requested + (sketch.wait ?? 0) : null;
  const hold = sketch.hold ?? null;
  return {
    lock_entry_id: lockEntryId(number),
    operation: sketch.operation,
    agent: sketch.agent,
    trace_id: sketch.trace_id ?? null,
    requested: at(sketch.requested),
    acquired: acquired === null ? null : at(acquired),
    released: acquired !== null && hold !== null ? at(acquired + hold) : null,
    wait_ms: sketch.wait,
    hold_ms: hold,
    outcome,
    blocked_by: sketch.blocked_by === undefined ? null : lockEntryId(sketch.blocked_by),
    holder: sketch.holder ?? null,
    line: 10 + number * 3,
  };
}

/** Every lock request of the sample. */
export function sampleLocks(): LockRequest[] {
  const random = randomNumbers(99);
  const agents = ["agent-a", "agent-b", "agent-c"];
  const calm = [1_250, 6_400, 12_100, 18_300, 24_000, 30_500].map((requested, index) =>
    request(index + 1, {
      agent: agents[index % 3] ?? null,
      operation: index % 2 ? "status" : "update",
      requested,
      wait: random() * 4,
      hold: 120 + random() * 900,
    })
  );
  const contended = [
    request(7, {
      agent: "agent-b",
      operation: "update",
      requested: 39_200,
      wait: 0.4,
      hold: 1_204.2,
    }),
    request(8, {
      agent: "agent-a",
      operation: "update",
      requested: 39_804,
      wait: 612.8,
      hold: 944.9,
      blocked_by: 7,
      trace_id: ids.update,
    }),
    request(9, {
      agent: "agent-c",
      operation: "index",
      requested: 61_000,
      wait: 0.9,
      hold: 38_200,
    }),
    request(10, {
      agent: "agent-a",
      operation: "update",
      requested: 62_003,
      wait: 30_001.2,
      outcome: "timeout",
      blocked_by: 9,
      holder: "pid:4310",
      trace_id: ids.timeout,
    }),
    request(11, {
      agent: "pid:3999",
      operation: "alert",
      requested: 140_000,
      wait: 1.1,
      hold: 74_104,
      outcome: "broken",
      holder: "pid:3999",
    }),
    request(12, {
      agent: "agent-b",
      operation: "alert",
      requested: 205_002,
      wait: 9_102.4,
      hold: 90.2,
      blocked_by: 11,
      trace_id: ids.broken,
    }),
    request(13, {
      agent: "agent-a",
      operation: "status",
      requested: 209_000,
      wait: 5_290,
      hold: 12,
      blocked_by: 12,
    }),
    request(14, { agent: bidi, operation: "update", requested: 230_000, wait: 2.2, hold: 310 }),
    request(15, { agent: null, operation: "describe", requested: 245_000, wait: 3, hold: 40 }),
    request(18, {
      agent: "agent-c",
      operation: "load_test",
      requested: 330_200,
      wait: 0.3,
      hold: 61_003.4,
      trace_id: ids.loadTest,
    }),
    request(19, {
      agent: "agent-b",
      operation: "update",
      requested: 352_000,
      wait: 39_210,
      hold: 402,
      blocked_by: 18,
    }),
    request(20, {
      agent: "agent-a",
      operation: "update",
      requested: 371_400,
      wait: 20_260,
      hold: 388,
      blocked_by: 19,
    }),
    request(23, {
      agent: "agent-b",
      operation: "update",
      requested: 505_000,
      wait: 0.6,
      outcome: "held",
      holder: "pid:4242",
      trace_id: ids.running,
    }),
    request(24, {
      agent: "agent-c",
      operation: "alert",
      requested: 507_500,
      wait: null,
      outcome: "waiting",
      blocked_by: 23,
    }),
  ];
  return [...calm, ...contended];
}
