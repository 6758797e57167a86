/**
 * Changed paths with their values before and after.
 *
 * @module
 */

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Icon, JsonTree, LongText, Text } from "../../components/mod.ts";
import { asRecord } from "./value.ts";

/** Paths shown before the rest is folded. */
export const changedPathsMax = 100;

/** Paths whose values are open at first; further ones show a line each. */
const openPathsMax = 4;

/** What happened at a path: absent `old` is an addition, absent `new` a removal. */
export type ChangeKind = "added" | "removed" | "changed";

const marks: Record<ChangeKind, string> = { added: "+", removed: "−", changed: "~" };

/** What happened at a path. */
export function changeKind(change: Record<string, unknown>): ChangeKind {
  if (!("old" in change)) return "added";
  return "new" in change ? "changed" : "removed";
}

/** The paths with those first that say something: versions and times change at every update. */
export function tellingFirst(paths: readonly string[]): string[] {
  const routine = (path: string) => /^version$|(^|\.)last_updated_at$/.test(path) ? 1 : 0;
  return paths.toSorted((a, b) => routine(a) - routine(b));
}

/** A list of changed paths. */
export function StateChanges({ changes }: { changes: Record<string, unknown> }): VNode {
  const [open, setOpen] = useState(false);
  const paths = tellingFirst(Object.keys(changes));
  if (paths.length === 0) return <p class="muted">No path changed.</p>;
  const shown = open ? paths : paths.slice(0, changedPathsMax);
  return (
    <div class="changes">
      <ul>
        {shown.map((path, index) => (
          <ChangedPath
            key={path}
            path={path}
            change={asRecord(changes[path])}
            open={index < openPathsMax}
          />
        ))}
      </ul>
      {paths.length > shown.length && (
        <button
          type="button"
          class="fold"
          onClick={() => setOpen(true)}
        >
          Show {paths.length - shown.length} more paths
        </button>
      )}
    </div>
  );
}

function ChangedPath(
  { path, change, open }: { path: string; change: Record<string, unknown>; open: boolean },
): VNode {
  const kind = changeKind(change);
  return (
    <li class={`change change-${kind}`}>
      <div class="change-path">
        <span class="change-mark" aria-hidden="true">{marks[kind]}</span>
        <span class="mono">
          <Text value={path} />
        </span>
        <span class="change-kind">{kind}</span>
      </div>
      <div class="change-values">
        {"old" in change && <Side side="old" value={change["old"]} open={open} />}
        {kind === "changed" && <Icon name="chevron" size={12} />}
        {"new" in change && <Side side="new" value={change["new"]} open={open} />}
      </div>
    </li>
  );
}

function Side(
  { side, value, open }: { side: "old" | "new"; value: unknown; open: boolean },
): VNode {
  const word = side === "old" ? "Before" : "After";
  return (
    <div class={`change-value change-${side}`}>
      <span class="offscreen">{word}:</span>
      {typeof value === "object" && value !== null
        ? <JsonTree value={value} label={word} depth={open ? 1 : 0} plain />
        : <Leaf value={value} />}
    </div>
  );
}

function Leaf({ value }: { value: unknown }): VNode {
  if (typeof value === "string") {
    return (
      <div class="mono">
        <LongText value={value} max={600} />
      </div>
    );
  }
  return <span class={`mono json-${value === null ? "null" : typeof value}`}>{String(value)}</span>;
}
