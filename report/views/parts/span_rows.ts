/**
 * A trace as the rows of its waterfall: spans in the order of their tree, and the trace's model
 * calls and lock requests on the same axis.
 *
 * @module
 */

import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import type { CriticalPath } from "../../../lib/analyse/critical_path.ts";
import type { SpanNode, SpanTree } from "../../../lib/analyse/span_tree.ts";
import type { LlmRow } from "../../../lib/bundle/sections.ts";
import type { EpochMs, Trace } from "../../../lib/format/mod.ts";
import { type Axis, axisOf } from "./axis.ts";
import { asList, asRecord, asText, asTime } from "./value.ts";

/** A moment that is marked on a row's bar. */
export interface RowMoment {
  name: string;
  time: number;
  metadata: Record<string, unknown>;
}

/** A row of the waterfall. */
export interface WaterfallRow {
  /** Unique in the trace, for the address: `span:<id>`, `llm:<index>`, `lock:<entry id>`. */
  key: string;
  kind: "span" | "llm" | "lock";
  depth: number;
  name: string;
  /** `success`, `error`, `running`, or an outcome's word. */
  status: string;
  start: number | null;
  /** Null while it runs: the bar then reaches the axis' end. */
  end: number | null;
  /** Where the bar changes its look: the first chunk of a call, the moment a lock was acquired. */
  turn: number | null;
  duration_ms: number | null;
  self_ms: number | null;
  moments: RowMoment[];
  /** Rows directly below; 0 for a leaf. */
  children: number;
  node: SpanNode | null;
  llm: LlmRow | null;
  lock: LockRequest | null;
}

/** Spans deeper than this are indented no further. */
export const depthMax = 24;

/** The document as a trace; null where it is something else. */
export function traceOf(document: unknown): Trace | null {
  const trace = asRecord(document);
  return typeof trace["trace_id"] === "string" && Array.isArray(trace["spans"])
    ? document as Trace
    : null;
}

/** What a waterfall is made of. */
export interface WaterfallInput {
  /** Null where the trace has no file of its own. */
  tree: SpanTree | null;
  llm: readonly LlmRow[];
  locks: readonly LockRequest[];
}

