/**
 * A log's index with the files that it was made of, so that it can grow with them.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { sessionLayout } from "../lib/format/mod.ts";
import type { RecordFilter } from "../lib/query/mod.ts";
import { createLogRowReader } from "../lib/read/mod.ts";
import { joinPath, type Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import { LineOffsets } from "./line_offsets.ts";
import { LogIndex } from "./log_index.ts";
import { searchLog } from "./log_search.ts";

/** Most answers to filters that are kept. */
const matchesMax = 8;

/** How many bytes before its end tell a file from one that was written anew. */
const signBytes = 64;

/** How many rows are searched for a text before it is looked whether they are enough. */
const searchedRows = 20_000;

const newline = 0x0a;

const logName = /^planloop(?:\.\d{1,9})?\.(?:jsonl|log)(?:\.\d{1,9})?$/;
const rotatedName = /^planloop\.(\d{1,9})\.jsonl$/;

/** A file as it was read. */
interface ReadFile {
  file: string;
  /** How much of it was read. */
  bytes: number;
  modified: number;
  /** The number that it has or will have as a full file; null for a file that is never renamed. */
  generation: number | null;
}

/** Rows that fit a filter, up to a row. */
interface Matches {
  rows: Uint32Array;
  upTo: number;
}

/** The index of a log as it was at some moment. */
export class IndexedLog {
  readonly index = new LogIndex();
  readonly #session: StoredSession;
  readonly #runtime: Runtime;
  #files: ReadFile[] = [];
  /** What stands before the end of the file that grows. */
  #sign = new Uint8Array();
  readonly #offsets = new Map<string, Promise<LineOffsets>>();
  readonly #matches = new Map<string, Promise<Matches>>();
  #matchBytes = 0;
  #offsetBytes = 0;

  private constructor(session: StoredSession, runtime: Runtime) {
    this.#session = session;
    this.#runtime = runtime;
  }

