/**
 * The logs of a session as one: JSON lines, the Python planloop's text log, and rotated files.
 *
 * @module
 */

import { type EpochMs, parseTime, type ProblemSink, sessionLayout } from "../format/mod.ts";
import {
  createLogReader,
  createLogRowReader,
  inferZoneOffset,
  type LinesBefore,
  lockMomentKey,
  type LogRecord,
  type LogRow,
  type LogScanKernel,
  mergeLogs,
  rowOfRecord,
  TextLogReader,
  zoneAnchors,
} from "../read/mod.ts";
import type { ReadHandle } from "../runtime/mod.ts";
import { type LastRows, lastRows } from "./last_rows.ts";
import type { SessionFiles } from "./session_files.ts";

/** How much of each log is searched for the text log's time zone, in bytes. */
export const zoneSearchBytesMax: number = 1024 * 1024;

/** The log, its rotated files (`planloop.1.jsonl`, `planloop.jsonl.1`), and the same of the text log. */
const logName = /^planloop(?:\.\d{1,9})?\.(jsonl|log)(?:\.\d{1,9})?$/;

/** A session's logs, found and read. */
export class SessionLogs {
  readonly #files: SessionFiles;
  readonly #sinkOf: (file: string) => ProblemSink;
  readonly #created: () => string | null;

  /**
   * @param sinkOf Gives where a file's problems go; asked once for each reading of it.
   * @param created Gives the session's `created_at`, where known.
   */
  constructor(
    files: SessionFiles,
    sinkOf: (file: string) => ProblemSink,
    created: () => string | null,
  ) {
    this.#files = files;
    this.#sinkOf = sinkOf;
    this.#created = created;
  }

