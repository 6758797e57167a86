/**
 * Pieces of the views that are there before any script.
 *
 * @module
 */

import type { SessionHead } from "../lib/bundle/header.ts";
import { sessionStanding } from "../lib/bundle/session_card.ts";
import { humanCount, isoTime } from "../lib/format/human.ts";
// Under another name, as formatters re-indent "html" templates, and white space shows here.
import { html as markup, type HtmlValue, joinHtml, type SafeHtml, showControls } from "./escape.ts";
import { iconHtml, iconLook, type StaticTone, toneIcons } from "./static_frame.ts";

/** Longest text that is shown in one place, in UTF-16 units: as in the app's table cells. */
export const staticTextMax = 600;

export function section(title: string, body: HtmlValue, count?: number): SafeHtml {
  const number = count === undefined ? null : inline("section-count", humanCount(count));
  return markup`<section class="section">${
    box("section-head", [markup`<h3>${title}</h3>`, number])
  }${body}</section>`;
}

export const brandMark: SafeHtml =
  markup`<svg class="brand-mark" width="18" height="18" viewBox="0 0 18 18" ${iconLook}>${markup`<path d="M15.2 5.4a7.2 7.2 0 1 0 .9 3.6"/><circle cx="9" cy="9" r="2.6"/>`}</svg>`;

/**
 * Pieces with a blank between them, for a reader whose server refuses the page's style: the
 * containers are flexible boxes, in which blanks take no room.
 */
export function spaced(pieces: readonly HtmlValue[]): SafeHtml {
  return joinHtml(pieces.filter((piece) => piece !== null), " ");
}

export function box(name: string, content: HtmlValue): SafeHtml {
  return markup`<div class="${name}">${content}</div>`;
}

export function inline(name: string, content: HtmlValue): SafeHtml {
  return markup`<span class="${name}">${content}</span>`;
}

export function cell(name: string, content: HtmlValue): SafeHtml {
  return markup`<td class="${name}">${content}</td>`;
}

export function status(word: string, tone: StaticTone): SafeHtml {
  const text = showControls(word.replaceAll("_", " "));
  const parts = [iconHtml(toneIcons[tone], 14), markup`<span>${text}</span>`];
  return inline(`status tone-${tone}`, parts);
}

export function time(value: number | null, text: string): SafeHtml {
  const iso = isoTime(value);
  return iso === ""
    ? inline("muted", "–")
    : markup`<time class="figure" datetime="${iso}" title="${iso}">${text}</time>`;
}

/** Recorded text, on one line, cut to a length, with nothing in it that hides or reorders. */
export function recorded(text: string, max = staticTextMax): SafeHtml {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  const line = showControls(cut.replace(/\r?\n/g, " ⏎ ").replace(/\t/g, " "));
  return markup`<bdi class="text">${line}</bdi>`;
}

/** How a session stands, as its state says. */
export function sessionStatus(session: SessionHead): SafeHtml | null {
  const standing = sessionStanding(session);
  return standing && status(standing.word, standing.tone);
}
