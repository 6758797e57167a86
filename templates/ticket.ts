/**
 * A session as Markdown for a bug tracker: what happened, where to look first, the first error
 * with its variables, and links into the report that is attached.
 *
 * @module
 */

import { recordKey } from "../lib/bundle/record_key.ts";
import type { Finding } from "../lib/analyse/finding.ts";
import { address, inSession } from "../lib/bundle/address.ts";
import { evidenceAddress, evidenceText } from "../lib/bundle/evidence_address.ts";
import type { ReportHeader } from "../lib/bundle/header.ts";
import { callsNote, tracesNote, usageText } from "../lib/bundle/figure_text.ts";
import { leftOutText, scopeText } from "../lib/bundle/scope_text.ts";
import { humanBytes, humanCount, humanDuration, humanTime } from "../lib/format/human.ts";
import type { ErrorReport, StackFrame } from "../lib/format/mod.ts";
import { cellCode, codeBlock, inlineCode } from "./markdown.ts";

/** Findings that a ticket lists. */
export const ticketFindingsMax = 5;

/** Innermost frames of a stack that a ticket shows. */
export const ticketFramesMax = 12;

/** Longest JSON of variables, in UTF-16 units. */
export const ticketVariablesMax = 4000;

/** What a ticket is made from. */
export interface TicketFacts {
  header: ReportHeader;
  /** The session's key, where the report holds several; null where it holds one. */
  key: string | null;
  firstError: { file: string; report: ErrorReport } | null;
  /** The page's name, for links into it. */
  page: string;
}

/** What is to be attached: the page, an archive, or the folder of a page with files beside it. */
export interface TicketAttachment {
  name: string;
  bytes: number;
  /** How many files the folder holds; null where it is one file. */
  files: number | null;
}

/** A place in the attached page, as code. */
type Link = (inside: string) => string;

/**
 * Renders one ticket of all sessions of a report. Recorded text stands in code only, so that no
 * tracker follows, pings or renders anything in it; everything was redacted when the report was made.
 */
export function renderTicket(
  sessions: readonly TicketFacts[],
  attachment: TicketAttachment,
): string {
  const parts = sessions.map(sessionText).join("\n\n---\n\n");
  return `${parts}\n\n${sessions.length > 1 ? "---\n\n" : ""}${attachmentText(attachment)}\n`;
}

function attachmentText({ name, bytes, files }: TicketAttachment): string {
  const links = `Links with ${inlineCode("#/")} lead to its places.`;
  return files === null
    ? `Attach ${inlineCode(name)} (${humanBytes(bytes)}): it opens offline and holds everything ` +
      `above. ${links}`
    : `Attach the folder ${inlineCode(name)} (${humanBytes(bytes)}, ${counted(files, "file")}), ` +
      `archived if need be: its page opens offline, beside its other files. ${links}`;
}

function sessionText({ header, key, firstError, page }: TicketFacts): string {
  const link = (inside: string) => inlineCode(page + inSession(key, inside));
  return [
    `## ${inlineCode(header.title, 160)}`,
    summary(header),
    findings(header.findings, link),
    firstError ? errorSection(firstError, link) : "",
    environment(header, firstError?.report),
  ].filter((part) => part !== "").join("\n\n");
}

function summary({ session, time_range, counts, levels, llm, scope }: ReportHeader): string {
  const { start, end } = time_range;
  const rows: [string, string][] = [
    ["Session", cellCode(session.id)],
    ["Status", session.done ? "done" : cellCode(session.now?.reason ?? "not done", 40)],
    [
      "Recorded",
      start === null || end === null
        ? "at unknown times"
        : `${humanTime(start)} UTC, for ${humanDuration(end - start)}`,
    ],
    [
      "Tasks",
      counts.tasks === 0
        ? "0"
        : `${humanCount(counts.tasks_done)} of ${humanCount(counts.tasks)} done`,
    ],
    [
      "Log",
      `${counted(counts.logs, "line")}, ${counted(levels.ERROR + levels.CRITICAL, "error")}, ` +
      `${counted(levels.WARNING, "warning")}`,
    ],
    ["Traces", noted(counts.traces, tracesNote(counts))],
    [
      "LLM calls",
      counts.llm_calls === 0
        ? "0"
        : `${noted(counts.llm_calls, callsNote(counts))}, ${usageText(llm)}`,
    ],
    ["Error reports", humanCount(counts.errors)],
    ["Data problems", humanCount(counts.problems)],
  ];
  if (scope) {
    rows.push(["Shown", cellCode(scopeText(scope))]);
    rows.push(["Left out", leftOutText(scope.left_out) || "nothing"]);
  }
  return ["| | |", "| --- | --- |", ...rows.map(([name, value]) => `| ${name} | ${value} |`)]
    .join("\n");
}

