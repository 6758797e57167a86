/**
 * What the end of a trace waited for, moment by moment.
 *
 * @module
 */

import type { SpanNode } from "./span_tree.ts";

/** A span's part in the critical path. Times are in milliseconds from the trace's start. */
export interface PathStep {
  node: SpanNode;
  /** Where the path enters the span, going forward: not before its parent's step begins. */
  start_ms: number;
  /** Where the path leaves it. After the span's own end if work that it started outlasted it. */
  end_ms: number;
  /** The part of the step in which the span ran and no step below it did. */
  self_ms: number;
}

/** The chain of spans that decides when a trace ends. */
export interface CriticalPath {
  /** Parents before their children, later ones first among siblings. */
  steps: PathStep[];
  /** Time in which no span of the path ran. With every step's `self_ms`: the trace's duration. */
  gap_ms: number;
}

/** Times are written in whole milliseconds, so a child can seem to outlast its parent by one. */
const clockStepMs = 1;

/** A step whose children are still to be walked; without a node, the trace itself. */
interface Window {
  step: PathStep | null;
  children: readonly SpanNode[];
  start_ms: number;
  end_ms: number;
}

/**
 * Walks back from the end of the trace: whatever ended last before each moment is what that moment
 * waited for. A span that still ran after the moment was not waited for. Work that outlasts the
 * span that started it counts where it ended.
 *
 * @param rows Every span, parents before their children.
 * @param duration_ms The trace's length.
 */
export function criticalPath(rows: readonly SpanNode[], duration_ms: number): CriticalPath {
  const reach = reaches(rows, duration_ms);
  const roots = rows.filter((node) => node.parent === null);
  const path: CriticalPath = { steps: [], gap_ms: 0 };
  const stack: Window[] = [{ step: null, children: roots, start_ms: 0, end_ms: duration_ms }];
  for (let window = stack.pop(); window; window = stack.pop()) {
    for (const below of walk(window, reach, path)) stack.push(below);
  }
  return path;
}

/** Until when each span or anything below it ran, not after the trace's end. */
function reaches(rows: readonly SpanNode[], duration_ms: number): Map<SpanNode, number> {
  const reach = new Map<SpanNode, number>();
  for (let index = rows.length - 1; index >= 0; index--) {
    const node = rows[index]!;
    const end = Math.max(reach.get(node) ?? 0, Math.min(node.end_ms, duration_ms));
    reach.set(node, end);
    if (node.parent) reach.set(node.parent, Math.max(reach.get(node.parent) ?? 0, end));
  }
  return reach;
}

/** Divides a window among the children that were waited for; what is left is the span's own. */
function walk(
  { step, children, start_ms, end_ms }: Window,
  reach: ReadonlyMap<SpanNode, number>,
  path: CriticalPath,
): Window[] {
  const below: Window[] = [];
  let moment = end_ms;
  // The span itself may have ended before the work that it started.
  const own = (from: number, to: number) => {
    const self = step ? Math.max(0, Math.min(to, step.node.end_ms) - from) : 0;
    if (step) step.self_ms += self;
    path.gap_ms += to - from - self;
  };
  const until = (node: SpanNode) => reach.get(node) ?? 0;
  const latest = children.toSorted((a, b) => until(b) - until(a) || a.start_ms - b.start_ms);
  for (const node of latest) {
    if (moment <= start_ms) break;
    if (until(node) > moment + clockStepMs) continue;
    const end = Math.min(until(node), moment);
    const start = Math.max(node.start_ms, start_ms);
    if (end <= start) continue;
    own(end, moment);
    const next: PathStep = { node, start_ms: start, end_ms: end, self_ms: 0 };
    path.steps.push(next);
    below.push({ step: next, children: node.children, start_ms: start, end_ms: end });
    moment = start;
  }
  own(start_ms, moment);
  return below;
}
