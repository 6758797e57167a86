/**
 * A report that was made, as JSON with the keys that the help documents.
 *
 * @module
 */

import { dirname } from "node:path";
import type { RecordCounts as BundleCounts, ReportScope } from "../lib/bundle/mod.ts";
import type { Problem } from "../lib/format/mod.ts";
import type { ReadSession, WrittenReport } from "./report/mod.ts";
import { sessionKeys } from "./report/mod.ts";
import { type RecordCounts, recordKeys } from "./record_counts.ts";
import { isoTime } from "./units.ts";

/** Records by kind, as `sessions info` names them, and lock requests. */
export interface ShownCounts extends RecordCounts {
  lock_requests: number;
}

/** The documented keys of one session in the report. */
export interface ReportSessionJson {
  session: string;
  path: string;
  key: string;
  title: string;
  limited_to: LimitJson | null;
  shown: ShownCounts;
  left_out: ShownCounts;
  problems: readonly Problem[];
}

/** What a session was limited to; null for what did not limit it. */
export interface LimitJson {
  trace: string | null;
  since: string | null;
  until: string | null;
  only: "errors" | null;
  max_size_bytes: number | null;
}

/** The documented keys of a report. */
export interface ReportJson {
  path: string;
  page: string;
  folder: string;
  files: number;
  size_bytes: number;
  redacted: boolean;
  sessions: ReportSessionJson[];
  sessions_left_out: { session: string; path: string; reason: string }[];
  warnings: string[];
  ticket: string | null;
}

/** The meaning of each key, for the help. */
export const reportKeys: readonly (readonly [key: string, meaning: string])[] = [
  ["path", "what to attach or open: index.html, or report.zip with --zip"],
  ["page", "index.html"],
  ["folder", "the folder that both are in"],
  ["files", "how many files the report is: 1, or with --split those beside the page, too"],
  ["size_bytes", "the size of report.zip with --zip, else of all files"],
  ["redacted", "whether secrets were replaced"],
  ["sessions[]", "in the report's order, each with:"],
  ["  session", "the session's id"],
  ["  path", "its folder"],
  ["  key", "its name in the addresses of a report of several"],
  ["  title", "its title in the report"],
  ["  limited_to", "trace, since, until, only, max_size_bytes; null where it is whole"],
  ["  shown", "records in the report, by kind:"],
  ...recordKeys.map(([key, meaning]) => [`    ${key}`, meaning] as const),
  ["    lock_requests", "requests for the session's lock"],
  ["  left_out", "the others, by the same kinds: both together are all there is"],
  ["  problems[]", "what is damaged: file, kind, reason, lost, …"],
  ["sessions_left_out[]", "session, path and reason of those without what was asked for"],
  ["warnings[]", "sentences about the report's size, its form, and secrets left in it"],
  ["ticket", "the Markdown, with --ticket; else null"],
];

/** A report for a machine to read. */
export function reportJson(
  report: WrittenReport,
  facts: { redacted: boolean; warnings: readonly string[]; ticket: string | null },
): ReportJson {
  const keys = sessionKeys(report.sessions.map(({ header }) => header));
  return {
    path: report.file,
    page: report.page,
    folder: dirname(report.page),
    files: report.files,
    size_bytes: report.bytes,
    redacted: facts.redacted,
    sessions: report.sessions.map((read, index) => sessionJson(read, keys[index]!)),
    sessions_left_out: report.leftOut.map(({ session: { id, path }, reason }) => ({
      session: id,
      path,
      reason,
    })),
    warnings: [...facts.warnings],
    ticket: facts.ticket,
  };
}

function sessionJson({ session, header, problems }: ReadSession, key: string): ReportSessionJson {
  const { scope, counts, title } = header;
  return {
    session: session.id,
    path: session.path,
    key,
    title,
    limited_to: scope && limitJson(scope),
    shown: countsJson(counts),
    left_out: countsJson(scope?.left_out ?? nothing),
    problems,
  };
}

const nothing: BundleCounts = {
  logs: 0,
  traces: 0,
  llm_calls: 0,
  errors: 0,
  lock_requests: 0,
  changes: 0,
  metrics: 0,
};

function countsJson(counts: BundleCounts): ShownCounts {
  const { logs, traces, llm_calls, errors, changes, metrics, lock_requests } = counts;
  return { log_lines: logs, traces, llm_calls, errors, changes, metrics, lock_requests };
}

function limitJson({ trace, since, until, only, size_max_bytes }: ReportScope): LimitJson {
  return {
    trace,
    since: isoTime(since),
    until: isoTime(until),
    only,
    max_size_bytes: size_max_bytes,
  };
}
