/**
 * Recorded text on screen. Everything that comes out of a session passes through here: control
 * characters and those that reorder or hide text are shown as marks, so that nothing recorded can
 * look like something else.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { foldText } from "../kernels/fold.ts";

/** C0 and C1 controls but tab and newline, direction marks, invisible joiners, tag characters. */
const HIDDEN =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const HIDDEN_SPLIT = new RegExp(`(${HIDDEN.source})`, "u");
const LINE_BREAK = /[\n\t]/;

/** Longest text that one cell shows, in UTF-16 units; more is behind the row's details. */
export const cellLengthMax = 600;

/** Longest text shown before it is folded, in UTF-16 units. */
export const foldLengthMax = 4000;

/** Properties of {@linkcode Text}. */
export interface TextProps {
  value: string;
  /** Keeps line breaks and indentation; without it they show as marks, on one line. */
  block?: boolean;
  /** Cut after so many UTF-16 units with a visible `…`; default: {@linkcode cellLengthMax} inline. */
  max?: number;
  /** Marks where this text occurs, without regard to case. */
  mark?: string;
  /** Starts at this UTF-16 unit, after a visible `…`; default: 0. */
  from?: number;
  /** Without an element of its own, where the text is all that its parent holds. */
  bare?: boolean;
  /** Further classes of its element. */
  class?: string;
  /** Title of its element. */
  title?: string;
}

/** Recorded text, kept apart from the direction of the text around it. */
export function Text(props: TextProps): VNode {
  const { value, block, max, mark, from = 0, bare } = props;
  const limit = max ?? (block ? Infinity : cellLengthMax);
  const rest = from > 0 ? value.slice(cutAt(value, from).length) : value;
  const cut = rest.length > limit;
  const shown = cut ? cutAt(rest, limit) : rest;
  const parts = (
    <>
      {from > 0 && <span class="muted" title="The text begins earlier">…</span>}
      {mark ? marked(shown, mark, block) : visible(shown, block)}
      {cut && <span class="muted" title={`${value.length} characters in all`}>…</span>}
    </>
  );
  if (bare) return parts;
  const look = `text${block ? " text-block" : ""}${props.class ? ` ${props.class}` : ""}`;
  return <bdi class={look} title={props.title}>{parts}</bdi>;
}

/** Long recorded text, folded until asked for. */
export function LongText({ value, max = foldLengthMax }: { value: string; max?: number }): VNode {
  const [open, setOpen] = useState(false);
  if (value.length <= max) return <Text value={value} block />;
  return (
    <div class="long-text">
      <Text value={value} block max={open ? Infinity : max} />
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Fold" : `Show all ${value.length.toLocaleString("en")} characters`}
      </button>
    </div>
  );
}

/** Text for places that take a string only, such as titles: marks in place of hidden characters. */
export function plainText(value: string): string {
  if (!HIDDEN.test(value)) return value;
  return value.split(HIDDEN_SPLIT).map((part, i) => i % 2 ? `⟨${codePoint(part)}⟩` : part).join("");
}

/** Text with marks in place of its hidden characters; `block` keeps line breaks. */
export function visible(value: string, block?: boolean): ComponentChildren {
  const special = HIDDEN.test(value);
  if (!special && (block || !LINE_BREAK.test(value))) return value;
  const parts = special ? value.split(HIDDEN_SPLIT) : [value];
  return parts.map((part, i) => {
    if (i % 2) return hiddenMark(part);
    return block ? part : part.replace(/\r?\n/g, " ⏎ ").replace(/\t/g, " ");
  });
}

function hiddenMark(character: string): VNode {
  const code = character.codePointAt(0)!;
  const picture = code < 32 ? String.fromCodePoint(0x2400 + code) : code === 127 ? "␡" : "";
  const name = codePoint(character);
  return (
    <span class="hidden-character" title={`Invisible character ${name}`}>{picture || name}</span>
  );
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Cuts without splitting a surrogate pair. */
function cutAt(value: string, length: number): string {
  const code = value.charCodeAt(length - 1);
  return value.slice(0, code >= 0xd800 && code < 0xdc00 ? length - 1 : length);
}

function marked(value: string, mark: string, block?: boolean): ComponentChildren {
  const folded = foldText(value);
  const wanted = foldText(mark);
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (let at = folded.indexOf(wanted); at >= 0 && parts.length < 200;) {
    if (at > from) parts.push(visible(value.slice(from, at), block));
    from = at + wanted.length;
    parts.push(<mark>{visible(value.slice(at, from), block)}</mark>);
    at = folded.indexOf(wanted, from);
  }
  parts.push(visible(value.slice(from), block));
  return parts;
}
