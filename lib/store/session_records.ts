/**
 * The records of a session that are a file each: traces, model calls, errors, state changes.
 *
 * @module
 */

import {
  diffJson,
  type ErrorReport,
  type LlmTranscript,
  parseTime,
  type ProblemSink,
  sessionLayout,
  type StateDiff,
  type Trace,
} from "../format/mod.ts";
import {
  isObject,
  LlmJournalReader,
  readErrorReport,
  readJsonDocument,
  readLlmTranscript,
  readStateDiff,
  readTrace,
  traceIdOfFile,
  TraceJournalReader,
} from "../read/mod.ts";
import type { SessionFiles } from "./session_files.ts";
import type { FileRecordKind, FileRecords, StoredRecord } from "./stored_record.ts";

type FileReader<T> = (file: string) => StoredRecord<T> | null | Promise<StoredRecord<T> | null>;
type Reader<T> = (value: unknown, file: string, problem: ProblemSink) => T | null;

const folders: Readonly<Record<FileRecordKind, string>> = {
  traces: sessionLayout.traces,
  llm: sessionLayout.llmTranscripts,
  errors: sessionLayout.errors,
  diffs: sessionLayout.diffs,
};

const copyName = /_pre(?:_\d{3,6})?\.json$/;
const journalName = /\.journal\.jsonl$/;
const stateCopyName = /_(?:pre|post|state)(?:_\d{3,6})?\.json$/;

