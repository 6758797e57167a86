/**
 * A session on disk, in whatever state.
 *
 * @module
 */

import {
  type AgentTranscriptLine,
  type DeadlockFile,
  type ErrorReport,
  type Feedback,
  type IndexEntry,
  type LlmTranscript,
  type LockInfo,
  type LockQueueEntry,
  type Metric,
  parseTime,
  type PlanDocument,
  type Problem,
  type ProblemSink,
  sessionIdTime,
  sessionLayout,
  type SessionState,
  type StateDiff,
  type Trace,
} from "../format/mod.ts";
import {
  createAgentReader,
  type LogRecord,
  type LogRow,
  type LogScanKernel,
  type MetricRow,
  ProblemList,
  readDeadlock,
  readFeedback,
  readJsonDocument,
  readPlan,
  readState,
  readUtf8,
} from "../read/mod.ts";
import { type Runtime, systemRuntime } from "../runtime/mod.ts";
import type { LastRows } from "./last_rows.ts";
import { readMetricRows } from "./metric_rows.ts";
import { SessionFiles } from "./session_files.ts";
import { readSessionLock, readSessionQueue } from "./session_lock.ts";
import { type FollowableLog, SessionLogs } from "./session_logs.ts";
import { SessionRecords } from "./session_records.ts";
import type { SessionSummary } from "./session_summary.ts";
import type { FileRecordKind, FileRecords, StoredFile, StoredRecord } from "./stored_record.ts";

/** How many lines of an agent's transcript are read. */
export const agentLinesMax = 100_000;

type RowBatches = AsyncGenerator<LogRow[]>;

/** What is known of a session before its folder is read. */
export interface SessionOptions {
  /** The session's row in the home's `index.json`; stands in where `state.json` is damaged. */
  entry?: IndexEntry | undefined;
  /** The machine. Default: the one that this runs on. */
  runtime?: Runtime;
}

/**
 * Reads one session folder, ours or the Python planloop's. Nothing here throws for what the folder
 * holds: what is missing is null or empty, what is damaged is in {@linkcode problems}, and the rest
 * is read. Reading twice reports nothing twice.
 *
 * @example Counting a session's log lines
 * ```ts
 * import { openHome, resolveHome } from "planloop/store";
 *
 * const session = openHome(resolveHome(undefined, process.env)).findSession();
 * let lines = 0;
 * for await (const batch of session.log()) lines += batch.length;
 * console.log(lines, session.problems);
 * ```
 */
export class StoredSession {
  /** The session's id: the folder's name. */
  readonly id: string;
  /** Absolute path of the session folder. */
  readonly path: string;
  readonly #problems = new ProblemList();
  /** How many problems each reading gave so far, by what was read. */
  readonly #reported = new Map<string, number>();
  readonly #files: SessionFiles;
  readonly #records: SessionRecords;
  readonly #logs: SessionLogs;
  readonly #runtime: Runtime;
  readonly #entry: IndexEntry | undefined;
  #state: SessionState | null | undefined;

  /**
   * @param id The session's id.
   * @param path Absolute path of its folder.
   */
  constructor(id: string, path: string, options: SessionOptions = {}) {
    this.id = id;
    this.path = path;
    this.#entry = options.entry;
    this.#runtime = options.runtime ?? systemRuntime();
    this.#files = new SessionFiles(path, this.#runtime);
    const sinkOf = (file: string) => this.#sink(file);
    this.#records = new SessionRecords(this.#files, sinkOf);
    this.#logs = new SessionLogs(this.#files, sinkOf, () => this.state()?.created_at ?? null);
  }

  /** Everything damaged or doubtful that was met so far; grows as the session is read. Bounded. */
  get problems(): readonly Problem[] {
    return this.#problems.list;
  }

