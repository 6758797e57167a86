/**
 * Lock events → lock requests.
 *
 * @module
 */

import { type EpochMs, lockEvents } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LockRequest } from "./lock_request.ts";

/** How many earlier holds are looked at for one wait; only a damaged log has so many at one time. */
const overlapScanMax = 1000;

/** The id that a `lock_broken` event has where the lost request is unknown. */
const unknownEntryId = "00000000-0000-0000-0000-000000000000";

const LOCK_EVENTS: ReadonlySet<string> = new Set(lockEvents);

/** Whether a record is an event of the session lock. */
export function isLockEvent(record: Pick<LogRecord, "event">): boolean {
  return record.event !== null && LOCK_EVENTS.has(record.event);
}

/**
 * Pairs lock events by their entry id as they come. Events may be missing, repeated, or in any
 * order; what they do not say stays null.
 *
 * @example
 * ```ts
 * import { openSession } from "planloop";
 * import { LockFold } from "planloop/analyse";
 * import { openHome } from "planloop/store";
 *
 * const { home, id } = openSession({ name: "example" });
 * const session = openHome(home).findSession(id);
 * const fold = new LockFold();
 * for await (const batch of session.log()) for (const record of batch) fold.add(record);
 * fold.finish().filter((request) => request.outcome === "timeout");
 * ```
 */
export class LockFold {
  readonly #requests = new Map<string, LockRequest>();
  /** When each wait ended that did not end in the lock. */
  readonly #waitEnds = new Map<LockRequest, EpochMs>();

  /**
   * Takes a record of the log; others than lock events are ignored.
   *
   * @returns The request that the event is about, as far as it is known by now.
   */
  add(record: LogRecord): LockRequest | undefined {
    if (!isLockEvent(record)) return undefined;
    if (record.event === "lock_broken") return this.#break(record);
    const request = this.#request(entryId(record), record);
    request.agent ??= textOf(record.extra["agent"]);
    request.trace_id ??= record.trace_id;
    if (request.operation === "") request.operation = record.operation;
    switch (record.event) {
      case "lock_requested":
        request.requested ??= record.time;
        break;
      case "lock_acquired":
        this.#acquire(request, record);
        break;
      case "lock_released":
        request.released = record.time;
        request.hold_ms = numberOf(record.extra["hold_ms"]);
        request.outcome = "released";
        break;
      case "lock_timeout":
        request.outcome = "timeout";
        request.wait_ms = numberOf(record.extra["wait_ms"]);
        request.holder = textOf(record.extra["holder"]);
        if (record.time !== null) this.#waitEnds.set(request, record.time);
        break;
    }
    return request;
  }

  /** The requests in the order of their first event, with what follows from their times. */
  finish(): LockRequest[] {
    const requests = [...this.#requests.values()];
    for (const request of requests) {
      request.requested ??= before(request.acquired, request.wait_ms);
      request.acquired ??= before(request.released, request.hold_ms);
      const waitEnd = request.acquired ?? this.#waitEnds.get(request) ?? null;
      request.wait_ms ??= between(request.requested, waitEnd);
      request.hold_ms ??= between(request.acquired, request.released);
    }
    findBlockers(requests);
    return requests;
  }

  #request(id: string, record: LogRecord): LockRequest {
    let request = this.#requests.get(id);
    if (!request) {
      request = {
        lock_entry_id: id,
        operation: record.operation,
        agent: null,
        trace_id: record.trace_id,
        requested: null,
        acquired: null,
        released: null,
        wait_ms: null,
        hold_ms: null,
        outcome: "waiting",
        blocked_by: null,
        holder: null,
        line: record.line,
      };
      this.#requests.set(id, request);
    }
    return request;
  }

