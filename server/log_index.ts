/**
 * A session's log as columns: what pages are looked up in.
 *
 * @module
 */

import { type Level, levels } from "../lib/format/mod.ts";
import { type LogJson, logRowJson, type RecordFilter } from "../lib/query/mod.ts";
import type { LogRow } from "../lib/read/mod.ts";

/** Rows that the columns have room for at first. */
const roomFirst = 4096;

/** Memory of a row, of a line that is kept as JSON, and of a name beside its text: about, in bytes. */
const rowBytes = 48;
const heldBytes = 1024;
const nameBytes = 64;

/** Columns of a log in the order of its rows, and those of its rows that no line stands for. */
export class LogIndex {
  rows = 0;
  time = new Float64Array(roomFirst);
  level = new Uint8Array(roomFirst);
  operation = new Uint32Array(roomFirst);
  trace = new Uint32Array(roomFirst);
  event = new Uint32Array(roomFirst);
  file = new Uint16Array(roomFirst);
  line = new Uint32Array(roomFirst);
  /** 1 where the line is as planloop writes it. */
  isPlain = new Uint8Array(roomFirst);
  /** Of such a line: where, from its first byte, its message begins and ends, and its context. */
  texts = new Uint32Array(4 * roomFirst);
  readonly operations = new Names();
  readonly traces = new Names();
  readonly events = new Names();
  readonly files = new Names();
  /** Rows whose line alone does not give them: of text logs. */
  readonly held = new Map<number, LogJson>();

  /** The latest time in each file. */
  readonly latest = new Map<number, number>();

  /** About how much memory it takes, in bytes. */
  get bytes(): number {
    return this.time.length * rowBytes + this.held.size * heldBytes +
      this.operations.bytes + this.traces.bytes + this.events.bytes;
  }

  /** The rows from one to before another that fit, apart from the text, as numbers. */
  matching(filter: RecordFilter, from: number, end: number): Uint32Array {
    const { since = -Infinity, until = Infinity, trace, operation, event } = filter;
    const level = filter.level === undefined ? 0 : levels.indexOf(filter.level);
    const wantedTrace = trace === undefined ? -1 : this.traces.find(trace);
    const wantedOperation = operation === undefined ? -1 : this.operations.find(operation);
    const wantedEvent = event === undefined ? -1 : this.events.find(event);
    const isTimed = since !== -Infinity || until !== Infinity;
    const found = new Uint32Array(end - from);
    let count = 0;
    for (let row = from; row < end; row++) {
      if (this.level[row]! < level) continue;
      if (wantedTrace !== -1 && this.trace[row] !== wantedTrace) continue;
      if (wantedOperation !== -1 && this.operation[row] !== wantedOperation) continue;
      if (wantedEvent !== -1 && this.event[row] !== wantedEvent) continue;
      // A line without a time is never left out.
      if (isTimed && (this.time[row]! < since || this.time[row]! > until)) continue;
      found[count++] = row;
    }
    return found.slice(0, count);
  }

  /** Adds a row behind all others. */
  add(row: LogRow, session: string): void {
    if (this.rows === this.time.length) this.#grow();
    const at = this.rows++;
    this.time[at] = row.time ?? NaN;
    this.level[at] = levels.indexOf(row.level as Level);
    this.operation[at] = this.operations.number(row.operation);
    this.trace[at] = this.traces.number(row.trace_id ?? "");
    this.event[at] = this.events.number(row.event ?? "");
    const file = this.files.number(row.file);
    this.file[at] = file;
    if (row.text !== null) {
      const { start, messageStart, messageEnd, contextStart, contextEnd } = row.text;
      this.isPlain[at] = 1;
      this.texts[4 * at] = messageStart - start;
      this.texts[4 * at + 1] = messageEnd - start;
      this.texts[4 * at + 2] = contextStart - start;
      this.texts[4 * at + 3] = contextEnd - start;
    }
    if (row.time !== null) {
      this.latest.set(file, Math.max(row.time, this.latest.get(file) ?? -Infinity));
    }
    this.line[at] = row.line;
    if (!isLines(row.file)) {
      this.held.set(at, logRowJson(row, session));
    }
  }

  /** How many rows of the same line stand before a row: a damaged line may have several. */
  placeOnLine(row: number): number {
    let place = 0;
    if (this.isPlain[row] === 1) return place;
    for (let before = row - 1; before >= 0; before--) {
      if (this.file[before] !== this.file[row]) continue;
      if (this.line[before] !== this.line[row]) break;
      place += 1;
    }
    return place;
  }

  #grow(): void {
    const room = this.time.length * 2;
    this.time = grown(this.time, new Float64Array(room));
    this.level = grown(this.level, new Uint8Array(room));
    this.operation = grown(this.operation, new Uint32Array(room));
    this.trace = grown(this.trace, new Uint32Array(room));
    this.event = grown(this.event, new Uint32Array(room));
    this.file = grown(this.file, new Uint16Array(room));
    this.line = grown(this.line, new Uint32Array(room));
    this.isPlain = grown(this.isPlain, new Uint8Array(room));
    this.texts = grown(this.texts, new Uint32Array(4 * room));
  }
}

function grown<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from as never);
  return to;
}

/** Whether a log holds JSON lines. */
export function isLines(file: string): boolean {
  return /\.jsonl(?:\.\d+)?$/.test(file);
}

/** Texts by number, from 0. */
export class Names {
  /** About how much memory they take. */
  bytes = 0;
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  /** A text's number; a new one where it has none. */
  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.length;
      this.#numbers.set(text, number);
      this.#texts.push(text);
      this.bytes += text.length + nameBytes;
    }
    return number;
  }

  /** A text's number; one that no text has where there is none. */
  find(text: string): number {
    return this.#numbers.get(text) ?? this.#texts.length;
  }

  /** Gives a number another text, which has none yet. */
  rename(from: string, to: string): void {
    const number = this.#numbers.get(from);
    if (number === undefined) return;
    this.#numbers.delete(from);
    this.#numbers.set(to, number);
    this.#texts[number] = to;
  }

  /** The text of a number. */
  text(number: number): string {
    return this.#texts[number] ?? "";
  }
}