/** The rows of a waterfall from top to bottom. A call hangs below the span that made it. */
export function waterfallRows({ tree, llm, locks }: WaterfallInput): WaterfallRow[] {
  const known = new Set(tree?.rows.map((node) => node.span.span_id));
  const callsOf = new Map<string, WaterfallRow[]>();
  const loose = locks.map(lockRow);
  llm.forEach((call, index) => {
    const row = llmRow(call, index);
    const calls = callsOf.get(call.span_id ?? "");
    if (call.span_id === null || !known.has(call.span_id)) loose.push(row);
    else if (calls) calls.push(row);
    else callsOf.set(call.span_id, [row]);
  });
  loose.sort((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || 0);
  const rows: WaterfallRow[] = [];
  const taken = new Set<string>();
  for (const node of tree?.rows ?? []) {
    const calls = callsOf.get(node.span.span_id) ?? [];
    const row = spanRow(node, tree?.start ?? null, node.children.length + calls.length);
    // Two spans with one id: a repeated record. Both are shown, so the second needs its own key.
    if (taken.has(row.key)) row.key += `#${taken.size}`;
    taken.add(row.key);
    rows.push(row);
    rows.push(...calls.map((call) => ({ ...call, depth: row.depth + 1 })));
  }
  return [...rows, ...loose];
}

function spanRow(node: SpanNode, start: number | null, children: number): WaterfallRow {
  const { span, open } = node;
  return {
    key: `span:${span.span_id}`,
    kind: "span",
    depth: Math.min(node.depth, depthMax),
    name: span.name,
    status: open ? "running" : span.error ? "error" : span.status,
    start: start === null ? null : start + node.start_ms,
    end: start === null || open ? null : start + node.end_ms,
    turn: null,
    duration_ms: span.duration_ms ?? (open ? null : node.end_ms - node.start_ms),
    self_ms: open ? null : node.self_ms,
    moments: momentsOf(span.events),
    children,
    node,
    llm: null,
    lock: null,
  };
}

function momentsOf(events: unknown): RowMoment[] {
  return asList(events).flatMap((value) => {
    const event = asRecord(value);
    const time = asTime(event["timestamp"]);
    if (time === null) return [];
    return [{
      name: asText(event["name"]) || "event",
      time,
      metadata: asRecord(event["metadata"]),
    }];
  });
}

function llmRow(llm: LlmRow, index: number): WaterfallRow {
  const after = (ms: number | null) => llm.time === null || ms === null ? null : llm.time + ms;
  return {
    key: `llm:${index}`,
    kind: "llm",
    depth: 0,
    name: llm.model || "model call",
    status: llm.outcome,
    start: llm.time,
    end: after(llm.duration_ms),
    turn: after(llm.time_to_first_chunk_ms),
    duration_ms: llm.duration_ms,
    self_ms: null,
    moments: [],
    children: 0,
    node: null,
    llm,
    lock: null,
  };
}

function lockRow(lock: LockRequest): WaterfallRow {
  const gaveUp = lock.outcome === "timeout" && lock.requested !== null && lock.wait_ms !== null;
  const end = lock.released ?? (gaveUp ? lock.requested! + lock.wait_ms! : null);
  const start = lock.requested ?? lock.acquired;
  return {
    key: `lock:${lock.lock_entry_id}`,
    kind: "lock",
    depth: 0,
    name: `lock for ${lock.operation || "an operation"}`,
    status: lock.outcome,
    start,
    end,
    turn: gaveUp ? end : lock.acquired,
    duration_ms: gaveUp ? lock.wait_ms : lockDuration(lock, start, end),
    self_ms: null,
    moments: [],
    children: 0,
    node: null,
    llm: null,
    lock,
  };
}

/** As measured, like in the table of locks; by the clock's times only where they make sense. */
function lockDuration(
  { wait_ms, hold_ms }: LockRequest,
  start: EpochMs | null,
  end: EpochMs | null,
): number | null {
  if (start === null || end === null) return null;
  if (wait_ms !== null && hold_ms !== null) return wait_ms + hold_ms;
  return end >= start ? end - start : null;
}

/**
 * The spans that the trace's end waited for, as rows of their own: `self_ms` is what they add to
 * the path, `children` counts those on it.
 */
export function pathRows(rows: readonly WaterfallRow[], path: CriticalPath): WaterfallRow[] {
  const steps = new Map(path.steps.map((step) => [step.node, step]));
  const children = new Map<SpanNode | null, number>();
  for (const { node: { parent } } of path.steps) {
    children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  return rows.flatMap((row) => {
    const step = row.node && steps.get(row.node);
    if (!step) return [];
    return [{ ...row, self_ms: step.self_ms, children: children.get(row.node) ?? 0 }];
  });
}

/** The rows without those below a closed one. */
export function foldedRows(
  rows: readonly WaterfallRow[],
  closed: ReadonlySet<string>,
): readonly WaterfallRow[] {
  if (closed.size === 0) return rows;
  let hiddenBelow = Infinity;
  return rows.filter((row) => {
    if (row.depth > hiddenBelow) return false;
    hiddenBelow = closed.has(row.key) ? row.depth : Infinity;
    return true;
  });
}

/** The rows whose name holds the text, without regard to case, and everything that encloses them. */
export function foundRows(rows: readonly WaterfallRow[], text: string): readonly WaterfallRow[] {
  const wanted = text.trim().toLowerCase();
  const found: WaterfallRow[] = [];
  // From the end upwards: after a match, the next row above it with a lesser depth encloses it.
  let enclosing = -1;
  for (const row of rows.toReversed()) {
    const matches = row.name.toLowerCase().includes(wanted);
    if (!matches && row.depth !== enclosing) continue;
    found.push(row);
    enclosing = Math.max(row.depth === enclosing ? -1 : enclosing, row.depth - 1);
  }
  return found.reverse();
}

/**
 * The axis that holds a trace: its own times and those of everything in it.
 *
 * @param last The last sign of a trace that never ended: its open spans reach until then.
 */
export function waterfallAxis(
  trace: Trace | null,
  rows: readonly WaterfallRow[],
  last: number | null = null,
): Axis | null {
  const times: (number | null)[] = trace
    ? [asTime(trace.started_at), asTime(trace.completed_at)]
    : [];
  if (rows.length > 0) times.push(last);
  for (const row of rows) {
    times.push(row.start, row.end, row.turn, ...row.moments.map((event) => event.time));
  }
  return axisOf(times);
}
