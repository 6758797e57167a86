/**
 * A typed, realistic report without a session behind it: every view's data and every edge. The
 * app's tests and its development page run on it.
 *
 * @module
 */

import { isFailedOutcome } from "../../lib/analyse/failure.ts";
import { levels } from "../../lib/format/mod.ts";
import type { Finding } from "../../lib/analyse/finding.ts";
import type { DataSource } from "../../lib/bundle/data_source.ts";
import { bundleVersion, type ReportHeader } from "../../lib/bundle/header.ts";
import { lockTotals } from "../../lib/bundle/report_header.ts";
import { TraceTotals } from "../../lib/bundle/trace_totals.ts";
import type { InputFile, Sections } from "../../lib/bundle/sections.ts";
import { sampleChanges } from "./changes.ts";
import { at } from "./clock.ts";
import { SampleDocuments } from "./documents.ts";
import { sampleErrors } from "./errors.ts";
import { sampleCalls } from "./llm.ts";
import { lockEntryId, sampleLocks } from "./locks.ts";
import { dictionariesOf, SampleLog, sampleLogRecords } from "./logs.ts";
import { sampleMetrics, sampleProblems } from "./metrics.ts";
import { changeRow, errorRow, llmRow, pathSection, traceRows } from "./rows.ts";
import { sampleSession } from "./session.ts";
import { ids, sampleTraces } from "./traces.ts";

export { ids as sampleTraceIds } from "./traces.ts";
export { sampleLogRows } from "./logs.ts";

const findings: Finding[] = [
  {
    kind: "first_error",
    severity: "error",
    title: "First error: LockTimeoutError in acquireLock",
    detail: "update waited 30 s for the lock; pid:4310 held it for index. Five more errors follow.",
    evidence: { file: `logs/errors/${ids.timeout}_error.json`, trace_id: ids.timeout },
    time: at(92_001),
  },
  {
    kind: "open_at_death",
    severity: "error",
    title: "fix was still running when the recording ended",
    detail: "4 spans were open, the innermost one receive, and one model call was half received.",
    evidence: { trace_id: ids.running, span_id: `${ids.running.slice(-6)}-7` },
    time: at(470_000),
  },
  {
    kind: "failed_call",
    severity: "error",
    title: "A model call failed after 3 attempts",
    detail: "Each attempt got status 500.",
    evidence: { file: `logs/llm_transcripts/${ids.tests}_llm.json`, trace_id: ids.tests },
    time: at(92_800),
  },
  {
    kind: "retried_call",
    severity: "warning",
    title: "A model call was retried twice",
    detail: "Two attempts got status 429 before the third was answered.",
    evidence: {
      file: `logs/llm_transcripts/${ids.rateLimited}_llm.json`,
      trace_id: ids.rateLimited,
    },
    time: at(120_900),
  },
  {
    kind: "lock_never_released",
    severity: "warning",
    title: "agent-b never released the lock",
    detail: "update took it at the end of the session; agent-c still waits.",
    evidence: { lock_entry_id: lockEntryId(23), trace_id: ids.running },
    time: at(505_001),
  },
  {
    kind: "blocked_tasks",
    severity: "warning",
    title: "4 tasks can never start",
    detail: "9 depends on a cancelled task, 14 and 15 on each other, 6 on one that waits.",
    evidence: { file: "state.json", task_id: 9 },
    time: null,
  },
  {
    kind: "damaged_data",
    severity: "info",
    title: "11 problems in the session's files",
    detail: "5 of them lost data.",
    evidence: { file: "logs/planloop.jsonl", line: 412 },
    time: null,
  },
];

const sampleInputs: InputFile[] = [
  {
    file: "state.json",
    bytes: 18_211,
    sha256: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
  },
  {
    file: "logs/planloop.jsonl",
    bytes: 315_002,
    sha256: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
  },
];

/** The sample report. Every call builds an equal one. */
export function createSampleSource(): DataSource {
  const documents = new SampleDocuments();
  const traces = sampleTraces();
  const records = sampleLogRecords(traces);
  const llm = sampleCalls().map((call) => llmRow(call, documents));
  const seen = new Map<string, number>();
  const errors = sampleErrors().map((report) => {
    const nth = (seen.get(report.trace_id) ?? 0) + 1;
    seen.set(report.trace_id, nth);
    return errorRow(report, nth, documents);
  });
  const changes = sampleChanges().map((change) => changeRow(change, documents));
  const dictionaries = dictionariesOf(records);
  const sections: Sections = {
    session: sampleSession,
    dictionaries,
    traces: traceRows({ traces, logs: records, llm, errors, changes }, documents),
    llm,
    errors,
    locks: sampleLocks(),
    changes,
    paths: pathSection(sampleChanges()),
    metrics: sampleMetrics(),
    problems: sampleProblems(),
    inputs: sampleInputs,
  };
  return sourceOf(sections, documents, new SampleLog(records, dictionaries), findings);
}