  /** All logs' records by time. */
  read(): AsyncGenerator<LogRecord[]> {
    return mergeLogs(
      this.#names().map((file) =>
        this.#readFile(
          file,
          (problem) =>
            isTextLog(file) ? this.#textReader(file, problem) : createLogReader(file, problem),
        )
      ),
    );
  }

  /**
   * The same as rows.
   *
   * @param ends Where to end in a file at the latest. Default: as far as it goes.
   * @param kernel Recognises lines faster. Default: TypeScript does. With it, rows are gone when the
   * next ones are asked for.
   */
  readRows(
    ends: ReadonlyMap<string, number> = new Map(),
    kernel?: LogScanKernel,
  ): AsyncGenerator<LogRow[]> {
    const names = this.#names();
    // Of several logs, rows of one are held while the next ones of it are read.
    const shared = kernel !== undefined && names.length === 1;
    return mergeLogs(
      names.map((file) => {
        if (isTextLog(file)) {
          return rowsOf(this.#readFile(file, (problem) => this.#textReader(file, problem), ends));
        }
        const open = (problem: ProblemSink) => createLogRowReader(file, problem, { kernel });
        return this.#readFile(file, open, ends, shared);
      }),
    );
  }

  /**
   * The last rows by time, without reading all of the logs: what is damaged before them is not
   * met. Null where only a whole reading tells, as of the text log, whose records may have many
   * lines.
   */
  async lastRows(wanted: LastRows): Promise<LogRow[] | null> {
    const names = this.#names();
    if (names.some(isTextLog)) return null;
    const logs: LogRow[][] = [];
    for (const file of names) {
      const rows = this.#lastRowsOf(file, wanted);
      if (!rows) return null;
      logs.push(rows);
    }
    const merged: LogRow[] = [];
    for await (const rows of mergeLogs(logs.map(oneBatch))) {
      for (const row of rows) merged.push(row);
    }
    return wanted.count === 0 ? [] : merged.slice(-wanted.count);
  }

  #lastRowsOf(file: string, wanted: LastRows): LogRow[] | null {
    const problem = this.#sinkOf(`${file} from its end`);
    const handle = this.#files.open(file, problem);
    if (!handle) return [];
    try {
      const size = Math.min(handle.size(), wanted.ends?.get(file) ?? Infinity);
      return lastRows(handle, size, wanted, (lines, before) => {
        const reader = createLogRowReader(file, problem, { before });
        return [...reader.push(lines), ...reader.finish()];
      });
    } finally {
      handle.close();
    }
  }

  /** The logs that are written under these names, whether or not they are there by now. */
  followable(): FollowableLog[] {
    return [sessionLayout.textLog, sessionLayout.log].map((file) => {
      const problem = this.#sinkOf(`${file} as it grows`);
      return {
        file,
        open: () => this.#files.open(file, problem),
        rotated: () => isTextLog(file) ? [] : this.#rotated(problem),
        reader: (before) =>
          isTextLog(file)
            ? rowReader(this.#textReader(file, problem, before))
            : createLogRowReader(file, problem, { before }),
      };
    });
  }

  #rotated(problem: ProblemSink): RotatedLog[] {
    return this.#files.list(sessionLayout.logs, problem)
      .flatMap(({ name }) => {
        const number = Number(/^planloop\.(\d{1,9})\.jsonl$/.exec(name)?.[1] ?? NaN);
        const file = `${sessionLayout.logs}/${name}`;
        return number >= 0 ? [{ number, file, open: () => this.#files.open(file, problem) }] : [];
      })
      .sort((a, b) => a.number - b.number);
  }

  /** Text logs first: their line of an event precedes the event itself. */
  #names(): string[] {
    const names = this.#files.list(sessionLayout.logs, this.#sinkOf(sessionLayout.logs))
      .map(({ name }) => name).filter((name) => logName.test(name));
    const text = names.filter(isTextLog);
    return [...text, ...names.filter((name) => !isTextLog(name))]
      .map((name) => `${sessionLayout.logs}/${name}`);
  }

  #textReader(
    file: string,
    problem: ProblemSink,
    before: LinesBefore = { lines: 0, bytes: 0 },
  ): TextLogReader {
    return new TextLogReader(file, problem, { offset_minutes: this.#zone(file, problem), before });
  }

  async *#readFile<Row>(
    file: string,
    open: (problem: ProblemSink) => ChunkReader<Row>,
    ends: ReadonlyMap<string, number> = new Map(),
    shared = false,
  ): AsyncGenerator<Row[]> {
    const problem = this.#sinkOf(file);
    const reader = open(problem);
    const end = ends.get(file);
    for await (const chunk of this.#files.chunks(file, problem, "quiet", end, shared)) {
      const records = reader.push(chunk);
      if (records.length > 0) yield records;
    }
    const last = reader.finish();
    if (last.length > 0) yield last;
  }

  #zone(file: string, problem: ProblemSink): number | null {
    const start = this.#files.readStart(file, zoneSearchBytesMax);
    const zone = inferZoneOffset(
      zoneAnchors(start, {
        created: parseTime(this.#created()) ?? null,
        lock_events: this.#lockMoments(),
      }),
    );
    if (!zone) return null;
    if (zone.against > 0) {
      const hours = zone.offset_minutes / 60;
      const reason = `The log's local times fit UTC${hours < 0 ? "" : "+"}${hours} hours ` +
        `${zone.votes} times and other zones ${zone.against} times: the first is taken for all`;
      problem({ file, kind: "assumed", reason, lost: false });
    }
    return zone.offset_minutes;
  }

  #lockMoments(): Map<string, EpochMs> {
    const moments = new Map<string, EpochMs>();
    const reader = createLogReader(sessionLayout.log, () => {});
    const start = this.#files.readStart(sessionLayout.log, zoneSearchBytesMax);
    for (const { event, time, extra } of [...reader.push(start), ...reader.finish()]) {
      const id = extra["lock_entry_id"];
      if (time === null || typeof id !== "string") continue;
      if (event === "lock_requested" || event === "lock_released") {
        moments.set(lockMomentKey(event, id), time);
      }
    }
    return moments;
  }
}

/** Makes rows, or records, of chunks of bytes. */
export interface ChunkReader<Row> {
  /** Takes the next chunk, and gives what it completes. */
  push(chunk: Uint8Array): Row[];
  /** Gives what is left. */
  finish(): Row[];
}

/** A log that was full. */
export interface RotatedLog {
  /** The later it was full, the higher. */
  number: number;
  /** The file, relative to the session folder. */
  file: string;
  /** Opens it; null where it cannot be read. */
  open(): ReadHandle | null;
}

/** A log that programs write to while it is read. */
export interface FollowableLog {
  /** The file, relative to the session folder. */
  file: string;
  /** Opens the file that has the name now; null where there is none that can be read. */
  open(): ReadHandle | null;
  /** Files that had the name before, by the number that a rotation gave them, lowest first. */
  rotated(): RotatedLog[];
  /** A reader for what follows. */
  reader(before: LinesBefore): ChunkReader<LogRow>;
}

function rowReader(reader: TextLogReader): ChunkReader<LogRow> {
  return {
    push: (chunk) => reader.push(chunk).map(rowOfRecord),
    finish: () => reader.finish().map(rowOfRecord),
  };
}

async function* oneBatch(rows: LogRow[]): AsyncGenerator<LogRow[]> {
  yield await Promise.resolve(rows);
}

async function* rowsOf(batches: AsyncIterable<LogRecord[]>): AsyncGenerator<LogRow[]> {
  for await (const batch of batches) yield batch.map(rowOfRecord);
}

function isTextLog(name: string): boolean {
  return logName.exec(name.slice(name.lastIndexOf("/") + 1))?.[1] === "log";
}
