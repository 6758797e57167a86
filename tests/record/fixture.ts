/**
 * A recorder on a fake machine, and ways to look at what it wrote.
 *
 * @module
 */

import { createRecorder, type Recorder, type RecorderOptions } from "../../lib/record/mod.ts";
import { type FakeRuntime, fakeRuntime, type FakeRuntimeOptions } from "../../lib/runtime/mod.ts";

/** The session folder of every recorder made here. */
export const folder = "/home/fake/.planloop/sessions/s";

/** A recorder, its machine, and what is on its disk. */
export interface Desk {
  recorder: Recorder;
  runtime: FakeRuntime;
  /** A file's text, by its path relative to the session folder. */
  text(file: string): string;
  json(file: string): Record<string, unknown>;
  lines(file: string): Record<string, unknown>[];
  /** Every file below the session folder, relative to it. */
  files(): string[];
}

export function desk(
  options: Partial<RecorderOptions> = {},
  machine: FakeRuntimeOptions = {},
): Desk {
  const runtime = fakeRuntime(machine);
  runtime.files.createDirectory(folder);
  const recorder = createRecorder({
    runtime,
    sessionId: "s",
    path: folder,
    recording: true,
    recordsLlm: true,
    ...options,
  });
  const text = (file: string) => runtime.files.readText(`${folder}/${file}`);
  return {
    recorder,
    runtime,
    text,
    json: (file) => JSON.parse(text(file)),
    lines: (file) => text(file).trimEnd().split("\n").map((line) => JSON.parse(line)),
    files: () => runtime.files.paths().map((path) => path.slice(folder.length + 1)),
  };
}
