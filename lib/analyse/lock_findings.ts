/**
 * Locks that were never given back, and the wait that cost most.
 *
 * @module
 */

import { humanDuration } from "../format/human.ts";
import { sessionLayout } from "../format/mod.ts";
import { limitFindings, plural } from "./evidence_order.ts";
import type { Evidence, Finding } from "./finding.ts";
import type { LockRequest } from "./lock_request.ts";

/** Shortest wait that is worth a finding, in milliseconds: shorter ones are polling. */
export const lockWaitMinMs = 100;

/** Wait from which it is a warning and not a remark, in milliseconds. */
export const lockWaitWarningMs = 1000;

/** What a session's lock requests show. */
export function lockFindings(requests: readonly LockRequest[]): Finding[] {
  const byId = new Map(requests.map((request) => [request.lock_entry_id, request]));
  return [...neverReleased(requests), ...longestWait(requests, byId)];
}

function neverReleased(requests: readonly LockRequest[]): Finding[] {
  const waiters = new Map<string, number>();
  for (const { blocked_by } of requests) {
    if (blocked_by !== null) waiters.set(blocked_by, (waiters.get(blocked_by) ?? 0) + 1);
  }
  const found = requests.filter(({ outcome }) => outcome === "held" || outcome === "broken");
  return limitFindings(found.map((request): Finding => {
    const waiting = waiters.get(request.lock_entry_id) ?? 0;
    const broken = request.outcome === "broken";
    return {
      kind: "lock_never_released",
      severity: waiting > 0 && !broken ? "error" : "warning",
      title: `Lock never released: ${owner(request)}`,
      detail: (broken
        ? `Its holder died; another process broke the lock after ${humanDuration(request.hold_ms)}.`
        : "Its holder was killed, or still ran when the session was read.") +
        (waiting > 0 ? ` ${plural(waiting, "request")} waited for it.` : ""),
      evidence: evidenceOf(request),
      time: request.acquired,
    };
  }));
}

function longestWait(
  requests: readonly LockRequest[],
  byId: ReadonlyMap<string, LockRequest>,
): Finding[] {
  const waits = requests.filter(({ wait_ms }) => wait_ms !== null && wait_ms >= lockWaitMinMs);
  if (waits.length === 0) return [];
  const longest = waits.reduce((a, b) => (b.wait_ms! > a.wait_ms! ? b : a));
  const timeouts = waits.filter(({ outcome }) => outcome === "timeout").length;
  const holder = byId.get(longest.blocked_by ?? "");
  const blocker = holder ? owner(holder) : longest.holder;
  return [{
    kind: "longest_lock_wait",
    severity: timeouts > 0 ? "error" : longest.wait_ms! >= lockWaitWarningMs ? "warning" : "info",
    title: `Longest lock wait: ${humanDuration(longest.wait_ms)} for ${owner(longest)}` +
      (blocker ? `, held by ${blocker}` : ""),
    detail: (holder && holder.hold_ms !== null
      ? `The holder kept the lock for ${humanDuration(holder.hold_ms)}. `
      : "") +
      `${plural(waits.length, "request")} waited ${humanDuration(lockWaitMinMs)} or longer` +
      (timeouts > 0 ? `, ${timeouts} gave up.` : "."),
    evidence: evidenceOf(longest),
    time: longest.requested,
  }];
}

function owner(request: LockRequest): string {
  const operation = request.operation || "an unnamed operation";
  return request.agent ? `${operation} (${request.agent})` : operation;
}

function evidenceOf(request: LockRequest): Evidence {
  return {
    file: sessionLayout.log,
    line: request.line,
    lock_entry_id: request.lock_entry_id,
    ...(request.trace_id !== null && { trace_id: request.trace_id }),
  };
}