/** A report of a session in which nothing was recorded: every view shows its empty state. */
export function createEmptySource(): DataSource {
  const sections: Sections = {
    session: {
      state: null,
      plan: null,
      feedback: null,
      deadlock: null,
      lock_info: null,
      lock_queue: [],
      agent_transcript: [],
    },
    dictionaries: dictionariesOf([]),
    traces: [],
    llm: [],
    errors: [],
    locks: [],
    changes: [],
    paths: { names: [], changes: [], left_out: 0 },
    metrics: { names: [], tags: [], rows: [] },
    problems: [],
    inputs: [],
  };
  return sourceOf(sections, new SampleDocuments(), new SampleLog([], sections.dictionaries), []);
}

function sourceOf(
  sections: Sections,
  documents: SampleDocuments,
  logs: SampleLog,
  found: Finding[],
): DataSource {
  return {
    header: headerOf(sections, logs, found),
    section: (name) => Promise.resolve(structuredClone(sections[name])),
    document: (ref) => new Promise((resolve) => resolve(documents.get(ref))),
    logs,
  };
}

function headerOf(sections: Sections, logs: SampleLog, found: Finding[]): ReportHeader {
  const { session, traces, llm, errors, locks, changes, metrics, problems } = sections;
  const state = session.state;
  const totals = new TraceTotals();
  for (const trace of traces) totals.add(trace);
  const sum = (values: (number | null)[]): number =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const byLevel = levels.map((_, index) =>
    logs.columns.level.reduce((total, level) => total + (level === index ? 1 : 0), 0)
  );
  return {
    bundle_version: bundleVersion,
    planloop_version: "0.1.0",
    title: state?.title ?? "An empty session",
    session: {
      id: state?.session ?? "empty-20251118T081417Z-0000",
      name: state?.name ?? "empty",
      title: state?.title ?? "An empty session",
      purpose: state?.purpose ?? "",
      project_root: state?.project_root ?? "",
      created: state ? at(0) : null,
      updated: state ? at(512_000) : null,
      done: false,
      now: state?.now ?? null,
      has_state: state !== null,
    },
    scope: null,
    time_range: state ? { start: at(0), end: at(615_000) } : { start: null, end: null },
    counts: {
      tasks: state?.tasks.length ?? 0,
      tasks_done: state?.tasks.filter((task) => task.status === "DONE").length ?? 0,
      logs: logs.rows,
      llm_calls: llm.length,
      llm_failed: llm.filter((call) => isFailedOutcome(call.outcome)).length,
      llm_open: llm.filter((call) => call.outcome === "running").length,
      traces: totals.count,
      traces_failed: totals.failed,
      traces_open: totals.open,
      errors: errors.length,
      lock_requests: locks.length,
      changes: changes.length,
      metrics: metrics.rows.length,
      problems: problems.length,
    },
    levels: {
      DEBUG: byLevel[0] ?? 0,
      INFO: byLevel[1] ?? 0,
      WARNING: byLevel[2] ?? 0,
      ERROR: byLevel[3] ?? 0,
      CRITICAL: byLevel[4] ?? 0,
    },
    llm: {
      input_tokens: llm.length > 0 ? sum(llm.map((call) => call.input_tokens)) : null,
      output_tokens: llm.length > 0 ? sum(llm.map((call) => call.output_tokens)) : null,
      tokens_unknown:
        llm.filter((call) => (call.input_tokens ?? call.output_tokens) === null).length,
      cost_usd: llm.length > 0 ? sum(llm.map((call) => call.cost_usd)) : null,
      cost_unknown: llm.filter((call) => call.cost_usd === null).length,
    },
    locks: lockTotals(locks),
    slowest: totals.slowest,
    findings: found,
    logs: {
      rows: logs.rows,
      text_bytes: logs.rows * 210,
      blocks: [{ rows: logs.rows, column_bytes: logs.rows * 20, text_bytes: logs.rows * 210 }],
    },
    sections: Object.fromEntries(
      Object.entries(sections).map(([name, value]) => [name, JSON.stringify(value).length]),
    ),
    document_blocks: [0],
    stored: { section: 0, columns: 0, text: 0, documents: 0 },
    redaction: {
      enabled: true,
      replaced: state ? { "generic-api-key": 3, "anthropic-api-key": 1 } : {},
    },
    inputs: {
      files: sections.inputs.length,
      bytes: sum(sections.inputs.map(({ bytes }) => bytes)),
    },
  };
}
