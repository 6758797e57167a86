/**
 * Recorded text as it was meant: with the colours of a terminal, the library frames of call stacks
 * folded, and long text folded. What it shows passes through the same marks as any recorded text.
 *
 * @module
 */

import type { ComponentChildren, CSSProperties, VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { foldText } from "../kernels/fold.ts";
import { type AnsiStyle, readable } from "./ansi_colour.ts";
import { ansiRunsMax, type AnsiText, ansiText } from "./ansi_text.ts";
import { textParts } from "./stack_text.ts";
import { foldLengthMax, plainText, visible } from "./text.tsx";

/** Most places that are marked. */
const marksMax = 200;

/** Longest sequence that is written out, in UTF-16 units. */
const sequenceLengthMax = 40;

/** Properties of {@linkcode RichText}. */
export interface RichTextProps {
  value: string;
  /** Marks where this text occurs, without regard to case; also across colours. */
  mark?: string;
}

/** Text of several lines. */
export function RichText({ value, mark = "" }: RichTextProps): VNode {
  const [open, setOpen] = useState(false);
  const ansi = useMemo(() => ansiText(value), [value]);
  const { plain } = ansi;
  const isLong = plain.length > foldLengthMax;
  const end = isLong && !open ? foldLengthMax : plain.length;
  const hits = useMemo(() => hitsOf(plain, mark), [plain, mark]);
  const parts = useMemo(() => textParts(plain.slice(0, end)), [plain, end]);
  return (
    <>
      <bdi class="text text-block">
        {parts.map(({ from, to, frames }) =>
          frames > 0
            ? (
              <FoldedFrames
                key={from}
                count={frames}
                hasHit={hits.some((hit) => hit >= from && hit < to)}
              >
                {() => drawn(ansi, from, to, hits, mark.length)}
              </FoldedFrames>
            )
            : drawn(ansi, from, to, hits, mark.length)
        )}
        {end < plain.length && <span class="muted">…</span>}
      </bdi>
      {isLong && (
        <button
          type="button"
          class="fold"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "Fold" : `Show all ${plain.length.toLocaleString("en")} characters`}
        </button>
      )}
      {ansi.isCut && (
        <p class="muted">
          Colours are shown up to the change number {ansiRunsMax.toLocaleString("en")}.
        </p>
      )}
    </>
  );
}

function FoldedFrames(
  { count, hasHit, children }: {
    count: number;
    /** Something that was searched for is inside, so it is open at first. */
    hasHit: boolean;
    children(): ComponentChildren;
  },
): VNode {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? hasHit;
  return (
    <>
      <button
        type="button"
        class="fold fold-frames"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
      >
        {open ? `Hide ${count} library frames` : `${count} library frames`}
      </button>
      {"\n"}
      {open && children()}
    </>
  );
}

/** Where a text occurs, without regard to case. */
function hitsOf(text: string, wanted: string): number[] {
  if (!wanted) return [];
  const folded = foldText(text);
  const needle = foldText(wanted);
  const hits: number[] = [];
  for (let at = folded.indexOf(needle); at >= 0 && hits.length < marksMax;) {
    hits.push(at);
    at = folded.indexOf(needle, at + needle.length);
  }
  return hits;
}

/** A part of the text: its runs, cut where marks begin and end. */
function drawn(
  { plain, runs }: AnsiText,
  from: number,
  to: number,
  hits: readonly number[],
  hitLength: number,
): ComponentChildren[] {
  const shown: ComponentChildren[] = [];
  for (const { at, text, style, sequence } of runs) {
    if (sequence !== undefined) {
      if (at >= from && (at < to || at === to && to === plain.length)) {
        shown.push(sequenceMark(sequence));
      }
      continue;
    }
    const end = Math.min(at + text.length, to);
    let next = Math.max(at, from);
    if (next >= end) continue;
    const pieces: ComponentChildren[] = [];
    for (const hit of hits) {
      const hitEnd = Math.min(hit + hitLength, end);
      if (hitEnd <= next) continue;
      if (hit >= end) break;
      if (hit > next) pieces.push(visible(plain.slice(next, hit), true));
      const marked = plain.slice(Math.max(hit, next), hitEnd);
      pieces.push(<mark>{visible(marked, true)}</mark>);
      next = hitEnd;
    }
    if (next < end) pieces.push(visible(plain.slice(next, end), true));
    shown.push(style ? <span {...looks(style)}>{pieces}</span> : pieces);
  }
  return shown;
}

/** A sequence that is no colour: nothing a report could do, so it is written out. */
function sequenceMark(sequence: string): VNode {
  const letters = sequence.replaceAll("\x1b", "␛").replaceAll("\x07", "␇");
  const cut = letters.length > sequenceLengthMax
    ? `${letters.slice(0, sequenceLengthMax)}…`
    : letters;
  return (
    <span class="hidden-character" title="Terminal sequence without effect here">
      {plainText(cut)}
    </span>
  );
}

/** Classes and colours of a run. The colours are made of numbers, and set through the CSSOM. */
function looks(style: AnsiStyle): { class: string; style: CSSProperties } {
  const text = style.inverse ? style.back : style.text;
  const back = style.inverse ? style.text ?? 0x808080 : style.back;
  const names = ["ansi"];
  const colours: Record<string, string> = {};
  for (const [part, colour] of [["text", text], ["back", back]] as const) {
    if (colour === null) continue;
    names.push(`ansi-${part}`);
    colours[`--${part}-light`] = readable(colour, "light", part);
    colours[`--${part}-dark`] = readable(colour, "dark", part);
  }
  for (const name of ["bold", "dim", "italic", "underline", "strike"] as const) {
    if (style[name]) names.push(`ansi-${name}`);
  }
  return { class: names.join(" "), style: colours as CSSProperties };
}
