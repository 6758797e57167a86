/**
 * A trace as a flame: spans of one name below the same parent are one bar.
 *
 * @module
 */

import type { SpanNode } from "../../../lib/analyse/span_tree.ts";
import type { WaterfallRow } from "./span_rows.ts";

/** What a bar stands for; of several, the one that asks for attention most. */
export type FlameKind = "span" | "llm" | "running" | "error";

/** A bar of the flame. */
export interface FlameNode {
  /** Its place in {@linkcode FlameTree.nodes}, for the address; empty for the top. */
  key: string;
  name: string;
  kind: FlameKind;
  /** Spans or calls in the bar. */
  count: number;
  depth: number;
  /** Own time of its spans, without their model calls, in milliseconds. */
  self_ms: number;
  /** Own time of it and everything below: parallel work adds up. */
  work_ms: number;
  parent: FlameNode | null;
  /** In the order in which each first began. */
  children: FlameNode[];
}

/** A whole trace. */
export interface FlameTree {
  top: FlameNode;
  /** Every bar but the top, parents before their children. */
  nodes: FlameNode[];
}

/** A bar in its place, as shares of the picture's width from 0 to 1. */
export interface FlameBar {
  node: FlameNode;
  /** Levels below the bar that is looked at, which is 0. */
  level: number;
  left: number;
  width: number;
}

/** Most bars drawn. */
export const flameBarsMax = 300;

/** Narrower bars are not drawn: they could not be told apart. */
const widthMin = 0.002;

/** Levels drawn below the one that is looked at. */
export const flameLevelsMax = 40;

const attention: FlameKind[] = ["span", "llm", "running", "error"];

interface Merge {
  into: FlameNode;
  byName: Map<string, FlameNode>;
}

/** Merges a waterfall's spans and the calls below them; null without any span. */
export function flameOf(rows: readonly WaterfallRow[]): FlameTree | null {
  const top: Merge = {
    into: flameNode("", "whole trace", "span", null),
    byName: new Map(),
  };
  const nodes: FlameNode[] = [];
  const merged = new Map<SpanNode, Merge>();
  const merges = new Map<FlameNode, Merge>();
  let last: SpanNode | null = null;
  let unspent = 0;
  const join = (above: Merge, name: string, kind: FlameKind): FlameNode => {
    // A call and a span of one name are different things.
    const key = kind === "llm" ? `llm ${name}` : `span ${name}`;
    let node = above.byName.get(key);
    if (!node) {
      node = flameNode(String(nodes.length), name, kind, above.into);
      above.byName.set(key, node);
      above.into.children.push(node);
      merges.set(node, { into: node, byName: new Map() });
      nodes.push(node);
    }
    node.count++;
    if (attention.indexOf(kind) > attention.indexOf(node.kind)) node.kind = kind;
    return node;
  };
  for (const row of rows) {
    if (row.node) {
      const kind = row.status === "error" || row.status === "running" ? row.status : "span";
      const above = (row.node.parent && merged.get(row.node.parent)) ?? top;
      const node = join(above, row.name, kind);
      merged.set(row.node, merges.get(node)!);
      node.self_ms += row.node.self_ms;
      last = row.node;
      unspent = row.node.self_ms;
    } else if (row.llm && last && row.depth > 0) {
      // The calls follow their span's row; what they took is taken from the span's own time.
      const above = merged.get(last)!;
      const took = Math.min(unspent, Math.max(0, row.duration_ms ?? 0));
      unspent -= took;
      above.into.self_ms -= took;
      join(above, row.name, "llm").self_ms += took;
    }
  }
  if (!last) return null;
  // Bars were made after the one above them.
  for (const node of nodes.toReversed()) {
    node.work_ms += node.self_ms;
    node.parent!.work_ms += node.work_ms;
  }
  top.into.count = rows.filter((row) => row.node).length;
  return { top: top.into, nodes };
}

function flameNode(
  key: string,
  name: string,
  kind: FlameKind,
  parent: FlameNode | null,
): FlameNode {
  const depth = parent ? parent.depth + 1 : 0;
  return { key, name, kind, count: 0, depth, self_ms: 0, work_ms: 0, parent, children: [] };
}

/** The bar with a key, as it is in an address; null where there is none. */
export function flameNodeOf({ top, nodes }: FlameTree, key: string): FlameNode | null {
  return key === "" ? top : nodes.find((node) => node.key === key) ?? null;
}

/**
 * The bars below one and itself, top down and from the left, at most {@linkcode flameBarsMax}: the
 * widest ones.
 */
export function flameBars(from: FlameNode): FlameBar[] {
  const all = Math.max(from.work_ms, Number.MIN_VALUE);
  const found: FlameBar[] = [{ node: from, level: 0, left: 0, width: 1 }];
  // The list grows while it is walked. At most 1/widthMin bars are on one level.
  for (const { node, level, left } of found) {
    if (level >= flameLevelsMax) break;
    let at = left;
    for (const child of node.children) {
      const width = child.work_ms / all;
      if (width >= widthMin) found.push({ node: child, level: level + 1, left: at, width });
      at += width;
    }
  }
  // A stable sort: of bars with one width, those above stay before those below.
  return found.sort((a, b) => b.width - a.width).slice(0, flameBarsMax)
    .sort((a, b) => a.level - b.level || a.left - b.left);
}
