/**
 * Any JSON value as a tree: children are made when they are opened, long strings and lists are
 * folded, every key and string is shown as recorded text.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { CopyButton } from "./copy_button.tsx";
import { iconStyle } from "./icon.tsx";
import { usePortion, useRoom } from "./portion.tsx";
import { RichText } from "./rich_text.tsx";
import { mayHoldStack } from "./stack_text.ts";
import { Text } from "./text.tsx";

/** Longest string shown before it is folded, in UTF-16 units. */
export const stringLengthMax = 240;

/** Children shown at first; ten times as many are added by each "show more". */
export const childrenMax = 50;

/** Children of a node that is opened even where there is little room. */
const shortMax = 8;

/** Elements of a line, about. */
const lineElements = 4;

/** Properties of {@linkcode JsonTree}. */
export interface JsonTreeProps {
  value: unknown;
  /** What the value is, for screen readers and the copy button: `Context`. */
  label: string;
  /** Levels that are open at first; default 1. */
  depth?: number;
  /** Without a button of its own, where the record around it can be copied; default false. */
  plain?: boolean;
}

/** A value as a tree, with a button to copy it as JSON unless `plain`. */
export function JsonTree({ value, label, depth = 1, plain }: JsonTreeProps): VNode {
  return (
    <div class="json" role="group" aria-label={label}>
      <Node value={value} depth={depth} />
      {!plain && (
        <span class="code-copy">
          <CopyButton
            label={`Copy ${label.toLowerCase()} as JSON`}
            text={() => JSON.stringify(value, null, 2) ?? "null"}
          />
        </span>
      )}
    </div>
  );
}

function Node(
  { name, value, depth }: { name?: string; value: unknown; depth: number },
): VNode {
  const take = useRoom();
  const isBranch = typeof value === "object" && value !== null;
  const isList = Array.isArray(value);
  const keys = isBranch && !isList ? Object.keys(value) : null;
  const size = keys ? keys.length : isList ? value.length : 0;
  // What is open by itself has its lines' room already.
  const [open, setOpen] = useState(() =>
    depth > 0 &&
    take(1, 1 + lineElements * Math.min(size, childrenMax), size <= shortMax && "few") > 0
  );
  if (!isBranch) {
    return <div class="json-line json-leaf">{keyOf(name)}{leaf(value)}</div>;
  }
  const [before, after] = isList ? ["[", "]"] : ["{", "}"];
  if (size === 0) {
    return (
      <div class="json-line json-leaf">
        {keyOf(name)}
        <span class="json-mark">{before}{after}</span>
      </div>
    );
  }
  return (
    <div class="json-node">
      <button
        type="button"
        class="json-line json-toggle icon-before"
        style={iconStyle(open ? "down" : "chevron", 12)}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {keyOf(name)}
        <span class="json-mark">{before}</span>
        {!open && <span class="json-preview">{preview(value, keys)}</span>}
        {!open && <span class="json-mark">{after}</span>}
        <span class="json-size">{size}</span>
      </button>
      {open && <Children value={value} keys={keys} size={size} depth={depth - 1} />}
    </div>
  );
}

function Children(
  { value, keys, size, depth }: {
    value: object;
    keys: string[] | null;
    size: number;
    depth: number;
  },
): VNode {
  const { shown, more } = usePortion(size, childrenMax, "", 0);
  const lines: VNode[] = [];
  for (let i = 0; i < shown; i += 1) {
    const name = keys ? keys[i]! : String(i);
    const child = keys ? (value as Record<string, unknown>)[name] : (value as unknown[])[i];
    lines.push(<Node key={name} name={name} value={child} depth={depth} />);
  }
  return (
    <div class="json-children">
      {lines}
      {more}
    </div>
  );
}

function keyOf(name: string | undefined): VNode | null {
  if (name === undefined) return null;
  return (
    <span class="json-key">
      <Text value={name} max={120} bare />
    </span>
  );
}

function leaf(value: unknown): VNode {
  if (typeof value === "string") return <StringLeaf value={value} />;
  const kind = value === null ? "null" : typeof value;
  return <span class={`json-${kind}`}>{String(value)}</span>;
}

function StringLeaf({ value }: { value: string }): VNode {
  const [open, setOpen] = useState(false);
  if (value.includes("\x1b") || mayHoldStack(value)) {
    return (
      <span class="json-string">
        <RichText value={value} />
      </span>
    );
  }
  const long = value.length > stringLengthMax;
  return (
    <span class="json-string text text-block">
      <Text value={value} block max={open ? Infinity : stringLengthMax} bare />
      {long && (
        <button
          type="button"
          class="fold"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "fold" : `${value.length.toLocaleString("en")} characters`}
        </button>
      )}
    </span>
  );
}

/** The first few children on one line, for a closed node. */
function preview(value: object, keys: string[] | null): ComponentChildren {
  const names = keys?.slice(0, 4) ?? [];
  const text = keys
    ? names.map((name) => `${name}: ${short((value as Record<string, unknown>)[name])}`).join(", ")
    : (value as unknown[]).slice(0, 4).map(short).join(", ");
  return <Text value={text} max={80} bare />;
}

function short(value: unknown): string {
  if (typeof value === "string") {
    return `"${value.length > 24 ? `${value.slice(0, 24)}…` : value}"`;
  }
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[…]" : "{…}";
  return String(value);
}
