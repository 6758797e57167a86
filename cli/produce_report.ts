/**
 * Making a report, with what a person wants to see meanwhile and afterwards.
 *
 * @module
 */

import {
  type Counts,
  leftOutText,
  type ReportScope,
  type ScopeAccount,
  scopeText,
} from "../lib/bundle/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import type { RedactChoice } from "./settings/mod.ts";
import { sayProblems } from "./home.ts";
import { type Io, say } from "./io.ts";
import { machineOf } from "./machine.ts";
import { startProgress } from "./progress.ts";
import {
  type LeftOutSession,
  type ReadSession,
  type ReportProgress,
  writeReport,
  type WrittenReport,
} from "./report/mod.ts";
import { allowNote, settingsOf } from "./settings_of.ts";
import { sizeAdvice } from "./size_advice.ts";
import { count, size } from "./units.ts";

/** Most sessions left out that are named; the others are counted. */
const leftOutNamedMax = 5;

const notSplit =
  "One file, in spite of --split: the session is so short that there is nothing to " +
  "put beside the page.";

/** What a command decides about its report. */
export interface ReportRequest {
  /** The report's folder, absolute. */
  out: string;
  /** Default: the session's own title. */
  title?: string | undefined;
  redact: boolean;
  /** Which part of the session is shown. Default: the whole of it. */
  scope?: ReportScope | undefined;
  /** Whether most data goes to files beside the page. */
  split?: boolean | undefined;
  /** Whether the report is written as an archive, too. */
  zip?: boolean | undefined;
  /** The command line, for advice on the report's size. Default: none is given. */
  command?: string | undefined;
  /** No progress and no summary. */
  quiet: boolean;
}

/** A report, and what its maker should know of it. */
export interface ProducedReport extends WrittenReport {
  /** Sentences; they were said on stderr, too, unless the request was to be quiet. */
  warnings: string[];
}

/** Writes a report of one or several sessions and tells about it on stderr. */
export async function produceReport(
  sessions: readonly StoredSession[],
  request: ReportRequest,
  io: Io,
): Promise<ProducedReport> {
  const redaction = settingsOf(io)?.redact;
  const quiet = request.quiet || io.manner.quiet;
  const progress = startProgress(io.stderr, { quiet });
  const report = await writeReport(sessions, {
    out: request.out,
    title: request.title,
    redact: request.redact,
    redaction,
    scope: request.scope,
    split: request.split,
    zip: request.zip,
    runtime: machineOf(io),
    signal: io.interrupted,
    onProgress: (state) => progress.update(state.fraction, () => activity(state)),
  }).finally(() => progress.end());
  const warnings = warningsOf(report, request, redaction);
  if (quiet) return { ...report, warnings };
  const isOne = sessions.length === 1;
  for (const read of report.sessions) sayContents(read, isOne ? report : null, io);
  sayLeftOut(report.leftOut, io);
  if (!isOne) {
    say(io, `${count(report.sessions.length, "session")} in ${sizeOf(report)}.`);
  }
  for (const warning of warnings) say(io, warning);
  return { ...report, warnings };
}

function sayLeftOut(leftOut: readonly LeftOutSession[], io: Io): void {
  if (leftOut.length === 0) return;
  const ids = leftOut.slice(0, leftOutNamedMax).map(({ session }) => session.id).join(", ");
  const more = leftOut.length - leftOutNamedMax;
  say(
    io,
    `${count(leftOut.length, "session")} left out, without anything of what was asked for: ` +
      `${ids}${more > 0 ? ` and ${more} more` : ""}.`,
  );
}

/** What the report holds of a session. */
function sayContents(
  { session, header: { counts, scope }, problems }: ReadSession,
  report: WrittenReport | null,
  io: Io,
): void {
  const verdict = problems.length === 0 ? " No data problems." : "";
  const page = report === null ? "" : `, ${sizeOf(report)}`;
  say(io, `${session.id}: ${contents(counts)}${page}.${verdict}`);
  if (scope !== null) say(io, scopeNote(scope));
  sayProblems(problems, io);
}

/** `840 KB`, or `84 MB in 61 files`: what is archived is one. */
function sizeOf({ bytes, pageBytes, files }: WrittenReport): string {
  return files > 1 && bytes === pageBytes
    ? `${size(bytes)} in ${count(files, "file")}`
    : size(bytes);
}

function warningsOf(
  report: WrittenReport,
  request: ReportRequest,
  redaction: RedactChoice | undefined,
): string[] {
  const { command, scope, split = false, zip = false, redact } = request;
  const advice = command === undefined ? null : sizeAdvice({
    ...report,
    lines: report.sessions.reduce((sum, { header }) => sum + header.counts.logs, 0),
    isSplit: split,
    isZip: zip,
    isLimited: (scope?.size_max_bytes ?? null) !== null,
    command,
  });
  return [
    ...(split && !report.isSplit ? [notSplit] : []),
    ...(advice === null ? [] : [advice]),
    ...(redact
      ? allowNote(redaction)
      : ["Secrets were not removed: look before you share this report."]),
  ];
}

function activity({ stage, rows }: ReportProgress): string {
  switch (stage) {
    case "survey":
      return `looking through the session, ${count(rows, "line")}`;
    case "log":
      return `reading the log, ${count(rows, "line")}`;
    case "records":
      return "reading records";
    case "page":
      return "writing the page";
  }
}

/** What a limited report shows and leaves out. */
function scopeNote(scope: ScopeAccount): string {
  const leftOut = leftOutText(scope.left_out);
  return leftOut === ""
    ? `Shows ${scopeText(scope)}: that is all of the session.`
    : `Shows ${scopeText(scope)}. Left out: ${leftOut}.`;
}

/** The log's lines, and whatever else there is any of. */
function contents(counts: Counts): string {
  const others: [number, string][] = [
    [counts.tasks, "task"],
    [counts.traces, "trace"],
    [counts.llm_calls, "model call"],
    [counts.errors, "error"],
    [counts.lock_requests, "lock request"],
    [counts.changes, "state change"],
    [counts.metrics, "measurement"],
  ];
  const parts = others.filter(([value]) => value > 0).map(([value, noun]) => count(value, noun));
  return [count(counts.logs, "log line"), ...parts].join(", ");
}
