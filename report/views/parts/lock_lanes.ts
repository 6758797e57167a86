/**
 * Lock requests as lanes: one for each agent, with its waiting and holding on one time axis.
 *
 * @module
 */

import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import type { TimeWindow } from "../../state/time_window.ts";
import { type Axis, axisOf, narrowed, place } from "./axis.ts";

/** What a bar shows. */
export type BarKind = "wait" | "hold" | "timeout" | "broken" | "held" | "waiting";

/** A bar of a lane. Positions from 0 to 1 on the axis. */
export interface LaneBar {
  kind: BarKind;
  from: number;
  to: number;
  request: LockRequest;
}

/** One agent's requests. */
export interface Lane {
  agent: string;
  bars: LaneBar[];
  requests: number;
  /** Whether another request found it dead with the lock in its hands. */
  died: boolean;
}

/** Whether a request's holder was found dead by another, which broke the lock. */
export function holderDied(request: LockRequest): boolean {
  return request.outcome === "broken";
}

/** All lanes and their axis. */
export interface LockLanes {
  axis: Axis;
  lanes: Lane[];
}

/** The name of a lane whose requests say neither who asked nor in which trace. */
export const unknownAgent = "(unknown)";

/**
 * Who asked. The Python planloop's events name no agent, but each of its processes has one trace,
 * so the trace stands for the process.
 */
export function whoAsked(request: LockRequest): string {
  if (request.agent !== null) return request.agent;
  return request.trace_id === null ? unknownAgent : `trace ${request.trace_id.slice(-6)}`;
}

/** When a request stopped mattering; null where it never did. */
export function requestEnd(request: LockRequest): number | null {
  if (request.released !== null) return request.released;
  if (request.outcome === "timeout" && request.requested !== null) {
    return request.requested + (request.wait_ms ?? 0);
  }
  return null;
}

/**
 * The lanes in the order in which the agents first asked; null where no request has a time.
 *
 * @param window The time that the axis shows. Default: all of it.
 */
export function lockLanes(
  requests: readonly LockRequest[],
  end: number | null,
  window: TimeWindow | null = null,
): LockLanes | null {
  const whole = axisOf(
    requests.flatMap((request) => [request.requested, request.acquired, requestEnd(request)])
      .concat(requests.some((request) => requestEnd(request) === null) ? end : null),
  );
  if (!whole) return null;
  const axis = window ? narrowed(whole, window.since, window.until) : whole;
  const lanes = new Map<string, Lane>();
  const ordered = [...requests].sort((a, b) =>
    (started(a) ?? Infinity) - (started(b) ?? Infinity) || 0
  );
  for (const request of ordered) {
    const agent = whoAsked(request);
    const lane = lanes.get(agent) ?? { agent, bars: [], requests: 0, died: false };
    lanes.set(agent, lane);
    lane.requests += 1;
    lane.died ||= holderDied(request);
    lane.bars.push(...barsOf(request, axis));
  }
  return { axis, lanes: [...lanes.values()] };
}

function started(request: LockRequest): number | null {
  return request.requested ?? request.acquired;
}

function barsOf(request: LockRequest, axis: Axis): LaneBar[] {
  const bars: LaneBar[] = [];
  const { requested, acquired, outcome } = request;
  const add = (kind: BarKind, from: number, to: number) => {
    bars.push({ kind, from: place(axis, from), to: place(axis, Math.max(from, to)), request });
  };
  const end = requestEnd(request) ?? axis.end;
  if (requested !== null) {
    if (acquired !== null) add("wait", requested, acquired);
    else add(outcome === "timeout" ? "timeout" : "waiting", requested, end);
  }
  if (acquired !== null) {
    add(outcome === "broken" ? "broken" : outcome === "held" ? "held" : "hold", acquired, end);
  }
  return bars;
}

/** The bar at a place of a lane: the one that holds it, else the nearest within `reach`. */
export function barAt(lane: Lane, x: number, reach: number): LaneBar | null {
  let best: LaneBar | null = null;
  let bestDistance = reach;
  for (const bar of lane.bars) {
    const distance = x < bar.from ? bar.from - x : x > bar.to ? x - bar.to : 0;
    // Of several that hold the place, the shortest: the longer ones can be reached beside it.
    const better = distance < bestDistance ||
      (distance === bestDistance && best !== null && bar.to - bar.from < best.to - best.from);
    if (better || (distance === 0 && best === null)) {
      best = bar;
      bestDistance = distance;
    }
  }
  return best;
}

/** Who waited for whom, and for how long in all. */
export interface WaitPair {
  waiter: string;
  holder: string;
  waits: number;
  total_ms: number;
  longest_ms: number;
  /** Of these waits, those that ended in a timeout. */
  timeouts: number;
  /** Of these waits, those for a holder that had died. */
  died: number;
  /** The longest wait's request. */
  longest: LockRequest;
}

/**
 * Pairs of agents, the one with the most waiting first.
 *
 * @param all Where those who were waited for are found. Default: among the requests.
 */
export function waitPairs(
  requests: readonly LockRequest[],
  all: readonly LockRequest[] = requests,
): WaitPair[] {
  const byId = new Map(all.map((request) => [request.lock_entry_id, request]));
  const pairs = new Map<string, WaitPair>();
  for (const request of requests) {
    const blocker = request.blocked_by === null ? undefined : byId.get(request.blocked_by);
    if (!blocker && request.outcome !== "timeout") continue;
    const waiter = whoAsked(request);
    const holder = blocker ? whoAsked(blocker) : request.holder ?? unknownAgent;
    const wait_ms = request.wait_ms ?? 0;
    const key = JSON.stringify([waiter, holder]);
    const pair = pairs.get(key) ??
      {
        waiter,
        holder,
        waits: 0,
        total_ms: 0,
        longest_ms: -1,
        timeouts: 0,
        died: 0,
        longest: request,
      };
    pairs.set(key, pair);
    pair.waits += 1;
    pair.total_ms += wait_ms;
    if (request.outcome === "timeout") pair.timeouts += 1;
    if (blocker && holderDied(blocker)) pair.died += 1;
    if (wait_ms > pair.longest_ms) {
      pair.longest_ms = wait_ms;
      pair.longest = request;
    }
  }
  return [...pairs.values()].sort((a, b) => b.total_ms - a.total_ms || b.waits - a.waits);
}
