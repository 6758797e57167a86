/**
 * Record files in the order in which they came.
 *
 * @module
 */

import { type EpochMs, sessionLayout } from "../format/mod.ts";
import { joinPath, type Runtime } from "../runtime/mod.ts";
import type { FileRecordKind } from "../store/mod.ts";
import { type FeedPosition, fileMark } from "./feed_position.ts";

/** A record file that came. */
export interface Arrival {
  kind: FileRecordKind;
  /** Relative to the session's folder. */
  file: string;
  /** When it was last changed. */
  time: EpochMs;
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
  #arrivals: Arrival[] = [];

  constructor(root: string, runtime: Runtime) {
    this.#root = root;
    this.#runtime = runtime;
  }

  /** Looks for new files where a folder changed. */
  look(): void {
    const before = this.#arrivals.length;
    for (const [kind, folder] of folders) this.#lookInto(kind, folder);
    if (this.#arrivals.length > before) this.#arrivals.sort((a, b) => a.time - b.time);
  }

  /** The files that come after a position, earliest first. */
  after({ mark, given }: FeedPosition): Arrival[] {
    const known = new Set(given);
    return this.#arrivals.slice(this.#from(mark))
      .filter(({ file }) => known.size === 0 || !known.has(fileMark(file)));
  }

  /** The position's part after further files were given; null: all that are known. */
  moved(
    { mark, given }: FeedPosition,
    more: readonly Arrival[] | null,
  ): Pick<FeedPosition, "mark" | "given"> {
    const added = more ?? this.#arrivals;
    if (added.length === 0) return { mark, given };
    const settled = this.#runtime.clock.nowWhole() - arrivalSlackMs;
    const last = added.at(-1)!.time;
    const known = new Set([...given, ...added.map(({ file }) => fileMark(file))]);
    let next = Math.max(mark, Math.min(last, settled));
    const recent = this.#arrivals.slice(this.#from(next))
      .filter(({ file }) => known.has(fileMark(file)));
    // More than fit came in a moment: of those, the first ones are no longer named.
    const named = recent.slice(-givenMax);
    if (named.length < recent.length) next = Math.max(next, named[0]!.time);
    return { mark: next, given: named.map(({ file }) => fileMark(file)) };
  }

  /** The first file that was changed at a moment or after it. */
  #from(mark: EpochMs): number {
    let low = 0;
    let high = this.#arrivals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#arrivals[middle]!.time < mark) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #lookInto(kind: FileRecordKind, folder: string): void {
    const { files, clock } = this.#runtime;
    const path = joinPath(this.#root, folder);
    try {
      const changed = files.stat(path)?.modified;
      if (changed === undefined || this.#seen.get(folder) === changed) return;
      // What is changed twice within a clock's tick has one time: then it is looked at again.
      if (clock.now() - changed > arrivalSlackMs) this.#seen.set(folder, changed);
      for (const name of files.listNames(path)) {
        const file = `${folder}/${name}`;
        if (!recordName.test(name) || this.#known.has(file)) continue;
        const stat = files.lstat(joinPath(path, name));
        if (!stat || stat.kind === "directory") continue;
        this.#known.add(file);
        this.#arrivals.push({ kind, file, time: Math.floor(stat.modified) });
      }
    } catch {
      // Gone, or not readable: whoever asks for its records is told why.
    }
  }
}