/** Such as `4 (something failed in 1)`, and `0` alone. */
function noted(count: number, note: string): string {
  return count === 0 ? "0" : `${humanCount(count)} (${note})`;
}

function counted(count: number, noun: string): string {
  return `${humanCount(count)} ${count === 1 ? noun : `${noun}s`}`;
}

function findings(list: readonly Finding[], link: Link): string {
  if (list.length === 0) {
    return "### Where to look first\n\nNothing stands out: no error, failed call, long wait or " +
      "damaged data was found.";
  }
  const lines = list.slice(0, ticketFindingsMax).map((finding, index) => {
    const { severity, title, detail, evidence } = finding;
    const place = evidenceText(evidence);
    return `${index + 1}. **${severity}** ${inlineCode(title)}: ${inlineCode(detail)}` +
      ` · ${place === "" ? "" : `${inlineCode(place)} · `}${link(evidenceAddress(finding))}`;
  });
  const more = list.length - ticketFindingsMax;
  if (more > 0) lines.push(`\nand ${humanCount(more)} more in the report.`);
  return `### Where to look first\n\n${lines.join("\n")}`;
}

function errorSection(
  { file, report }: { file: string; report: ErrorReport },
  link: Link,
): string {
  const parts = [
    "### First error",
    `${inlineCode(`${report.error_type}: ${report.error_message}`)} in ` +
    `${inlineCode(report.function || "an unnamed function")}, trace ` +
    `${inlineCode(report.trace_id)} · ${link(address("errors", recordKey(file)))}`,
    codeBlock(stackText(report.stack_trace)),
    variablesBlock("Properties", report.error_properties),
  ];
  for (const cause of report.causes ?? []) {
    parts.push(
      `${inlineCode(cause.relation)}: ${inlineCode(`${cause.error_type}: ${cause.error_message}`)}`,
    );
  }
  const spans = (report.open_spans ?? []).map(({ name, open_ms, metadata, variables }) => ({
    span: name,
    open: humanDuration(open_ms),
    ...metadata,
    ...variables,
  }));
  const source = report.locals_source ? ` (${report.locals_source})` : "";
  parts.push(variablesBlock(`Variables${source}`, report.local_variables));
  parts.push(variablesBlock("Arguments", report.arguments));
  parts.push(variablesBlock("Enclosing spans, innermost last", spans));
  parts.push(variablesBlock("Held locks", report.held_locks));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Outermost first, as it was recorded; a source line stands under its frame, libraries are folded. */
function stackText(stack: readonly StackFrame[]): string {
  if (stack.length === 0) return "no stack was recorded";
  const lines: string[] = [];
  let folded = 0;
  const unfold = () => {
    if (folded > 0) lines.push(`(${counted(folded, "frame")} of libraries)`);
    folded = 0;
  };
  for (const frame of stack.slice(-ticketFramesMax)) {
    if (frame.library) {
      folded++;
      continue;
    }
    unfold();
    lines.push(`${frame.file}:${frame.line} ${frame.function || "(top level)"}`);
    if (frame.code.trim() !== "") lines.push(`    ${frame.code.trim()}`);
  }
  unfold();
  const outer = stack.length - ticketFramesMax;
  return (outer > 0 ? [`(${counted(outer, "outer frame")} left out)`, ...lines] : lines).join("\n");
}

/** Nothing where there is nothing in it. */
function variablesBlock(title: string, value: object | undefined): string {
  if (value === undefined || Object.keys(value).length === 0) return "";
  const json = JSON.stringify(value, null, 2);
  const cut = json.length > ticketVariablesMax
    ? `${json.slice(0, ticketVariablesMax)}\n… cut: the report has all of it`
    : json;
  return `<details><summary>${title}</summary>\n\n${codeBlock(cut, "json")}\n\n</details>`;
}

function environment(header: ReportHeader, report: ErrorReport | undefined): string {
  const { redaction, planloop_version } = header;
  const replaced = Object.values(redaction.replaced).reduce((sum, count) => sum + count, 0);
  const secrets = redaction.enabled
    ? `${
      counted(replaced, "secret")
    } replaced in this report (a recorder's own marks are not counted)`
    : "secrets were **not** replaced";
  const lines = [`### Environment\n\nplanloop ${planloop_version}; ${secrets}.`];
  if (report?.environment && Object.keys(report.environment).length > 0) {
    lines.push(codeBlock(JSON.stringify(report.environment, null, 2), "json"));
  }
  return lines.join("\n\n");
}