  /** The session in a few words. Reads `state.json` only. */
  summary(): SessionSummary {
    const state = this.state();
    const known = state ?? this.#entry;
    const tasks = state?.tasks ?? [];
    return {
      id: this.id,
      path: this.path,
      name: known?.name ?? "",
      title: known?.title ?? "",
      purpose: state?.purpose ?? "",
      project_root: known?.project_root ?? "",
      created: parseTime(known?.created_at) ?? sessionIdTime(this.id) ?? null,
      updated: parseTime(known?.last_updated_at) ?? null,
      done: known?.done ?? false,
      now: state?.now ?? null,
      tasks: tasks.length,
      tasks_done: tasks.filter(({ status }) => status === "DONE").length,
      signals_open: (state?.signals ?? []).filter(({ open }) => open).length,
      has_state: state !== null,
    };
  }

  /** `state.json`, read once; as much as is whole where it was cut; null where it is not there. */
  state(): SessionState | null {
    if (this.#state !== undefined) return this.#state;
    const file = sessionLayout.state;
    const problem = this.#sink(file);
    const bytes = this.#files.read(file, problem, "missing");
    if (!bytes) return this.#state = null;
    const { value, cut } = readJsonDocument(bytes, file, problem);
    return this.#state = readState(value, file, problem, { cut });
  }

  /** `PLAN.md`. */
  plan(): PlanDocument | null {
    const file = sessionLayout.plan;
    const text = this.readText(file);
    return text === null ? null : readPlan(text, file, this.#sink(file));
  }

  /** `feedback.json`. */
  feedback(): Feedback | null {
    return this.#document(sessionLayout.feedback, readFeedback);
  }

  /** `deadlock.json`. */
  deadlock(): DeadlockFile | null {
    return this.#document(sessionLayout.deadlock, readDeadlock);
  }

  /** Who holds the session's lock. */
  lockInfo(): LockInfo | null {
    return readSessionLock(this.#files, this.#sink(sessionLayout.lockInfo));
  }

  /** Who holds or waits for the session's lock, first request first. */
  lockQueue(): LockQueueEntry[] {
    const problem = this.#sink(sessionLayout.lockQueue);
    return readSessionQueue(this.#files, this.#runtime.process, problem);
  }

  /** `logs/agent-transcript.jsonl`, at most {@linkcode agentLinesMax} lines. */
  agentTranscript(): AgentTranscriptLine[] {
    const file = sessionLayout.agentTranscript;
    const problem = this.#sink(file);
    const reader = createAgentReader(file, problem);
    const lines: AgentTranscriptLine[] = [];
    for (const chunk of this.#files.chunksNow(file, problem)) {
      for (const line of reader.push(chunk)) lines.push(line);
      if (lines.length > agentLinesMax) break;
    }
    for (const line of reader.finish()) lines.push(line);
    if (lines.length > agentLinesMax) {
      const reason = `The transcript is longer than ${agentLinesMax} lines: the rest is left out`;
      problem({ file, kind: "too_long", reason, lost: true });
      lines.length = agentLinesMax;
    }
    return lines;
  }

  /**
   * All logs as one, by time: `planloop.jsonl`, `planloop.log` (its local times brought to UTC),
   * and their rotated files. Memory does not grow with the logs.
   */
  async *log(): AsyncGenerator<LogRecord[]> {
    this.#checkLogs();
    yield* this.#logs.read();
  }

  /**
   * As {@linkcode log}, but each line is only read as far as its row says: for long logs.
   *
   * @param ends By file: the byte at which to end at the latest. Default: as far as each goes.
   * @param kernel Recognises lines faster; rows are then gone when the next ones are asked for.
   */
  async *logRows(ends?: ReadonlyMap<string, number>, kernel?: LogScanKernel): RowBatches {
    this.#checkLogs();
    yield* this.#logs.readRows(ends, kernel);
  }

  /**
   * The last rows of all logs, by time, without reading all of them. What is damaged before them is
   * not met, and a row of theirs may be kept.
   */
  async lastLogRows(wanted: LastRows): Promise<LogRow[]> {
    this.#checkLogs();
    const rows = await this.#logs.lastRows(wanted);
    if (rows) return rows;
    const { count, fits, ends, signal } = wanted;
    const last: LogRow[] = [];
    for await (const batch of this.#logs.readRows(ends)) {
      signal?.throwIfAborted();
      const found = fits ? batch.filter(fits) : batch;
      // Of each block, what is still among the last rows is kept, and not the block.
      for (const row of count === 0 ? [] : found.slice(-count)) last.push(row.kept());
      if (last.length > 2 * count) last.splice(0, last.length - count);
    }
    return count === 0 ? [] : last.slice(-count);
  }

  /** The logs that are written to, for those who follow them. */
  followableLogs(): FollowableLog[] {
    return this.#logs.followable();
  }

  #checkLogs(): void {
    if (!this.#files.has(sessionLayout.logs)) {
      const file = sessionLayout.logs;
      const reason = "The session has no logs folder: nothing was recorded, or it was removed";
      this.#sink(file)({ file, kind: "missing", reason, lost: false });
    }
  }

  /** The traces, sorted by file name; those still running, or whose process died, come last. */
  traces(): AsyncGenerator<StoredRecord<Trace>> {
    return this.#records.traces();
  }

  /** The model calls, sorted by file name; those that had not ended come last. */
  llmTranscripts(): AsyncGenerator<StoredRecord<LlmTranscript>> {
    return this.#records.llmTranscripts();
  }

  /** The error reports, sorted by file name. */
  errors(): AsyncGenerator<StoredRecord<ErrorReport>> {
    return this.#records.errors();
  }

  /** The state changes, sorted by file name. */
  diffs(): AsyncGenerator<StoredRecord<StateDiff>> {
    return this.#records.diffs();
  }

  /**
   * One of the records that are a file each, by the file it was read from before.
   *
   * @returns null where it is not there any more, cannot be read, or is no record of that kind.
   */
  recordOf<Kind extends FileRecordKind>(
    kind: Kind,
    file: string,
  ): Promise<StoredRecord<FileRecords[Kind]> | null> {
    return this.#records.read(kind, file);
  }

  /** The measurements in batches, in the order of the file. */
  async *metrics(): AsyncGenerator<Metric[]> {
    for await (const rows of this.metricRows()) yield rows.map(({ metric }) => metric);
  }

  /** As {@linkcode metrics}, each with its line in `logs/performance.jsonl`. */
  metricRows(): AsyncGenerator<MetricRow[]> {
    return readMetricRows(this.#files, this.#sink(sessionLayout.metrics));
  }

  /** Every file of the session but those in `.git`, sorted by path. */
  files(): StoredFile[] {
    return this.#files.walk(this.#sink("all files"));
  }

  /** A file's text; null, and a problem, where it cannot be read. */
  readText(file: string): string | null {
    const problem = this.#sink(`text ${file}`);
    const bytes = this.#files.read(file, problem, "missing");
    return bytes && readUtf8(bytes, file, problem);
  }

  /** A file's JSON, as much as is whole where it was cut; null where it cannot be read. */
  readJson(file: string): unknown {
    const problem = this.#sink(`json ${file}`);
    const bytes = this.#files.read(file, problem, "missing");
    return bytes ? readJsonDocument(bytes, file, problem).value ?? null : null;
  }

  /** Where a file is, if it may be read: a regular file in the session's folder, links followed. */
  locate(file: string): { path: string; bytes: number } | null {
    return this.#files.find(file, this.#sink(`place ${file}`));
  }

  /** A file's bytes in pieces, as {@linkcode SessionFiles.chunks} gives them. */
  readBytes(file: string, shared = false): AsyncGenerator<Uint8Array> {
    return this.#files.chunks(file, this.#sink(`bytes ${file}`), "missing", Infinity, shared);
  }

  /**
   * Where the problems of one reading go. A reading gives its problems in the same order each time:
   * those that an earlier one gave, whole or broken off, are not given again.
   */
  #sink(reading: string): ProblemSink {
    let count = 0;
    return (problem) => {
      count++;
      if (count <= (this.#reported.get(reading) ?? 0)) return;
      this.#reported.set(reading, count);
      this.#problems.add(problem);
    };
  }

  #document<T>(
    file: string,
    reader: (value: unknown, file: string, problem: ProblemSink) => T | null,
  ): T | null {
    const problem = this.#sink(file);
    const bytes = this.#files.read(file, problem);
    return bytes && reader(readJsonDocument(bytes, file, problem).value, file, problem);
  }
}
