/**
 * What killed processes leave half written: files under temporary names, which nobody reads.
 *
 * @module
 */

import { sessionLayout } from "../format/mod.ts";
import { guarded, type Recorder } from "../record/mod.ts";
import { joinPath, type Runtime, temporaryNameEnd } from "../runtime/mod.ts";

/** A temporary file that is older belongs to no living writer, in milliseconds. */
export const leftoverAgeMs = 60_000;

/** Removes what is left of files that were never finished, in the home and the session. */
export function removeLeftovers(recorder: Recorder, home: string): void {
  guarded(recorder, "remove what killed processes left half written", undefined, () => {
    const { traces, llmTranscripts, diffs, errors } = sessionLayout;
    const inSession = ["", traces, llmTranscripts, diffs, errors];
    const folders = [home, ...inSession.map((folder) => joinPath(recorder.path, folder))];
    for (const folder of folders) removeFrom(folder, recorder.runtime);
  });
}

function removeFrom(folder: string, { files, clock }: Runtime): void {
  // Folders of records are made at the first record of their kind.
  if (!files.exists(folder)) return;
  for (const name of files.listNames(folder)) {
    if (!temporaryNameEnd.test(name)) continue;
    const path = joinPath(folder, name);
    const stat = files.lstat(path);
    const isOld = stat?.kind === "file" && clock.now() - stat.modified > leftoverAgeMs;
    if (isOld) files.remove(path);
  }
}
