/**
 * What a report shows before, or without, any script: the app's own frame with the overview, the
 * first log lines and the data problems. The app replaces it by the same picture, made alive.
 *
 * @module
 */

import type { Finding } from "../lib/analyse/finding.ts";
import type { ReportHeader } from "../lib/bundle/header.ts";
import { headlines } from "../lib/bundle/headlines.ts";
import { evidenceText } from "../lib/bundle/evidence_address.ts";
import { leftOutText, scopeText } from "../lib/bundle/scope_text.ts";
import { humanClock, humanCount, humanDuration, humanTime } from "../lib/format/human.ts";
import type { Problem } from "../lib/format/mod.ts";
import type { LogRecord } from "../lib/read/log_record.ts";
// Under another name, as formatters re-indent "html" templates, and white space shows here.
import { html as markup, type SafeHtml, showControls } from "./escape.ts";
import { iconHtml, railEntries, toneHtml } from "./static_frame.ts";
import {
  box,
  brandMark,
  cell,
  inline,
  recorded,
  section,
  sessionStatus,
  spaced,
  time,
} from "./static_parts.ts";

/** Most log lines that are shown. */
export const staticRowsMax = 50;

/** Most data problems that are shown. */
export const staticProblemsMax = 20;

/** Most findings that are shown: as many as the app shows at first. */
export const staticFindingsMax = 6;

/**
 * Renders the first view.
 *
 * @param firstRows The first log lines; {@linkcode staticRowsMax} of them are shown.
 * @param problems The data problems; {@linkcode staticProblemsMax} of them are shown.
 */
export function renderStaticView(
  header: ReportHeader,
  firstRows: readonly LogRecord[],
  problems: readonly Problem[],
): string {
  const page = [
    scopeNotice(header.scope),
    figures(header),
    findings(header.findings),
    logLines(header, firstRows),
    problemList(problems),
  ];
  const content = markup`<main class="content"><h2 class="offscreen">Overview</h2>${
    box("page-scroll", box("page", page))
  }</main>`;
  return box("app", [topBar(header), rail(header), content]).toString();
}

function topBar({ title, session, time_range: { start, end } }: ReportHeader): SafeHtml {
  const span = start === null || end === null ? null : box(
    "topbar-span",
    spaced([
      time(start, humanTime(start)),
      markup`<span class="figure" title="${end - start} ms">${humanDuration(end - start)}</span>`,
    ]),
  );
  const brand = inline("brand", [brandMark, inline("brand-name", "planloop")]);
  const names = box("topbar-session", [
    markup`<h1>${recorded(title, 160)}</h1>`,
    sessionStatus(session),
  ]);
  // The app's search box and buttons stand here: their room is kept, so that nothing moves.
  const later = [box("quick-search", null), box("topbar-tools", null)];
  return markup`<header class="topbar">${[brand, names, span, later]}</header>`;
}

function rail({ counts }: ReportHeader): SafeHtml {
  const items = railEntries.map(({ title, icon, count, failed }, i) => {
    const none = count !== undefined && counts[count] === 0;
    const faults = failed ? counts[failed] : 0;
    const current = i === 0 ? markup` aria-current="page"` : null;
    return markup`<li><span class="rail-item${none ? " rail-none" : ""}"${current}>${
      spaced([
        iconHtml(icon, 16),
        title,
        faults > 0
          ? markup`<span class="rail-failed" title="${humanCount(faults)} with problems"></span>`
          : null,
        count ? inline("rail-count", humanCount(counts[count])) : null,
      ])
    }</span></li>`;
  });
  return markup`<nav class="rail" aria-label="Views"><ul>${items}</ul></nav>`;
}

function scopeNotice(scope: ReportHeader["scope"]): SafeHtml | null {
  if (scope === null) return null;
  const leftOut = leftOutText(scope.left_out);
  const rest = leftOut === "" ? " That is all of the session." : ` Left out: ${leftOut}.`;
  return markup`<p class="scope-notice"><strong>Shows ${
    recorded(scopeText(scope))
  }.</strong>${rest}</p>`;
}

