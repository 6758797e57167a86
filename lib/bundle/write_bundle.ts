/**
 * A session → a report's payload: header, sections, log blocks, documents.
 *
 * @module
 */

import { FindingsFold } from "../analyse/mod.ts";
import { type ErrorReport, type Problem, sessionLayout } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { BundleRedactor, BundleSource } from "./bundle_source.ts";
import { type ChunkData, ChunkPipeline, type ChunkSink, type Deflate } from "./chunk.ts";
import type { ReportHeader } from "./header.ts";
import { jsonPieces, listTexts } from "./json_text.ts";
import { logRowsOf } from "./log_rows.ts";
import { LogPass, type LogTotals, type PassContext } from "./log_pass.ts";
import { MetricPass } from "./metric_pass.ts";
import { RecordPass } from "./record_pass.ts";
import { redacted } from "./redacted.ts";
import { createHeader } from "./report_header.ts";
import type { ScopeAccount } from "./scope.ts";
import type { InputFile, SectionName, SessionSection } from "./sections.ts";
import { TimeRange } from "./time_range.ts";
import { TraceTally } from "./trace_tally.ts";
import { TraceTotals } from "./trace_totals.ts";

/** Compression of sections: small, and the first thing that a view waits for. */
const sectionLevel = 6;

/** What {@linkcode writeBundle} needs besides the session. */
export interface BundleOptions {
  deflate: Deflate;
  /** Undefined: nothing is redacted, and the header says so. */
  redactor?: BundleRedactor;
  /** Default: the session's title, else its name, else its id. */
  title?: string;
  planloopVersion: string;
  /** What the source leaves out; called when all records were read. Default: nothing. */
  scope?: () => ScopeAccount;
  /** The session's files with their digests; called when all records were read. */
  inputs: () => Promise<InputFile[]>;
}

/** What a page needs beside the chunks. */
export interface Bundle {
  header: ReportHeader;
  /** For the view that needs no script; redacted. */
  firstRows: LogRecord[];
  problems: Problem[];
  /** The earliest error report and its file; null where there is none. Redacted. */
  firstError: { file: string; report: ErrorReport } | null;
}

/**
 * Reads a session once and hands its payload to the sink, chunk by chunk: log blocks, then
 * documents, then sections. Memory does not grow with the log, nor with the size of records.
 *
 * @throws Whatever the source, the sink or `deflate` throws; the payload is then incomplete.
 */
export async function writeBundle(
  source: BundleSource,
  sink: ChunkSink,
  options: BundleOptions,
): Promise<Bundle> {
  const context: PassContext = {
    logBytes: logBytesOf(source),
    pipeline: new ChunkPipeline(options.deflate, sink),
    redactor: options.redactor,
    findings: new FindingsFold(),
    tally: new TraceTally(),
    times: new TimeRange(),
    pairsLocks: source.lockRequests === undefined,
  };
  const log = await readLog(source, context);
  const records = new RecordPass(source, context);
  await readRecords(source, records);
  const metrics = new MetricPass(context.times);
  for await (const batch of source.metrics()) {
    for (const metric of batch) metrics.add(redacted(metric, options.redactor));
  }
  const locks = redacted(source.lockRequests?.() ?? log.locks, options.redactor);
  for (const { trace_id, requested, operation } of locks) {
    context.tally.count(trace_id, "lock_requests", requested, operation, false);
  }
  const traceRows = context.tally.complete(records.traces);
  await records.documents.flush();
  const session = redacted(readSession(source), options.redactor);
  const inputs = redactedNames(await options.inputs(), options.redactor);
  // Everything was read by now, so whatever is damaged is known.
  const problems = redacted([...source.problems, ...context.tally.problems()], options.redactor);
  const findings = context.findings.finish({ state: session.state, locks, problems });
  const traces = new TraceTotals();
  const write = (name: SectionName, data: ChunkData) =>
    context.pipeline.push({ kind: "section", name }, data, sectionLevel);
  // In the order in which the app needs them.
  await write("dictionaries", jsonOf(log.dictionaries));
  await write("session", jsonOf(session));
  await write("traces", jsonList(traces.adding(traceRows), options.redactor));
  await write("llm", records.llm.finish());
  await write("errors", records.errors.finish());
  await write("locks", jsonList(locks));
  await write("changes", records.changes.finish());
  await write("paths", records.paths.finish());
  await write("metrics", metrics.finish());
  await write("problems", jsonList(problems));
  await write("inputs", jsonList(inputs));
  await context.pipeline.drain();
  const header = createHeader({
    summary: source.summary(),
    title: options.title,
    planloopVersion: options.planloopVersion,
    scope: options.scope?.() ?? null,
    redactor: options.redactor,
    times: context.times,
    log,
    locks,
    records,
    traces,
    problems,
    findings,
    state: session.state,
    metrics: metrics.count,
    sections: context.pipeline.sections,
    stored: context.pipeline.stored,
    inputs,
  });
  return {
    header,
    firstRows: log.firstRows,
    problems,
    firstError: records.firstReport ?? null,
  };
}

/** Digests are digits that a rule could take for a secret: only names are looked at. */
function redactedNames(
  inputs: readonly InputFile[],
  redactor: BundleRedactor | undefined,
): InputFile[] {
  return inputs.map((input) => ({ ...input, file: redacted(input.file, redactor) }));
}

/** Bytes of all logs. */
function logBytesOf(source: BundleSource): number {
  let sum = 0;
  for (const { file, bytes } of source.files()) {
    if (file.startsWith(`${sessionLayout.logs}/planloop`)) sum += bytes;
  }
  return sum;
}

async function readLog(
  source: BundleSource,
  context: PassContext,
): Promise<LogTotals> {
  const pass = new LogPass(context);
  for await (const batch of logRowsOf(source)) {
    await pass.add(batch);
  }
  const totals = await pass.finish();
  return totals;
}

async function readRecords(
  source: BundleSource,
  pass: RecordPass,
): Promise<void> {
  for await (const record of source.traces()) {
    await pass.addTrace(record);
  }
  for await (const record of source.llmTranscripts()) {
    await pass.addCall(record);
  }
  for await (const record of source.errors()) {
    await pass.addReport(record);
  }
  for await (const record of source.diffs()) {
    await pass.addChange(record);
  }
}

function readSession(source: BundleSource): SessionSection {
  return {
    state: source.state(),
    plan: source.plan(),
    feedback: source.feedback(),
    deadlock: source.deadlock(),
    lock_info: source.lockInfo(),
    lock_queue: source.lockQueue(),
    agent_transcript: source.agentTranscript(),
  };
}

function jsonOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** @param redactor Redacts row by row. Default: they are redacted, or are as they are to be. */
function jsonList(rows: Iterable<unknown>, redactor?: BundleRedactor): Iterable<Uint8Array> {
  return jsonPieces(listTexts(rows, (row) => JSON.stringify(redacted(row, redactor))));
}
