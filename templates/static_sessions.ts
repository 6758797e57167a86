/**
 * What a report of several sessions shows before, or without, any script: the sessions.
 *
 * @module
 */

import { costIsPartial } from "../lib/bundle/figure_text.ts";
import type { LlmTotals } from "../lib/bundle/header.ts";
import type { SessionCard, SessionsHead } from "../lib/bundle/session_card.ts";
import { humanCost, humanCount, humanTime } from "../lib/format/human.ts";
// Under another name, as formatters re-indent "html" templates, and white space shows here.
import { html as markup, type SafeHtml } from "./escape.ts";
import {
  box,
  brandMark,
  cell,
  inline,
  recorded,
  section,
  sessionStatus,
  time,
} from "./static_parts.ts";

/** Most sessions that are shown. */
export const staticSessionsMax = 200;

/**
 * Renders the first view of a report of several sessions.
 *
 * @param rowsMax Most sessions that are shown. Default: {@linkcode staticSessionsMax}.
 */
export function renderStaticSessions(
  { title, sessions }: SessionsHead,
  rowsMax: number = staticSessionsMax,
): string {
  const brand = inline("brand", [brandMark, inline("brand-name", "planloop")]);
  const names = box("topbar-session", markup`<h1>${recorded(title, 160)}</h1>`);
  // The app's search box and buttons stand here: their room is kept, so that nothing moves.
  const later = [box("quick-search", null), box("topbar-tools", null)];
  const bar = markup`<header class="topbar">${[brand, names, later]}</header>`;
  const more = sessions.length - rowsMax;
  const head =
    markup`<tr><th>Session</th><th class="static-operation">Status</th><th class="static-moment">Updated</th><th class="static-duration cell-right">Tasks</th>${markup`<th class="static-duration cell-right">Log lines</th><th class="static-duration cell-right">Errors</th>`}<th class="static-duration cell-right">LLM calls</th><th class="static-duration cell-right">Cost</th></tr>`;
  const rows = sessions.slice(0, rowsMax).map(row);
  const note = "To open one, and for everything else, a browser must run this page's own script.";
  const table =
    markup`<table class="static-rows"><thead>${head}</thead><tbody>${rows}</tbody></table>`;
  const body = [
    markup`<p class="note">${note}</p>`,
    table,
    more > 0 ? markup`<p class="note">and ${humanCount(more)} more</p>` : null,
  ];
  const content = markup`<main class="content"><h2 class="offscreen">Sessions</h2>${
    box("page-scroll", box("page", section("Sessions", body, sessions.length)))
  }</main>`;
  return box("app app-sessions", [bar, content]).toString();
}

function cost(llm: LlmTotals): string {
  return `${costIsPartial(llm) ? "≥ " : ""}${humanCost(llm.cost_usd)}`;
}

function row({ title, session, counts, levels, llm }: SessionCard): SafeHtml {
  const errors = counts.errors + levels.ERROR + levels.CRITICAL;
  return markup`<tr>${[
    cell("", [recorded(title, 160), " ", inline("muted mono", recorded(session.id, 160))]),
    cell("static-operation", sessionStatus(session)),
    cell("static-moment mono", time(session.updated, humanTime(session.updated))),
    cell(
      "static-duration cell-right",
      `${humanCount(counts.tasks_done)}/${humanCount(counts.tasks)}`,
    ),
    cell("static-duration cell-right", humanCount(counts.logs)),
    cell("static-duration cell-right", humanCount(errors)),
    cell("static-duration cell-right", humanCount(counts.llm_calls)),
    cell("static-duration cell-right", counts.llm_calls === 0 ? "–" : cost(llm)),
  ]}</tr>`;
}