  #acquire(request: LockRequest, record: LogRecord): void {
    request.acquired = record.time;
    request.wait_ms = numberOf(record.extra["wait_ms"]) ?? request.wait_ms;
    if (request.outcome !== "released") request.outcome = "held";
  }

  /**
   * The event's trace and agent are the breaker's. Its id may be that of the request that lost the
   * lock, as planloop writes it; that of the breaker; or none, where the lost one was unknown.
   */
  #break(record: LogRecord): LockRequest {
    const holder = textOf(record.extra["holder"]);
    const named = this.#requests.get(entryId(record));
    const lost = named?.outcome === "held" ? named : this.#heldBy(holder, named) ?? named ??
      this.#request(entryId(record), { ...record, trace_id: null });
    if (named) named.holder = holder;
    if (lost.outcome === "released") return lost;
    lost.agent ??= holder;
    lost.holder = holder;
    lost.outcome = "broken";
    lost.released = record.time;
    lost.hold_ms = between(lost.acquired, record.time);
    return lost;
  }

  /** The request whose lock is broken: the holder's own, else the last one that is held. */
  #heldBy(holder: string | null, breaker: LockRequest | undefined): LockRequest | undefined {
    let held: LockRequest | undefined;
    for (const request of this.#requests.values()) {
      if (request === breaker || request.outcome !== "held") continue;
      if (holder !== null && request.agent === holder) return request;
      held = request;
    }
    return held;
  }
}

interface Hold {
  request: LockRequest;
  start: EpochMs;
  end: EpochMs;
  /** The latest end of this hold and all before it. */
  latestEnd: EpochMs;
}

/** Sets `blocked_by` to whoever held the lock for the longest part of each wait. */
function findBlockers(requests: readonly LockRequest[]): void {
  const holds = listHolds(requests);
  for (const request of requests) {
    if (request.requested === null) continue;
    const end = waitEnd(request);
    let longest = 0;
    const last = firstAtOrAfter(holds, end) - 1;
    for (let i = last; i >= 0 && i > last - overlapScanMax; i--) {
      const hold = holds[i]!;
      if (hold.latestEnd <= request.requested) break;
      if (hold.request === request) continue;
      const overlap = Math.min(hold.end, end) - Math.max(hold.start, request.requested);
      if (overlap > longest || overlap === Infinity) {
        longest = overlap;
        request.blocked_by = hold.request.lock_entry_id;
      }
    }
  }
}

/** Who held the lock, and until when; a hold that never ended lasts until the next one began. */
function listHolds(requests: readonly LockRequest[]): Hold[] {
  const holds: Hold[] = [];
  for (const request of requests) {
    if (request.acquired === null) continue;
    const end = request.released ??
      (request.hold_ms === null ? Infinity : request.acquired + request.hold_ms);
    holds.push({ request, start: request.acquired, end, latestEnd: end });
  }
  holds.sort((a, b) => a.start - b.start);
  for (let i = 0; i < holds.length; i++) {
    const hold = holds[i]!;
    if (hold.end === Infinity && i + 1 < holds.length) hold.end = holds[i + 1]!.start;
    hold.latestEnd = Math.max(hold.end, i > 0 ? holds[i - 1]!.latestEnd : -Infinity);
  }
  return holds;
}

/** When the wait was over; never, for a request that still waits. */
function waitEnd(request: LockRequest): EpochMs {
  if (request.acquired !== null) return request.acquired;
  if (request.wait_ms !== null) return request.requested! + request.wait_ms;
  return Infinity;
}

function firstAtOrAfter(holds: readonly Hold[], time: EpochMs): number {
  let low = 0;
  let high = holds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds[middle]!.start < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The event's request; an event without one stands alone, under a name that no id can have. */
function entryId(record: LogRecord): string {
  const id = textOf(record.extra["lock_entry_id"]);
  return id === null || id === unknownEntryId ? `${record.file}:${record.line}` : id;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function before(time: EpochMs | null, duration_ms: number | null): EpochMs | null {
  return time === null || duration_ms === null ? null : time - duration_ms;
}

function between(start: EpochMs | null, end: EpochMs | null): number | null {
  return start === null || end === null ? null : Math.max(0, end - start);
}
