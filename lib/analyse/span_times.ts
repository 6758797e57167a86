/**
 * Where a trace's time went, by the name of its spans.
 *
 * @module
 */

import type { SpanNode } from "./span_tree.ts";

/** All spans of one name in a trace. Times are in milliseconds. */
export interface SpanTimes {
  name: string;
  count: number;
  /** Sum of the lengths; a span inside another of its name is already in that one's. */
  total_ms: number;
  /** Sum of the own times: what no child covers. */
  self_ms: number;
  /** The longest of them. */
  max_ms: number;
  /** The own time among that of all spans, from 0 to 1. */
  share: number;
}

/**
 * Adds up the spans of each name, that with the most own time first. Spans that never ended count
 * up to where the trace was last seen alive.
 *
 * @param rows Every span, parents before their children.
 */
export function spanTimes(rows: readonly SpanNode[]): SpanTimes[] {
  const byName = new Map<string, SpanTimes>();
  const above: string[] = [];
  const enclosing = new Map<string, number>();
  let all = 0;
  for (const { span: { name }, depth, start_ms, end_ms, self_ms } of rows) {
    while (above.length > depth) {
      const left = above.pop()!;
      enclosing.set(left, enclosing.get(left)! - 1);
    }
    const times = byName.get(name) ??
      { name, count: 0, total_ms: 0, self_ms: 0, max_ms: 0, share: 0 };
    byName.set(name, times);
    const inSame = enclosing.get(name) ?? 0;
    times.count++;
    if (inSame === 0) times.total_ms += end_ms - start_ms;
    times.self_ms += self_ms;
    times.max_ms = Math.max(times.max_ms, end_ms - start_ms);
    all += self_ms;
    above.push(name);
    enclosing.set(name, inSame + 1);
  }
  const found = [...byName.values()];
  for (const times of found) times.share = all > 0 ? times.self_ms / all : 0;
  return found.sort((a, b) => b.self_ms - a.self_ms || b.total_ms - a.total_ms);
}