  /** Reads a whole log. */
  static async of(session: StoredSession, runtime: Runtime): Promise<IndexedLog> {
    const log = new IndexedLog(session, runtime);
    log.#files = log.#present();
    const ends = new Map(log.#files.map(({ file, bytes }) => [file, bytes]));
    for await (const batch of session.logRows(ends)) {
      for (const row of batch) log.index.add(row, session.id);
    }
    log.#sign = log.#signOf(log.#live);
    return log;
  }

  /** About how much memory it takes. */
  get bytes(): number {
    return this.index.bytes + this.#matchBytes + this.#offsetBytes;
  }

  /** Where the lines of a file begin that holds JSON lines. */
  offsets(file: string): Promise<LineOffsets> {
    let offsets = this.#offsets.get(file);
    if (!offsets) {
      offsets = this.#count(file);
      this.#offsets.set(file, offsets);
      offsets.then(({ bytes }) => this.#offsetBytes += bytes, () => this.#offsets.delete(file));
    }
    return offsets;
  }

  /**
   * The rows that fit a filter. Those of the last few filters are kept.
   *
   * @param enough After how many rows a search for a text may end.
   */
  async matching(
    filter: RecordFilter,
    enough: number,
  ): Promise<{ rows: Uint32Array; isWhole: boolean }> {
    const key = JSON.stringify(filter);
    const known = this.#matches.get(key);
    this.#matches.delete(key);
    const matches = this.#further(filter, known, enough);
    this.#matches.set(key, matches);
    matches.catch(() => this.#matches.delete(key));
    for (const old of this.#matches.keys()) {
      if (this.#matches.size <= matchesMax) break;
      this.#matches.delete(old);
    }
    const { rows, upTo } = await matches;
    const kept = await Promise.all(this.#matches.values());
    this.#matchBytes = kept.reduce((sum, one) => sum + one.rows.byteLength, 0);
    return { rows, isWhole: upTo === this.index.rows };
  }

  /**
   * Reads what was written since, also where the log was renamed meanwhile.
   *
   * @returns Whether that sufficed. If not, the index is of no more use: files were written anew or
   * removed, or further lines belong between those that are there.
   */
  async extend(): Promise<boolean> {
    const live = this.#live;
    const present = this.#present();
    const grown = this.#grownFiles(present, live);
    if (!grown) return false;
    if (live) await this.#countLive(live, grown);
    for (const next of grown) {
      const isOld = next.generation === live?.generation;
      if (!await this.#read(next, isOld && live ? live.bytes : 0)) return false;
    }
    this.#files = present;
    this.#sign = this.#signOf(this.#live);
    return true;
  }

  /** Counts the lines that were read of the file that grew, under the name that it has now. */
  async #countLive(live: ReadFile, grown: readonly ReadFile[]): Promise<void> {
    const name = grown.find(({ generation }) => generation === live.generation)?.file ?? live.file;
    if (name !== live.file) this.#rename(live.file, name);
    live.file = name;
    await this.offsets(name);
  }

  /** The file that grows. */
  get #live(): ReadFile | undefined {
    return this.#files.find(({ file }) => file === sessionLayout.log);
  }

  /** The files with something new, in the order of their lines; null where more than that changed. */
  #grownFiles(present: readonly ReadFile[], live: ReadFile | undefined): ReadFile[] | null {
    if (!live) return null;
    for (const old of this.#files) {
      const now = present.find(({ file, generation }) => {
        return old.generation === null ? file === old.file : generation === old.generation;
      });
      if (!now) return null;
      const isSame = now.bytes === old.bytes && now.modified === old.modified;
      if (old !== live && !isSame) return null;
      if (old === live && (now.bytes < old.bytes || !this.#hasSign(now.file, old.bytes))) {
        return null;
      }
    }
    const known = new Set(this.#files.map(({ file }) => file));
    const isOther = ({ generation, file }: ReadFile) => generation === null && !known.has(file);
    if (present.some(isOther)) return null;
    return present.filter(({ generation }) => generation !== null && generation >= live.generation!)
      .sort((a, b) => a.generation! - b.generation!);
  }

  async #read(next: ReadFile, start: number): Promise<boolean> {
    const place = this.#session.locate(next.file);
    if (!place) return next.bytes === 0;
    next.bytes = this.#wholeLines(place.path, start, Math.min(next.bytes, place.bytes));
    const offsets = await this.offsets(next.file);
    const before = { lines: offsets.lines, bytes: start };
    if (start !== offsets.end) return false;
    // First of all: others may look rows up as soon as they are there.
    await offsets.extend(this.#runtime, place.path, next.bytes);
    const number = this.index.files.number(next.file);
    const others = [...this.index.latest].filter(([file]) => file !== number);
    const latest = Math.max(-Infinity, ...others.map(([, time]) => time));
    const reader = createLogRowReader(next.file, () => {}, { before });
    const range = { start, end: next.bytes };
    for await (const chunk of this.#runtime.files.readChunks(place.path, range)) {
      for (const row of reader.push(chunk)) {
        if ((row.time ?? latest) < latest) return false;
        this.index.add(row, this.#session.id);
      }
    }
    for (const row of reader.finish()) {
      if ((row.time ?? latest) < latest) return false;
      this.index.add(row, this.#session.id);
    }
    return true;
  }

  /** Where the last whole line ends: what is behind it is still being written. */
  #wholeLines(path: string, start: number, end: number): number {
    for (let at = end; at > start;) {
      const from = Math.max(start, at - 64 * 1024);
      const found = this.#runtime.files.readRange(path, from, at - from).lastIndexOf(newline);
      if (found >= 0) return from + found + 1;
      at = from;
    }
    return start;
  }

  #rename(from: string, to: string): void {
    this.index.files.rename(from, to);
    const offsets = this.#offsets.get(from);
    this.#offsets.delete(from);
    if (offsets) this.#offsets.set(to, offsets);
  }

  async #count(file: string): Promise<LineOffsets> {
    const offsets = new LineOffsets();
    const place = this.#session.locate(file);
    // A file that is new since then is counted as it is read.
    const bytes = this.#files.find((one) => one.file === file)?.bytes ?? 0;
    if (place) await offsets.extend(this.#runtime, place.path, Math.min(bytes, place.bytes));
    return offsets;
  }

  async #further(
    filter: RecordFilter,
    known: Promise<Matches> | undefined,
    enough: number,
  ): Promise<Matches> {
    const before = await known?.catch(() => undefined);
    let { rows, upTo } = before ?? { rows: new Uint32Array(), upTo: 0 };
    const { text: given, ...others } = filter;
    const text = given || undefined;
    const isOther = Object.values(others).some((value) => value !== undefined);
    const end = this.index.rows;
    const parts = [rows];
    for (let count = rows.length; upTo < end && (text === undefined || count < enough);) {
      const to = text === undefined ? end : Math.min(end, upTo + searchedRows);
      const fits = isOther || text === undefined ? this.index.matching(others, upTo, to) : null;
      const searched = { session: this.#session, runtime: this.#runtime, log: this };
      const more = text === undefined
        ? fits!
        : await searchLog(searched, { text, fits, from: upTo, end: to });
      // Others have their turn.
      await new Promise((resolve) => setImmediate(resolve));
      parts.push(more);
      count += more.length;
      upTo = to;
    }
    rows = joined(parts);
    return { rows, upTo };
  }

  /** The log's files as they are now, those that may be read. */
  #present(): ReadFile[] {
    const { files } = this.#runtime;
    let names: string[] = [];
    try {
      names = files.listNames(joinPath(this.#session.path, sessionLayout.logs));
    } catch {
      // No logs yet, or not readable.
    }
    const found = names.filter((name) => logName.test(name)).flatMap((name): ReadFile[] => {
      const file = `${sessionLayout.logs}/${name}`;
      const place = this.#session.locate(file);
      const modified = place && files.stat(place.path)?.modified;
      const number = Number(rotatedName.exec(name)?.[1] ?? 0);
      const generation = number > 0 ? number : null;
      return place ? [{ file, bytes: place.bytes, modified: modified ?? 0, generation }] : [];
    });
    const last = Math.max(0, ...found.map(({ generation }) => generation ?? 0));
    return found.map((one) =>
      one.file === sessionLayout.log ? { ...one, generation: last + 1 } : one
    );
  }

  #signOf(live: ReadFile | undefined): Uint8Array<ArrayBuffer> {
    if (!live || live.bytes === 0) return new Uint8Array();
    return this.#end(live.file, live.bytes);
  }

  /** Whether a file still has before that place what the live one had, and there a line ends. */
  #hasSign(file: string, bytes: number): boolean {
    if (bytes === 0) return true;
    const sign = this.#end(file, bytes);
    return this.#sign.at(-1) === newline && sign.length === this.#sign.length &&
      sign.every((byte, at) => byte === this.#sign[at]);
  }

  #end(file: string, bytes: number): Uint8Array<ArrayBuffer> {
    const place = this.#session.locate(file);
    if (!place) return new Uint8Array();
    const start = Math.max(0, bytes - signBytes);
    return Uint8Array.from(this.#runtime.files.readRange(place.path, start, bytes - start));
  }
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
