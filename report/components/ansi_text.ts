/**
 * A text with terminal sequences as runs of plain text, each with its look.
 *
 * @module
 */

import { escapeCharacter, plainText, sequencePattern } from "../kernels/ansi.ts";
import { type AnsiStyle, noStyle, styleAfter } from "./ansi_colour.ts";

/** A run of one look, or a sequence that is no colour. */
export interface AnsiRun {
  /** Where it begins in the plain text. */
  at: number;
  /** Empty for a sequence. */
  text: string;
  /** Null for the page's own look. */
  style: AnsiStyle | null;
  /** The sequence, ESC included; absent for text. */
  sequence?: string;
}

/** Most runs that are told apart; behind them the text goes on plainly. */
export const ansiRunsMax = 2000;

/** The runs of a text, and all of its text without sequences. */
export interface AnsiText {
  plain: string;
  runs: AnsiRun[];
  /** Whether colours were left out, as there were too many. */
  isCut: boolean;
}

/** Reads the terminal sequences of a text. */
export function ansiText(text: string): AnsiText {
  if (!text.includes(escapeCharacter)) {
    return { plain: text, runs: [{ at: 0, text, style: null }], isCut: false };
  }
  const runs: AnsiRun[] = [];
  let plain = "";
  let style = noStyle;
  let from = 0;
  const add = (part: string) => {
    if (part) runs.push({ at: plain.length, text: part, style: style === noStyle ? null : style });
    plain += part;
  };
  for (const match of text.matchAll(sequencePattern)) {
    if (runs.length >= ansiRunsMax) {
      style = noStyle;
      add(plainText(text.slice(from)));
      return { plain, runs, isCut: true };
    }
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] === undefined) {
      runs.push({ at: plain.length, text: "", style: null, sequence: match[0] });
    } else style = styleAfter(style, match[1]);
  }
  add(text.slice(from));
  return { plain, runs, isCut: false };
}