function figures(header: ReportHeader): SafeHtml {
  const list = headlines(header).map(({ name, value, atLeast, of, note, tone }) => {
    const shown = spaced([
      atLeast ? markup`<small>at least</small>` : null,
      value,
      of ? markup`<small>/ ${of}</small>` : null,
    ]);
    const parts = spaced([
      inline("figure-name", [tone && toneHtml(tone, 12), name]),
      inline("figure-value", shown),
      inline("figure-note", recorded(note, 60)),
    ]);
    return markup`<li>${box("figure-box", parts)}</li>`;
  });
  return markup`<ul class="figures" aria-label="Headline figures">${list}</ul>`;
}

function findings(list: readonly Finding[]): SafeHtml {
  const nothing = markup`<div class="empty-state"><h3>Nothing stands out</h3>${
    box(
      "empty-text",
      markup`<p>No error, failed call, long wait or damaged data was found in this session.</p>`,
    )
  }</div>`;
  const more = list.length - staticFindingsMax;
  const lines = markup`<ul class="findings">${list.slice(0, staticFindingsMax).map(findingLine)}${
    more > 0 ? markup`<li>${inline("finding-more", `and ${humanCount(more)} more`)}</li>` : null
  }</ul>`;
  return section(
    "Where to look first",
    list.length === 0 ? nothing : lines,
    list.length || undefined,
  );
}

function findingLine(finding: Finding): SafeHtml {
  const text = spaced([
    inline("offscreen", `${finding.severity}:`),
    markup`<strong>${recorded(finding.title)}</strong>`,
    inline("finding-detail", recorded(finding.detail)),
  ]);
  const place = spaced([
    finding.time === null ? null : time(finding.time, humanClock(finding.time)),
    evidencePlace(finding.evidence),
  ]);
  return markup`<li>${
    box(
      "finding",
      spaced([
        toneHtml(finding.severity, 16),
        inline("finding-text", text),
        inline("finding-place", place),
      ]),
    )
  }</li>`;
}

/** Where the evidence is; style shortens it from the left, the whole shows on hover. */
function evidencePlace(evidence: Finding["evidence"]): SafeHtml {
  const text = evidenceText(evidence);
  return markup`<span class="finding-evidence mono" title="${showControls(text)}">${
    recorded(text, 200)
  }</span>`;
}

function logLines(header: ReportHeader, rows: readonly LogRecord[]): SafeHtml | null {
  if (rows.length === 0) return null;
  const shown = rows.slice(0, staticRowsMax);
  const note = shown.length < header.counts.logs
    ? `The first ${humanCount(shown.length)} of ${humanCount(header.counts.logs)}; ` +
      "the others, and every other view, need a browser that runs this page's own script."
    : "Every other view needs a browser that runs this page's own script.";
  const head =
    markup`<tr><th class="static-time">Time</th><th class="static-level">Level</th>${markup`<th class="static-operation">Operation</th><th>Message</th>`}<th class="static-duration cell-right">Duration</th></tr>`;
  const table = markup`<table class="static-rows"><thead>${head}</thead><tbody>${
    shown.map(logLine)
  }</tbody></table>`;
  return section("Log lines", [markup`<p class="note">${note}</p>`, table]);
}

function logLine(record: LogRecord): SafeHtml {
  const level = inline(`level level-${record.level.toLowerCase()}`, record.level);
  const duration = record.duration_ms === null ? null : humanDuration(record.duration_ms);
  return markup`<tr>${[
    cell("static-time mono", time(record.time, humanClock(record.time))),
    cell("static-level", level),
    cell("static-operation", recorded(record.operation)),
    cell("mono", recorded(record.message || record.event || "")),
    cell("static-duration cell-right", duration),
  ]}</tr>`;
}

function problemList(problems: readonly Problem[]): SafeHtml | null {
  if (problems.length === 0) return null;
  const more = problems.length - staticProblemsMax;
  const lines = problems.slice(0, staticProblemsMax).map((problem) =>
    markup`<li>${
      box(
        "finding",
        spaced([
          toneHtml(problem.lost ? "error" : "warning", 16),
          inline("finding-text", recorded(problem.reason)),
          inline("finding-place", evidencePlace(problem)),
        ]),
      )
    }</li>`
  );
  return section("Data problems", [
    markup`<ul class="findings">${lines}</ul>`,
    more > 0 ? markup`<p class="note">and ${humanCount(more)} more</p>` : null,
  ], problems.length);
}
