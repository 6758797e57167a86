/**
 * Requests for the session lock: what the log tells of each, and what the lock's files say of it now.
 *
 * @module
 */

import { byTime, isLockEvent, LockFold, type LockRequest } from "../analyse/mod.ts";
import {
  type EpochMs,
  isTraceId,
  type LockInfo,
  type LockQueueEntry,
  recordNames,
  sessionLayout,
} from "../format/mod.ts";
import type { LogRow } from "../read/mod.ts";
import { systemClock } from "../runtime/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { type LockJson, type QueryRecord, type RecordSource, timeJson } from "./query_record.ts";
import { recordFits, type RecordQuery } from "./record_filter.ts";

/** Every request for a session's lock that fits, earliest first. Memory holds each. */
export async function queryLocks(
  session: StoredSession,
  query: RecordQuery = {},
): Promise<QueryRecord<"locks">[]> {
  const requests = new LockRequests();
  for await (const rows of session.logRows()) {
    query.signal?.throwIfAborted();
    for (const row of rows) requests.add(row);
  }
  return requests.finish(session, query);
}

/** A request on its way to be a record. */
interface Joined {
  request: LockRequest;
  source: RecordSource;
}

/** Puts requests together while a log is read for other reasons, too. */
export class LockRequests {
  readonly #fold = new LockFold();
  readonly #files = new Map<LockRequest, string>();

  /** Takes a row of the log; others than lock events are ignored. */
  add(row: LogRow): void {
    if (!isLockEvent(row)) return;
    const request = this.#fold.add(row.record());
    if (request && !this.#files.has(request)) this.#files.set(request, row.file);
  }

  /** The requests that fit, joined with the session's lock files. */
  finish(session: StoredSession, query: RecordQuery): QueryRecord<"locks">[] {
    const joined = new Map<string, Joined>();
    for (const request of this.#fold.finish()) {
      const file = this.#files.get(request) ?? sessionLayout.log;
      const source = { session_id: session.id, file, line: request.line };
      joined.set(request.lock_entry_id, { request, source });
    }
    const queue = session.lockQueue();
    for (const entry of queue) {
      if (!joined.has(entry.id)) joined.set(entry.id, joinedOf(entry, session.id));
    }
    const now = new Present(
      session.lockInfo(),
      queue,
      joined,
      query.now ?? systemClock().nowWhole(),
    );
    const fits = recordFits(query);
    const records = [...joined.values()].map(({ request, source }) => {
      const json = lockJson(request, joined, now);
      const time = request.requested ?? request.acquired ?? request.released;
      const { trace_id, operation } = request;
      const isWanted = fits({ start: time, end: endOf(request), trace_id, operation }, () => json);
      return isWanted ? { kind: "locks", source, time, trace_id, json: () => json } as const : null;
    }).filter((record) => record !== null);
    records.sort((a, b) => byTime(a.time, b.time));
    return query.tail === undefined
      ? records
      : records.slice(Math.max(0, records.length - query.tail));
  }
}

/** What the lock's files say of the requests. */
class Present {
  readonly holder: string | null;
  readonly now: EpochMs;
  readonly #holding: string | null;
  readonly #since: EpochMs | null;
  readonly #queued: ReadonlyMap<string, LockQueueEntry>;

  constructor(
    info: LockInfo | null,
    queue: readonly LockQueueEntry[],
    joined: ReadonlyMap<string, Joined>,
    now: EpochMs,
  ) {
    this.now = now;
    this.#queued = new Map(queue.map((entry) => [entry.id, entry]));
    const isHeld = ({ id }: LockQueueEntry) => joined.get(id)?.request.outcome === "held";
    const isNamed = ({ agent, pid }: LockQueueEntry) =>
      agent === info?.held_by || `pid:${pid}` === info?.held_by;
    const entry = info && (queue.find(isHeld) ?? queue.find(isNamed));
    this.#holding = entry?.id ?? null;
    this.#since = info && info.since * 1000;
    this.holder = entry
      ? joined.get(entry.id)?.request.agent ?? entry.agent
      : info?.held_by ?? null;
  }

  /** What a request does now, and since when. */
  of(request: LockRequest): { state: "waiting" | "holding"; since: EpochMs } | null {
    const entry = this.#queued.get(request.lock_entry_id);
    if (!entry) return null;
    if (entry.id !== this.#holding) return { state: "waiting", since: entry.requested_at * 1000 };
    return { state: "holding", since: this.#since ?? request.acquired ?? this.now };
  }
}

function lockJson(
  request: LockRequest,
  joined: ReadonlyMap<string, Joined>,
  present: Present,
): LockJson {
  const current = present.of(request);
  const blocker = request.blocked_by === null ? undefined : joined.get(request.blocked_by);
  const isWaiting = current?.state === "waiting";
  return {
    lock_entry_id: request.lock_entry_id,
    operation: request.operation,
    agent: request.agent,
    trace_id: request.trace_id,
    requested_at: timeJson(request.requested),
    acquired_at: timeJson(request.acquired),
    released_at: timeJson(request.released),
    wait_ms: request.wait_ms,
    hold_ms: request.hold_ms,
    outcome: request.outcome,
    blocked_by: request.blocked_by,
    holder: request.holder ?? (isWaiting ? present.holder : null) ?? blocker?.request.agent ?? null,
    current: current?.state ?? null,
    current_ms: current && Math.max(0, present.now - current.since),
  };
}

/** A request of which only the queue knows. */
function joinedOf(entry: LockQueueEntry, session: string): Joined {
  const folder = sessionLayout.lockQueue;
  const file = isTraceId(entry.id) ? `${folder}/${recordNames.lockQueueEntry(entry.id)}` : folder;
  const request: LockRequest = {
    lock_entry_id: entry.id,
    operation: entry.operation,
    agent: entry.agent,
    trace_id: null,
    requested: entry.requested_at * 1000,
    acquired: null,
    released: null,
    wait_ms: null,
    hold_ms: null,
    outcome: "waiting",
    blocked_by: null,
    holder: null,
    line: 0,
  };
  return { request, source: { session_id: session, file } };
}

/** When a request was over; null where it may not be. */
function endOf({ requested, released, wait_ms, outcome }: LockRequest): EpochMs | null {
  if (outcome === "held" || outcome === "waiting") return null;
  return released ?? (requested === null || wait_ms === null ? null : requested + wait_ms);
}
