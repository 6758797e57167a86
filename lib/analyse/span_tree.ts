/**
 * A trace's spans as a tree: who called whom, where the time went, what the end waited for.
 *
 * @module
 */

import { type EpochMs, parseTime, type Span, type Trace } from "../format/mod.ts";
import { type CriticalPath, criticalPath } from "./critical_path.ts";
import { lastSign } from "./last_sign.ts";

/** A span in its place. Times are in milliseconds. */
export interface SpanNode {
  span: Span;
  /** Enclosing span; null for a root. */
  parent: SpanNode | null;
  /** In start order. */
  children: SpanNode[];
  /** 0 for a root. */
  depth: number;
  /** From the trace's start; 0 where the span has no readable start. */
  start_ms: number;
  /** From the trace's start. A running span ends where the trace was last seen alive. */
  end_ms: number;
  /** Whether the span never ended: its length is then a lower bound. */
  open: boolean;
  /** The part of the span that no child covers. */
  self_ms: number;
  /** Whether the span is on the critical path. */
  critical: boolean;
}

/** A trace's spans. */
export interface SpanTree {
  /** The trace's start; null where nothing says it. */
  start: EpochMs | null;
  /** From start to end, or to the last thing known of it. */
  duration_ms: number;
  /** In start order. */
  roots: SpanNode[];
  /** Every span, parents before their children, in start order among siblings. */
  rows: SpanNode[];
  /** What the trace's end waited for. */
  path: CriticalPath;
}

/**
 * Builds the tree of a trace's spans. Spans with an unknown parent become roots, and so does one
 * span of every cycle; no span is lost.
 *
 * @param last The last sign of a trace that never ended, where the session has one beside the
 *   trace's own file: open spans reach until then. Default: what the file itself says.
 *
 * @example The slowest own time
 * ```ts
 * import { openSession } from "planloop";
 * import { spanTree } from "planloop/analyse";
 * import { openHome } from "planloop/store";
 *
 * const session = openSession({ name: "example" });
 * session.trace("build", () => session.span("compile", () => {}));
 * for await (const { record } of openHome(session.home).findSession(session.id).traces()) {
 *   spanTree(record).rows.toSorted((a, b) => b.self_ms - a.self_ms)[0]; // the "compile" span
 * }
 * ```
 */
export function spanTree(trace: Trace, last: EpochMs | null = null): SpanTree {
  const bounds = traceBounds(trace, last);
  const nodes = trace.spans.map((span) => createNode(span, bounds));
  const roots = link(nodes);
  roots.sort(byStart);
  const rows = flatten(roots);
  for (const node of rows) node.self_ms = selfTime(node);
  const duration_ms = Math.max(0, finite(bounds.end - bounds.start));
  const path = criticalPath(rows, duration_ms);
  for (const step of path.steps) step.node.critical = true;
  return {
    start: Number.isFinite(bounds.start) ? bounds.start : null,
    duration_ms,
    roots,
    rows,
    path,
  };
}

interface Bounds {
  start: EpochMs;
  end: EpochMs;
}

/** From the trace's own times, widened to its spans. */
function traceBounds(trace: Trace, last: EpochMs | null): Bounds {
  let start = parseTime(trace.started_at) ?? Infinity;
  for (const span of trace.spans) start = Math.min(start, parseTime(span.start_time) ?? Infinity);
  const end = Math.max(lastSign(trace) ?? -Infinity, last ?? -Infinity);
  return { start, end: Number.isFinite(end) ? end : start };
}

function createNode(span: Span, bounds: Bounds): SpanNode {
  const start = parseTime(span.start_time) ?? bounds.start;
  const open = span.duration_ms === null && span.end_time === null;
  const end = span.duration_ms !== null
    ? start + span.duration_ms
    : parseTime(span.end_time) ?? bounds.end;
  const start_ms = finite(start - bounds.start);
  return {
    span,
    parent: null,
    children: [],
    depth: 0,
    start_ms,
    end_ms: Math.max(start_ms, finite(end - bounds.start)),
    open,
    self_ms: 0,
    critical: false,
  };
}

/** Hangs every node on its parent and returns the roots, also one for each cycle. */
function link(nodes: readonly SpanNode[]): SpanNode[] {
  const byId = new Map<string, SpanNode>();
  // Of two spans with one id, the first is the parent: the second is likely a repeated record.
  for (const node of nodes) if (!byId.has(node.span.span_id)) byId.set(node.span.span_id, node);
  const tops = new Map<SpanNode, SpanNode>();
  const roots: SpanNode[] = [];
  for (const node of nodes) {
    const parent = node.span.parent === null ? undefined : byId.get(node.span.parent);
    if (!parent || topOf(parent, tops) === node) roots.push(node);
    else {
      node.parent = parent;
      parent.children.push(node);
      tops.set(node, parent);
    }
  }
  return roots;
}

/** The root above a node so far. Shortens the way as it goes, so that even a deep chain is cheap. */
function topOf(node: SpanNode, tops: Map<SpanNode, SpanNode>): SpanNode {
  let top = node;
  for (let next = tops.get(top); next; next = tops.get(top)) {
    const beyond = tops.get(next);
    if (beyond) tops.set(top, beyond);
    top = next;
  }
  return top;
}

function flatten(roots: readonly SpanNode[]): SpanNode[] {
  const rows: SpanNode[] = [];
  const stack = roots.toReversed();
  for (let node = stack.pop(); node; node = stack.pop()) {
    node.depth = node.parent ? node.parent.depth + 1 : 0;
    node.children.sort(byStart);
    rows.push(node);
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]!);
  }
  return rows;
}

/** The span's length without the union of its children's: parallel children count once. */
function selfTime(node: SpanNode): number {
  let covered = 0;
  let until = node.start_ms;
  for (const child of node.children) {
    const start = Math.max(child.start_ms, until);
    const end = Math.min(child.end_ms, node.end_ms);
    if (end > start) {
      covered += end - start;
      until = end;
    }
  }
  return node.end_ms - node.start_ms - covered;
}

function byStart(a: SpanNode, b: SpanNode): number {
  return a.start_ms - b.start_ms || b.end_ms - a.end_ms;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