/** Reads record files, sorted by name, one at a time. */
export class SessionRecords {
  readonly #files: SessionFiles;
  readonly #sinkOf: (file: string) => ProblemSink;
  readonly #readers: { readonly [Kind in FileRecordKind]: FileReader<FileRecords[Kind]> } = {
    traces: (file) => journalName.test(file) ? this.#journal(file) : this.#record(file, readTrace),
    llm: (file) =>
      journalName.test(file) ? this.#callJournal(file) : this.#record(file, readLlmTranscript),
    errors: (file) => this.#record(file, readErrorReport),
    diffs: (file) =>
      copyName.test(file) ? this.#compareCopies(file) : this.#record(file, readStateDiff),
  };

  /** @param sinkOf Gives where a file's problems go; asked once for each reading of it. */
  constructor(files: SessionFiles, sinkOf: (file: string) => ProblemSink) {
    this.#files = files;
    this.#sinkOf = sinkOf;
  }

  /** Traces; after them those that only have a journal, as their process still runs or died. */
  async *traces(): AsyncGenerator<StoredRecord<Trace>> {
    const journals = this.#names(sessionLayout.traces, journalName);
    const finished = new Set<string>();
    for (const stored of this.#records(sessionLayout.traces, readTrace)) {
      if (journals.length > 0) finished.add(traceKey(stored.record));
      yield stored;
    }
    for (const file of journals) {
      const stored = await this.#journal(file);
      // A trace that just ended has both for a moment.
      if (stored && !finished.has(traceKey(stored.record))) yield stored;
    }
  }

  /** Model calls; after them those that only have a journal, as they still run or were killed. */
  async *llmTranscripts(): AsyncGenerator<StoredRecord<LlmTranscript>> {
    const journals = this.#names(sessionLayout.llmTranscripts, journalName);
    const finished = new Set<string>();
    for (const stored of this.#records(sessionLayout.llmTranscripts, readLlmTranscript)) {
      if (journals.length > 0) finished.add(callKey(stored.record));
      yield stored;
    }
    for (const file of journals) {
      const stored = await this.#callJournal(file);
      // A call that just ended has both for a moment.
      if (stored && !finished.has(callKey(stored.record))) yield stored;
    }
  }

  /** Error reports, without the copies of the state beside them. */
  async *errors(): AsyncGenerator<StoredRecord<ErrorReport>> {
    yield* this.#records(sessionLayout.errors, readErrorReport);
  }

  /** State changes, without the copies of the state beside them. */
  async *diffs(): AsyncGenerator<StoredRecord<StateDiff>> {
    const recorded = new Set<string>();
    for (const stored of this.#records(sessionLayout.diffs, readStateDiff)) {
      recorded.add(stored.record.before_file).add(stored.file.replace("_diff", "_pre"));
      yield stored;
    }
    for (const file of this.#names(sessionLayout.diffs, copyName)) {
      if (recorded.has(file)) continue;
      const stored = this.#compareCopies(file);
      if (stored) yield stored;
    }
  }

  /** One record by its file, which is in the kind's folder. */
  async read<Kind extends FileRecordKind>(
    kind: Kind,
    file: string,
  ): Promise<StoredRecord<FileRecords[Kind]> | null> {
    const name = file.slice(folders[kind].length + 1);
    if (file !== `${folders[kind]}/${name}` || /[\\/]/.test(name)) return null;
    return await this.#readers[kind](file);
  }

  /** What changed between two copies of the state that have no record: older writers left none. */
  #compareCopies(beforeFile: string): StoredRecord<StateDiff> | null {
    const problem = this.#sinkOf(`${beforeFile} alone`);
    const afterFile = beforeFile.replace(/_pre((?:_\d{3,6})?\.json)$/, "_post$1");
    const before = this.#json(beforeFile);
    const after = this.#json(afterFile);
    if (!isObject(before?.value) || !isObject(after?.value)) {
      const reason = "The copy of a state has neither a record of what then changed beside it " +
        "nor a copy of the state after";
      problem({ file: beforeFile, kind: "missing", reason, lost: false });
      return null;
    }
    const reason = "The two copies of the state have no record of what changed: compared here";
    problem({ file: beforeFile, kind: "assumed", reason, lost: false });
    const updated = after.value["last_updated_at"];
    const record: StateDiff = {
      trace_id: traceIdOfFile(beforeFile),
      operation: "",
      timestamp: typeof updated === "string" ? updated : "",
      before_file: beforeFile,
      after_file: afterFile,
      changes: diffJson(before.value, after.value),
    };
    return { file: beforeFile, bytes: before.bytes + after.bytes, record, raw: record };
  }

  #json(file: string): { value: unknown; bytes: number } | null {
    const problem = this.#sinkOf(file);
    const bytes = this.#files.read(file, problem);
    return bytes && { value: readJsonDocument(bytes, file, problem).value, bytes: bytes.length };
  }

  *#records<T>(folder: string, reader: Reader<T>): Generator<StoredRecord<T>> {
    for (const file of this.#names(folder, /\.json$/)) {
      const stored = this.#record(file, reader);
      if (stored) yield stored;
    }
  }

  #record<T>(file: string, reader: Reader<T>): StoredRecord<T> | null {
    const problem = this.#sinkOf(file);
    const bytes = this.#files.read(file, problem);
    if (!bytes) return null;
    const { value } = readJsonDocument(bytes, file, problem);
    if (stateCopyName.test(file) && isState(value)) return null;
    const record = reader(value, file, problem);
    return record && { file, bytes: bytes.length, record, raw: value };
  }

  async #journal(file: string): Promise<StoredRecord<Trace> | null> {
    const problem = this.#sinkOf(file);
    const reader = new TraceJournalReader(file, problem);
    const bytes = await this.#feed(file, problem, reader);
    const folded = reader.finish();
    return folded && { file, bytes, record: folded.trace, raw: folded.raw };
  }

  async #callJournal(file: string): Promise<StoredRecord<LlmTranscript> | null> {
    const problem = this.#sinkOf(file);
    const reader = new LlmJournalReader(file, problem);
    const bytes = await this.#feed(file, problem, reader);
    const folded = reader.finish();
    return folded && { file, bytes, record: folded.transcript, raw: folded.raw };
  }

  /** Gives a reader all of a file; returns its size. */
  async #feed(
    file: string,
    problem: ProblemSink,
    reader: { push(chunk: Uint8Array): void },
  ): Promise<number> {
    let bytes = 0;
    for await (const chunk of this.#files.chunks(file, problem)) {
      bytes += chunk.length;
      reader.push(chunk);
    }
    return bytes;
  }

  #names(folder: string, form: RegExp): string[] {
    return this.#files.list(folder, this.#sinkOf(folder)).map(({ name }) => name)
      .filter((name) => form.test(name)).map((name) => `${folder}/${name}`);
  }
}

/** A copy of `state.json`, or what damage left of one. */
function isState(value: unknown): boolean {
  return !isObject(value) || !("changes" in value || "error_type" in value);
}

function callKey({ trace_id, span_id }: LlmTranscript): string {
  return `${trace_id}\n${span_id}`;
}

function traceKey(trace: Trace): string {
  return `${trace.trace_id}\n${parseTime(trace.started_at)}`;
}
