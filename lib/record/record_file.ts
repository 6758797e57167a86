/**
 * Whole-file records of a trace: numbered, never overwritten.
 *
 * @module
 */

import { recordIndexMax } from "../format/mod.ts";
import { type FileData, joinPath } from "../runtime/mod.ts";
import { numberedTracesMax, type Recorder } from "./recorder.ts";

/**
 * Writes the files of one record under the first number that is free for all of them.
 *
 * @param folder Relative to the session folder, such as `logs/diffs`.
 * @param kind Tells one numbering of the folder from another.
 * @param files For a number: each file's name and content, made only once the number is known.
 * @returns The number, from 1.
 * @throws {Error} The system's error.
 */
export function writeNumbered(
  recorder: Recorder,
  folder: string,
  kind: string,
  trace: string,
  files: (index: number) => [name: string, data: FileData][],
): number {
  const { files: disk } = recorder.runtime;
  const key = `${kind} ${trace}`;
  disk.createDirectory(joinPath(recorder.path, folder));
  for (let index = recorder.nextIndex.get(key) ?? 1; index <= recordIndexMax; index += 1) {
    const written: string[] = [];
    const all = files(index).every(([name, data]) => {
      const path = joinPath(recorder.path, folder, name);
      if (!disk.writeFileExclusive(path, data)) return false;
      written.push(path);
      return true;
    });
    if (all) {
      rememberIndex(recorder, key, index + 1);
      return index;
    }
    // Another process took one of the names: none of ours may stay behind.
    for (const path of written) disk.remove(path);
  }
  throw new RangeError(`Trace ${trace} has ${recordIndexMax} records of kind ${kind} already`);
}

function rememberIndex(recorder: Recorder, key: string, index: number): void {
  // Forgetting is harmless: the numbers that are taken are found again on disk.
  if (recorder.nextIndex.size >= numberedTracesMax) recorder.nextIndex.clear();
  recorder.nextIndex.set(key, index);
}

/** A record's text: JSON with two blanks, and a final newline. */
export function recordText(record: unknown): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
