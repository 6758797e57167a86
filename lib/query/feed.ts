/**
 * What comes into a session, as it comes.
 *
 * @module
 */

import { type Problem, sessionLayout } from "../format/mod.ts";
import { createLogRowReader, createMetricRowReader } from "../read/mod.ts";
import { joinPath, type Runtime, systemRuntime } from "../runtime/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { type FeedPosition, formatPosition, type LinePosition } from "./feed_position.ts";
import { readRecord } from "./file_query.ts";
import { endOfLines, linesOf, readTail } from "./line_tail.ts";
import { logQueryRecord } from "./log_query.ts";
import type { QueryKind } from "./query_kind.ts";
import { type QueryRecord, sourced } from "./query_record.ts";
import { type Arrival, arrivalSlackMs, RecordArrivals } from "./record_arrivals.ts";

/** One thing that came. */
export interface FeedEvent {
  kind: Exclude<QueryKind, "locks">;
  /** The record's documented keys with `source`; of a problem the problem. */
  json: unknown;
  /** The position behind it, as a text. */
  position: string;
}

/** What came after a position. */
export interface FeedBatch {
  events: readonly FeedEvent[];
  /** The position behind all of it. */
  position: FeedPosition;
}

/** Most record files of one batch. */
const arrivalsMax = 100;

/** Most log files that a position names: the one that grows, and those that were just renamed. */
const logFilesMax = 8;

const rotatedName = /^planloop\.(\d{1,9})\.jsonl$/;

interface LogFile {
  generation: number;
  /** Relative to the session's folder. */
  file: string;
}

/**
 * Follows a session: gives the lines of its log (across rotations), its measurements, and its other
 * records once they are whole. A line that is half written waits for its end. Nothing is given twice
 * and nothing is left out; a log file that was removed before it was read is a problem.
 *
 * Text logs of the Python planloop are not followed: its events are in the other log, too.
 */
export class SessionFeed {
  readonly #session: StoredSession;
  readonly #runtime: Runtime;
  readonly #arrivals: RecordArrivals;
  /** How far lines of each log file were counted, by generation. */
  readonly #counted = new Map<number, LinePosition>();

  constructor(session: StoredSession, runtime: Runtime = systemRuntime()) {
    this.#session = session;
    this.#runtime = runtime;
    this.#arrivals = new RecordArrivals(session.path, runtime);
  }

  /** The position behind everything that is there now. */
  async present(): Promise<FeedPosition> {
    const logs = new Map<number, LinePosition>();
    for (const { generation, file } of this.#logFiles().slice(-logFilesMax)) {
      const counted = this.#counted.get(generation) ?? { offset: 0, lines: 0 };
      const end = await this.#endOf(file, counted);
      this.#counted.set(generation, end);
      logs.set(generation, end);
    }
    const metrics = await this.#endOf(sessionLayout.metrics, { offset: 0, lines: 0 });
    this.#arrivals.look();
    const { mark, given } = this.#arrivals.moved(
      { logs, metrics, mark: this.#runtime.clock.nowWhole() - arrivalSlackMs, given: [] },
      null,
    );
    return { logs, metrics, mark, given };
  }

  /** What came after a position, as much as is good at once; nothing where nothing did. */
  async after(position: FeedPosition): Promise<FeedBatch> {
    const problemsBefore = this.#session.problems.length;
    const events: FeedEvent[] = [];
    let at = this.#readLogs(position, events);
    at = this.#readMetrics(at, events);
    at = await this.#readRecords(at, events);
    for (const problem of this.#session.problems.slice(problemsBefore)) {
      events.push({ kind: "problems", json: problem, position: formatPosition(at) });
    }
    return { events, position: at };
  }

