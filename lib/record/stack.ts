/**
 * Stacks of errors, as V8 writes them under Node and Deno.
 *
 * @module
 */

import type { StackFrame } from "../format/mod.ts";
import { isAbsolutePath, pathOfUrl, type Runtime } from "../runtime/mod.ts";

/** Most frames of one stack that are kept: those nearest to the throw. */
export const framesMax = 100;

/** Longest source line that is kept, in UTF-16 units. */
export const codeLengthMax = 300;

/** Largest source file that is read for its lines, in bytes. */
export const sourceBytesMax: number = 4 * 1024 * 1024;

/** Most source files that are read for one report. */
export const sourceFilesMax = 20;

const PLACE = /^(.*?):(\d+):(\d+)$/;

/**
 * Reads the frames of an error's stack, outermost first. Never throws.
 *
 * @param error Anything that was thrown; what has no stack has no frames.
 */
export function parseStack(error: unknown): StackFrame[] {
  const stack = stackOf(error);
  if (stack === undefined) return [];
  const frames: StackFrame[] = [];
  for (const line of stack.split("\n")) {
    const frame = parseFrame(line.trim());
    if (frame) frames.push(frame);
    if (frames.length >= framesMax) break;
  }
  return frames.reverse();
}

function stackOf(error: unknown): string | undefined {
  try {
    const stack = (error as { stack?: unknown } | null | undefined)?.stack;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** `at fn (file:line:column)`, `at async fn (…)`, `at file:line:column`, `at eval (eval at …)`. */
function parseFrame(line: string): StackFrame | undefined {
  if (!line.startsWith("at ")) return undefined;
  const text = line.slice(3);
  const open = text.indexOf(" (");
  const name = open >= 0 && text.endsWith(")") ? text.slice(0, open) : "";
  const place = PLACE.exec(name === "" ? text.replace(/^async /, "") : text.slice(open + 2, -1));
  if (!place) return undefined;
  const [, file, row, column] = place;
  return {
    file: pathOfUrl(file!),
    line: Number(row),
    function: name.replace(/^async /, "") || "<anonymous>",
    code: "",
    column: Number(column),
  };
}

/** Reads source lines, each file once. */
export class SourceReader {
  readonly #runtime: Runtime;
  readonly #files = new Map<string, string[]>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Fills in the frames' source lines, where the files can be read. */
  fill(frames: StackFrame[]): void {
    // The throwing frames come last, and matter most when there are too many files.
    for (let index = frames.length - 1; index >= 0; index -= 1) {
      const frame = frames[index]!;
      const code = this.#lines(frame.file)[frame.line - 1]?.trim() ?? "";
      frame.code = code.length > codeLengthMax
        ? `${code.slice(0, codeLengthMax)}…(${code.length - codeLengthMax} more)`
        : code;
    }
  }

  #lines(file: string): string[] {
    const known = this.#files.get(file);
    if (known) return known;
    if (this.#files.size >= sourceFilesMax || !isAbsolutePath(file)) return [];
    const lines = this.#read(file);
    this.#files.set(file, lines);
    return lines;
  }

  #read(file: string): string[] {
    try {
      const stat = this.#runtime.files.stat(file);
      if (stat?.kind !== "file" || stat.sizeBytes > sourceBytesMax) return [];
      return this.#runtime.files.readText(file).split("\n");
    } catch {
      // Without permission to read the source, the frame stands without its line.
      return [];
    }
  }
}
