/**
 * Changed paths with their values before and after.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { diffJson } from "../../../lib/format/json_diff.ts";
import { Icon, JsonTree, LongText, Section, Text, usePortion } from "../../components/mod.ts";
import { href } from "../../state/route.ts";
import { diffText, type TextDiff, type TextPiece } from "./text_diff.ts";
import { asRecord } from "./value.ts";

/** Paths shown before the rest is folded. */
export const changedPathsMax = 10;

/** Paths whose values are open at first; further ones show a line each. */
const openPathsMax = 1;

/** Longest texts that are compared word by word, in UTF-16 units of both together. */
const comparedTextMax = 200_000;

/** Least share of the longer text that must be the same for its words to be compared. */
const keptShareMin = 0.2;

/** Unchanged text kept on each side of a changed word, in UTF-16 units. */
const contextLength = 80;

/** Pieces of a text that are shown at most. */
const piecesMax = 60;

/** What happened at a path: absent `old` is an addition, absent `new` a removal. */
export type ChangeKind = "added" | "removed" | "changed";

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
export function StateChanges(
  { changes, history }: {
    changes: Record<string, unknown>;
    /** Whether each path leads to its history in the session's state. */
    history?: boolean;
  },
): VNode {
  const paths = tellingFirst(Object.keys(changes));
  const { shown, more } = usePortion(paths.length, changedPathsMax, "paths", 10);
  if (paths.length === 0) return <p class="muted">No path changed.</p>;
  return (
    <div class="changes">
      <ul>
        {paths.slice(0, shown).map((path, index) => (
          <ChangedPath
            key={path}
            path={path}
            change={asRecord(changes[path])}
            open={index < openPathsMax}
            link={history ? pathHref(path) : undefined}
          />
        ))}
      </ul>
      {more}
    </div>
  );
}

/** The address of a path's history. */
export function pathHref(path: string): string {
  return href("changes", null, path === "" ? { tab: "paths" } : { path });
}

function ChangedPath(
  { path, change, open, link }: {
    path: string;
    change: Record<string, unknown>;
    open: boolean;
    link: string | undefined;
  },
): VNode {
  const kind = changeKind(change);
  const name = path || "(the whole value)";
  return (
    <li class={`change change-${kind}`}>
      <div class="change-path">
        {link
          ? (
            <a class="mono" href={link} title="Every change of this path">
              <Text value={name} bare />
            </a>
          )
          : <Text class="mono" value={name} />}
        <span class="change-kind">{kind}</span>
      </div>
      <ChangedValue change={change} open={open} />
    </li>
  );
}

/** The values before and after, with what differs between them marked. */
export function ChangedValue(
  { change, open = false }: { change: Record<string, unknown>; open?: boolean },
): VNode {
  const { old: before, new: after } = change;
  const kind = changeKind(change);
  const texts = useMemo(() => comparedTexts(before, after), [before, after]);
  const inner = useMemo(() => innerChanges(before, after), [before, after]);
  const sides = (
    <div class="change-values">
      {"old" in change && <Side side="old" value={before} open={open} pieces={texts?.old} />}
      {kind === "changed" && <Icon name="chevron" size={12} />}
      {"new" in change && <Side side="new" value={after} open={open} pieces={texts?.new} />}
    </div>
  );
  if (!inner) return sides;
  return (
    <div class="change-inner">
      <StateChanges changes={inner} />
      <Section title="Whole values" open={false}>{sides}</Section>
    </div>
  );
}

/** Two texts by their words; null where they have too little in common for that to say anything. */
function comparedTexts(before: unknown, after: unknown): TextDiff | null {
  if (typeof before !== "string" || typeof after !== "string") return null;
  if (before.length + after.length > comparedTextMax) return null;
  const diff = diffText(before, after);
  const kept = diff.old.reduce((sum, { changed, text }) => sum + (changed ? 0 : text.length), 0);
  return kept < Math.max(before.length, after.length) * keptShareMin ? null : diff;
}

/** What changed inside an object or list; null where the value was replaced as a whole. */
function innerChanges(before: unknown, after: unknown): Record<string, unknown> | null {
  const both = [before, after];
  if (!both.every((value) => typeof value === "object" && value !== null)) return null;
  if (Array.isArray(before) !== Array.isArray(after)) return null;
  const changes = diffJson(before, after);
  return Object.keys(changes).length === 0 || "" in changes ? null : changes;
}

function Side({ side, value, open, pieces }: {
  side: "old" | "new";
  value: unknown;
  open: boolean;
  pieces: readonly TextPiece[] | undefined;
}): VNode {
  const word = side === "old" ? "Before" : "After";
  return (
    <div class={`change-value change-${side}`}>
      <span class="offscreen">{word}:</span>
      {typeof value === "object" && value !== null
        ? <JsonTree value={value} label={word} depth={open ? 1 : 0} plain />
        : <Leaf value={value} pieces={pieces} mark={side === "old" ? "del" : "ins"} />}
    </div>
  );
}

function Leaf({ value, pieces, mark: Mark }: {
  value: unknown;
  pieces: readonly TextPiece[] | undefined;
  mark: "del" | "ins";
}): VNode {
  if (typeof value !== "string") {
    const kind = value === null ? "null" : typeof value;
    return <span class={`mono json-${kind}`}>{String(value)}</span>;
  }
  if (value === "") return <span class="muted">(empty)</span>;
  if (!pieces?.some((piece) => !piece.changed)) {
    return <div class="mono">{long(value)}</div>;
  }
  return (
    <div class="mono text-block">
      {pieces.slice(0, piecesMax).map(({ changed, text }, index) =>
        changed
          ? <Mark key={index}>{long(text)}</Mark>
          : context(text, index === 0, index === pieces.length - 1)
      )}
      {pieces.length > piecesMax && <span class="muted">… and more</span>}
    </div>
  );
}

function long(text: string): VNode {
  return text.length > 600 ? <LongText value={text} max={600} /> : <Text value={text} block />;
}

/** Unchanged text: what is next to a change, with the rest left out in plain sight. */
function context(text: string, first: boolean, last: boolean): ComponentChildren {
  const head = first ? 0 : contextLength;
  const tail = last ? 0 : contextLength;
  if (text.length <= 2 * contextLength + 40) return <Text value={text} block />;
  return (
    <>
      {head > 0 && <Text value={wholeText(text.slice(0, head))} block />}
      <span class="change-skip">{text.length - head - tail} characters as before</span>
      {tail > 0 && <Text value={wholeText(text.slice(-tail))} block />}
    </>
  );
}

/** Without the halves of characters that a cut leaves at the ends. */
function wholeText(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
}
