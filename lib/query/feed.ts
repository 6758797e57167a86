/**
 * What comes into a session, as it comes.
 *
 * @module
 */

import { type Problem, sessionLayout } from "../format/mod.ts";
import { createLogRowReader, createMetricRowReader } from "../read/mod.ts";
import { joinPath, type Runtime, systemRuntime } from "../runtime/mod.ts";
import { StoredSession } from "../store/mod.ts";
import {
  type FeedPosition,
  feedStart,
  formatPosition,
  type LinePosition,
} from "./feed_position.ts";
import { readRecord } from "./file_query.ts";
import { endOfLines, linesOf, placeNow, readTail } from "./line_tail.ts";
import { logQueryRecord } from "./log_query.ts";
import type { QueryKind } from "./query_kind.ts";
import { type QueryRecord, sourced } from "./query_record.ts";
import { RecordArrivals } from "./record_arrivals.ts";

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

/** Most log files that a position names: the one that grows, and renamed ones that slow writers have. */
const logFilesMax = 32;

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
    const before = { ...feedStart, logs, metrics };
    return { ...before, ...this.#arrivals.moved(before, this.#arrivals.after(before)) };
  }

  /** What came after a position, as much as is good at once; nothing where nothing did. */
  async after(position: FeedPosition): Promise<FeedBatch> {
    const events: FeedEvent[] = [];
    let at = this.#readLogs(position, events);
    at = this.#readMetrics(at, events);
    at = await this.#readRecords(at, events);
    return { events, position: at };
  }

  #readLogs(start: FeedPosition, events: FeedEvent[]): FeedPosition {
    const present = this.#logFiles();
    const newest = present.at(-1)?.generation ?? 0;
    let at = this.#pastRemoved(start, present, events);
    const first = Math.min(...at.logs.keys(), newest);
    const wanted = at.logs.size === 0 ? present : present.filter((log) => log.generation >= first);
    for (const log of wanted) {
      const from = at.logs.get(log.generation) ?? { offset: 0, lines: 0 };
      const place = this.#readLog(log, from, newest, at, events);
      // A file was renamed meanwhile: those behind it are read the next time, under their names then.
      if (!place) break;
      const logs = new Map(at.logs).set(log.generation, place);
      for (const old of [...logs.keys()].sort((a, b) => a - b).slice(0, -logFilesMax)) {
        logs.delete(old);
      }
      at = { ...at, logs };
      // One file after the other, or lines of a later one would come before those of an earlier one.
      if (place !== from) break;
    }
    return at;
  }

  /** The position behind log files that are gone, as far as they were not read to their end. */
  #pastRemoved(at: FeedPosition, present: readonly LogFile[], events: FeedEvent[]): FeedPosition {
    const oldest = present[0]?.generation ?? 0;
    const read = Math.max(0, ...at.logs.keys());
    if (read === 0 || oldest <= read) return at;
    const moved = { ...at, logs: new Map([[oldest, { offset: 0, lines: 0 }]]) };
    const { logs } = sessionLayout;
    const reason =
      `Full log files were removed before they were read, up to planloop.${oldest - 1}` +
      ".jsonl: their last lines are missing here";
    const json: Problem = { file: logs, kind: "missing", reason, lost: true };
    events.push({ kind: "problems", json, position: formatPosition(moved) });
    return moved;
  }

  #readLog(
    { generation, file }: LogFile,
    from: LinePosition,
    newest: number,
    at: FeedPosition,
    events: FeedEvent[],
  ): LinePosition | null {
    const tail = this.#tailOf(file, from);
    if (!tail || tail.bytes.length === 0) return from;
    // It may have been renamed just now, and these be the bytes of the file after it.
    if (generation === newest && this.#logFiles().at(-1)?.generation !== newest) return null;
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
    for (const [index, { kind, path }] of came.entries()) {
      // One that has read nothing yet: what it finds wrong is wrong with this record.
      const { id, path: root } = this.#session;
      const session = new StoredSession(id, root, { runtime: this.#runtime });
      const record = await readRecord(session, kind, path);
      if (!record && session.problems.length === 0) continue;
      const moved = this.#arrivals.moved(at, came.slice(0, index + 1));
      const position = formatPosition({ ...at, ...moved });
      for (const json of session.problems) events.push({ kind: "problems", json, position });
      if (record) events.push(eventOf(record, position));
    }
    return { ...at, ...this.#arrivals.moved(at, came) };
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
    if (!found || found.bytes === from.offset) return null;
    const { files } = this.#runtime;
    try {
      const start = placeNow(files, found.path, from, found.bytes);
      return readTail(files, found.path, start, found.bytes);
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
