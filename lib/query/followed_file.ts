/**
 * One file of lines that programs write to, rename and replace while it is read.
 *
 * @module
 */

import type { LogRow } from "../read/mod.ts";
import { type Clock, joinPath, type ReadHandle } from "../runtime/mod.ts";
import { type ChunkReader, type FollowableLog, newlinesIn } from "../store/mod.ts";

/** How much of a file is read at once, in bytes. */
export const followChunkBytes: number = 1024 * 1024;

/**
 * How many renamed files are still looked at, the last ones: slow writers still have them open. Of
 * further ones what is there is read.
 */
export const renamedFilesMax = 4;

/** After so long without a further line, in milliseconds, a record is whole that lines might continue. */
export const quietMs = 400;

/** How many bytes of a file's start tell it from others: they hold the first line's time. */
const startBytes = 38;

/** Step in which the end of the last whole line is searched, in bytes. */
const searchBytes = 64 * 1024;

const newline = 0x0a;

/** A file that is open, and how far it was read. */
interface Opened {
  handle: ReadHandle;
  reader: ChunkReader<LogRow>;
  /** The first byte that was not read. */
  bytes: number;
  /** Whole lines that were read. */
  lines: number;
  /** Lines that another file gave before: they are left out. */
  skipped: number;
  /** Whether the last byte that was read ended a line. */
  endsLine: boolean;
  /** When it last grew; null where all that was read has been given. */
  grown: number | null;
}

/** Follows whatever file has a name. */
export class FollowedFile {
  /** Relative to the session folder. */
  readonly file: string;
  /** Where it ended at first, after its last whole line. */
  readonly start: number;
  readonly #log: FollowableLog;
  readonly #folder: string;
  readonly #path: string;
  readonly #clock: Clock;
  #current: Opened | null;
  #renamed: Opened[] = [];
  #isBehind = false;
  /** The number of the last rotated file that is known. */
  #known: number;

  /** @param folder The session's folder, absolute. */
  constructor(log: FollowableLog, folder: string, clock: Clock) {
    this.file = log.file;
    this.#log = log;
    this.#folder = folder;
    this.#path = joinPath(folder, log.file);
    this.#clock = clock;
    const handle = log.open();
    this.#known = log.rotated().at(-1)?.number ?? -1;
    this.start = handle ? wholeLinesEnd(handle) : 0;
    this.#current = handle && this.#begin(handle, this.start, countLines(handle, this.start));
  }

  /** Whether the last reading left something: it is limited, so that others have their turn. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** The rows that were written since, at most those of {@linkcode followChunkBytes} of each file. */
  read(): LogRow[] {
    this.#isBehind = false;
    if (!this.#current) this.#openFirst();
    const rows = this.#renamed.flatMap((opened) => this.#readOf(opened));
    this.#dropRenamed();
    if (this.#current) rows.push(...this.#readOf(this.#current));
    this.#look();
    return rows;
  }

  /** Closes what is open. */
  close(): void {
    for (const { handle } of this.#renamed) handle.close();
    this.#renamed = [];
    this.#current?.handle.close();
    this.#current = null;
  }

  /** Opens a file that was not there at first, and those that were full before it was seen. */
  #openFirst(): void {
    const handle = this.#log.open();
    if (!handle) return;
    this.#renamed.push(...this.#between(null, handle));
    this.#current = this.#begin(handle);
  }

  #begin(handle: ReadHandle, bytes = 0, lines = 0, skipped = 0): Opened {
    const reader = this.#log.reader({ bytes, lines });
    return { handle, reader, bytes, lines, skipped, endsLine: true, grown: null };
  }

  #readOf(opened: Opened): LogRow[] {
    const chunk = opened.handle.read(opened.bytes, followChunkBytes);
    if (chunk.length === 0) return this.#given(opened, this.#flush(opened));
    if (chunk.length === followChunkBytes) this.#isBehind = true;
    opened.bytes += chunk.length;
    opened.lines += newlinesIn(chunk);
    opened.endsLine = chunk[chunk.length - 1] === newline;
    opened.grown = this.#clock.monotonic();
    return this.#given(opened, opened.reader.push(chunk));
  }

  /** The record that a further line might have continued, once none comes. */
  #flush(opened: Opened): LogRow[] {
    if (opened.grown === null || !opened.endsLine) return [];
    if (this.#clock.monotonic() - opened.grown < quietMs) return [];
    opened.grown = null;
    const rows = opened.reader.finish();
    opened.reader = this.#log.reader({ bytes: opened.bytes, lines: opened.lines });
    return rows;
  }

  #given(opened: Opened, rows: LogRow[]): LogRow[] {
    return opened.skipped === 0 ? rows : rows.filter(({ line }) => line > opened.skipped);
  }

  /** Looks whether the name has gone to another file, or the file was cut. */
  #look(): void {
    const current = this.#current;
    if (!current) return;
    if (current.handle.isAt(this.#path)) {
      if (current.handle.size() < current.bytes) this.#current = this.#begin(current.handle);
      return;
    }
    const handle = this.#log.open();
    // Until a new file has the name, the old one may still grow.
    if (!handle) return;
    this.#isBehind = true;
    if (hasSameStart(current.handle, handle)) {
      // A scrub wrote it anew, with the same lines: what was given of them is not given again.
      this.#current = this.#begin(handle, 0, 0, current.lines);
      current.handle.close();
      return;
    }
    this.#renamed.push(current, ...this.#between(current.handle, handle));
    this.#current = this.#begin(handle);
  }

  /** What had the name between two files and has lost it again since: all of it is new. */
  #between(before: ReadHandle | null, after: ReadHandle): Opened[] {
    const found: Opened[] = [];
    for (const rotated of this.#log.rotated()) {
      if (rotated.number <= this.#known) continue;
      const path = joinPath(this.#folder, rotated.file);
      // The later file may have lost the name meanwhile: the next look finds what came after it.
      if (after.isAt(path)) break;
      this.#known = rotated.number;
      const handle = before?.isAt(path) ? null : rotated.open();
      if (handle) found.push(this.#begin(handle));
    }
    return found;
  }

  #dropRenamed(): void {
    for (;;) {
      const [oldest] = this.#renamed;
      if (!oldest || this.#renamed.length <= renamedFilesMax) return;
      if (oldest.handle.size() > oldest.bytes) return;
      oldest.handle.close();
      this.#renamed.shift();
    }
  }
}

/** Where the last whole line ends; what is behind it is still being written. */
function wholeLinesEnd(handle: ReadHandle): number {
  for (let end = handle.size(); end > 0;) {
    const start = Math.max(0, end - searchBytes);
    const last = handle.read(start, end - start).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}

function countLines(handle: ReadHandle, end: number): number {
  let lines = 0;
  for (let at = 0; at < end;) {
    const chunk = handle.read(at, Math.min(followChunkBytes, end - at));
    if (chunk.length === 0) break;
    lines += newlinesIn(chunk);
    at += chunk.length;
  }
  return lines;
}

function hasSameStart(a: ReadHandle, b: ReadHandle): boolean {
  const [one, other] = [a.read(0, startBytes), b.read(0, startBytes)];
  return one.length === startBytes && one.every((byte, index) => byte === other[index]);
}