  #readLogs(start: FeedPosition, events: FeedEvent[]): FeedPosition {
    let at = start;
    const present = this.#logFiles();
    const newest = present.at(-1)?.generation ?? 0;
    const first = Math.min(...at.logs.keys(), newest);
    const wanted = at.logs.size === 0 ? present : present.filter((log) => log.generation >= first);
    for (const log of wanted) {
      const from = at.logs.get(log.generation) ?? { offset: 0, lines: 0 };
      const place = this.#readLog(log, from, newest, at, events);
      const logs = new Map(at.logs).set(log.generation, place);
      for (const old of [...logs.keys()].sort((a, b) => a - b).slice(0, -logFilesMax)) {
        logs.delete(old);
      }
      at = { ...at, logs };
      // One file after the other, or lines of a later one would come before those of an earlier one.
      if (place.offset > from.offset) break;
    }
    return at;
  }

  #readLog(
    { generation, file }: LogFile,
    from: LinePosition,
    newest: number,
    at: FeedPosition,
    events: FeedEvent[],
  ): LinePosition {
    const tail = this.#tailOf(file, from);
    if (!tail || tail.bytes.length === 0) return from;
    // It may have been renamed just now, and these be the bytes of the file after it.
    if ((this.#logFiles().at(-1)?.generation ?? 0) !== newest) return from;
    const before = new Map(at.logs);
    let end = from;
    for (const [line, place] of linesOf(tail)) {
      const problem = (found: Problem) =>
        events.push({
          kind: "problems",
          json: { ...found, line: place.lines },
          position: positionText(),
        });
      const positionText = () =>
        formatPosition({ ...at, logs: new Map(before).set(generation, place) });
      const reader = createLogRowReader(file, problem);
      for (const row of [...reader.push(line), ...reader.finish()]) {
        const record = logQueryRecord(row, this.#session.id);
        events.push(eventOf(record, positionText(), place.lines));
      }
      end = place;
    }
    return end;
  }

  #readMetrics(at: FeedPosition, events: FeedEvent[]): FeedPosition {
    const file = sessionLayout.metrics;
    const tail = this.#tailOf(file, at.metrics);
    if (!tail || tail.bytes.length === 0) return at;
    let metrics = at.metrics;
    for (const [line, place] of linesOf(tail)) {
      metrics = place;
      const position = formatPosition({ ...at, metrics });
      const reader = createMetricRowReader(
        file,
        (found) =>
          events.push({ kind: "problems", json: { ...found, line: place.lines }, position }),
      );
      for (const { metric } of [...reader.push(line), ...reader.finish()]) {
        const source = { session_id: this.#session.id, file, line: place.lines };
        events.push({ kind: "performance", json: { ...metric, source }, position });
      }
    }
    return { ...at, metrics };
  }

  async #readRecords(at: FeedPosition, events: FeedEvent[]): Promise<FeedPosition> {
    this.#arrivals.look();
    const came = this.#arrivals.after(at).slice(0, arrivalsMax);
    const done: Arrival[] = [];
    for (const arrival of came) {
      const record = await readRecord(this.#session, arrival.kind, arrival.file);
      done.push(arrival);
      if (!record) continue;
      const position = formatPosition({ ...at, ...this.#arrivals.moved(at, done) });
      events.push(eventOf(record, position));
    }
    return { ...at, ...this.#arrivals.moved(at, done) };
  }

  /** The log's files, oldest first. */
  #logFiles(): LogFile[] {
    const { logs } = sessionLayout;
    let names: string[] = [];
    try {
      names = this.#runtime.files.listNames(joinPath(this.#session.path, logs));
    } catch {
      // No logs yet, or not readable.
    }
    const rotated = names
      .map((name) => ({ generation: Number(rotatedName.exec(name)?.[1] ?? 0), name }))
      .filter(({ generation }) => generation > 0)
      .sort((a, b) => a.generation - b.generation)
      .map(({ generation, name }) => ({ generation, file: `${logs}/${name}` }));
    const generation = (rotated.at(-1)?.generation ?? 0) + 1;
    return [...rotated, { generation, file: sessionLayout.log }];
  }

  #tailOf(file: string, from: LinePosition): ReturnType<typeof readTail> | null {
    const found = this.#session.locate(file);
    if (!found || found.bytes <= from.offset) return null;
    try {
      return readTail(this.#runtime.files, found.path, from, found.bytes);
    } catch {
      // It is gone, or cannot be read any more: the next look tells.
      return null;
    }
  }

  async #endOf(file: string, from: LinePosition): Promise<LinePosition> {
    const found = this.#session.locate(file);
    if (!found) return from;
    try {
      return await endOfLines(this.#runtime.files, found.path, from, found.bytes);
    } catch {
      return from;
    }
  }
}

function eventOf(record: QueryRecord, position: string, line?: number): FeedEvent {
  const json = sourced(record);
  if (line !== undefined) json.source = { ...json.source, line };
  return { kind: record.kind as FeedEvent["kind"], json, position };
}
