/**
 * When records happened: what decides whether a time window holds them.
 *
 * @module
 */

import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import type { LlmRow, MetricSection, TraceRow } from "../../../lib/bundle/sections.ts";
import type { Times } from "../../state/time_window.ts";
import { requestEnd } from "./lock_lanes.ts";

/** Of an error, a state change: its moment. */
export const momentTimes = ({ time }: { time: number | null }): Times => [time, time];

/** Of a trace: from its start to its end, or to the last sign of it. */
export const traceTimes = ({ start, end }: TraceRow): Times => [start, end];

/** Of a model call: from its start until it was answered or given up. */
export const callTimes = ({ time, duration_ms }: LlmRow): Times => [
  time,
  time === null ? null : time + (duration_ms ?? 0),
];

/** Of a lock request: until the lock was given back; until the end where it never was. */
export function lockTimes(request: LockRequest): Times {
  const start = request.requested ?? request.acquired;
  return [start, start === null ? null : requestEnd(request) ?? Infinity];
}

/** Of a measurement: its moment. */
export const metricTimes = ([time]: MetricSection["rows"][number]): Times => [time, time];
