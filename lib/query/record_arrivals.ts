/**
 * Record files in the order in which they came.
 *
 * @module
 */

import { type EpochMs, sessionLayout } from "../format/mod.ts";
import { joinPath, type Runtime } from "../runtime/mod.ts";
import type { FileRecordKind } from "../store/mod.ts";
import { type FeedPosition, fileMark, type RecordMark } from "./feed_position.ts";

/** A record file that came. */
export interface Arrival extends RecordMark {
  kind: FileRecordKind;
  /** Relative to the session's folder. */
  path: string;
}

/**
 * For so long after a moment files may still appear that were written before it, in milliseconds: a
 * record is written under another name first. Until then a position names the files themselves.
 */
export const arrivalSlackMs = 2000;

/** Most files that a position names. */
const givenMax = 200;

const folders: readonly (readonly [FileRecordKind, string])[] = [
  ["traces", sessionLayout.traces],
  ["llm", sessionLayout.llmTranscripts],
  ["errors", sessionLayout.errors],
  ["diffs", sessionLayout.diffs],
];

/** Whole records: neither journals nor the copies of states beside records. */
const recordName = /^(?!.*_(?:pre|post|state)(?:_\d{3,6})?\.json$).*\.json$/;

/** Knows a session's record files by the time of their last change. */
export class RecordArrivals {
  readonly #root: string;
  readonly #runtime: Runtime;
  readonly #known = new Set<string>();
  /** Each folder's last change when its names were read. */
  readonly #seen = new Map<string, EpochMs>();
  /** When the folders were looked at before. */
  #looked: EpochMs | undefined;
  #arrivals: Arrival[] = [];

  constructor(root: string, runtime: Runtime) {
    this.#root = root;
    this.#runtime = runtime;
  }

  /** Looks for new files where a folder changed. */
  look(): void {
    const before = this.#arrivals.length;
    const now = this.#runtime.clock.nowWhole();
    for (const [kind, folder] of folders) this.#lookInto(kind, folder, now);
    this.#looked = now;
    if (this.#arrivals.length > before) this.#arrivals.sort(byMark);
  }

  /** The files that come after a position, earliest first. */
  after({ mark, given }: FeedPosition): Arrival[] {
    const known = new Set(given);
    const behind = this.#arrivals.slice(this.#behind(mark));
    return known.size === 0 ? behind : behind.filter(({ file }) => !known.has(file));
  }

  /** The position's part after further files were given, the first ones of those after it. */
  moved(
    { mark, given }: FeedPosition,
    more: readonly Arrival[],
  ): Pick<FeedPosition, "mark" | "given"> {
    const last = more.at(-1);
    if (!last) return { mark, given };
    const known = new Set([...given, ...more.map(({ file }) => file)]);
    let next = later(mark, this.#settled(last));
    const recent = this.#arrivals.slice(this.#behind(next)).filter(({ file }) => known.has(file));
    // More than fit came in a moment: all before those that are named count as given.
    const unnamed = recent.length - givenMax;
    if (unnamed > 0) next = markOf(recent[unnamed - 1]!);
    return { mark: next, given: recent.slice(Math.max(0, unnamed)).map(({ file }) => file) };
  }

  /** The place up to which nothing further can come, at most the given one. */
  #settled(mark: RecordMark): RecordMark {
    const settled = this.#runtime.clock.nowWhole() - arrivalSlackMs;
    return mark.time < settled ? markOf(mark) : { time: settled, file: "" };
  }

  /** The first file behind a place. */
  #behind(mark: RecordMark): number {
    let low = 0;
    let high = this.#arrivals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (byMark(this.#arrivals[middle]!, mark) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #lookInto(kind: FileRecordKind, folder: string, now: EpochMs): void {
    const { files } = this.#runtime;
    const at = joinPath(this.#root, folder);
    try {
      const changed = files.stat(at)?.modified;
      if (changed === undefined || this.#seen.get(folder) === changed) return;
      // What is changed twice within a clock's tick has one time: then it is looked at again.
      if (now - changed > arrivalSlackMs) this.#seen.set(folder, changed);
      for (const name of files.listNames(at)) {
        const path = `${folder}/${name}`;
        if (!recordName.test(name) || this.#known.has(path)) continue;
        const stat = files.lstat(joinPath(at, name));
        if (!stat || stat.kind === "directory") continue;
        this.#known.add(path);
        const time = this.#timeOf(Math.max(0, Math.floor(stat.modified)), now);
        this.#arrivals.push({ kind, path, time, file: fileMark(path) });
      }
    } catch {
      // Gone, or not readable: whoever asks for its records is told why.
    }
  }

  /** A file that is new here but old by its time, such as a copy that kept it, came just now. */
  #timeOf(modified: EpochMs, now: EpochMs): EpochMs {
    const isCopy = this.#looked !== undefined && modified < this.#looked - arrivalSlackMs;
    return isCopy ? now : modified;
  }
}

function byMark(a: RecordMark, b: RecordMark): number {
  if (a.time !== b.time) return a.time - b.time;
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}

function later(a: RecordMark, b: RecordMark): RecordMark {
  return byMark(a, b) < 0 ? b : a;
}

function markOf({ time, file }: RecordMark): RecordMark {
  return { time, file };
}
