/**
 * Which error reports tell of one fault.
 *
 * @module
 */

import type { ErrorReport, StackFrame } from "../format/mod.ts";
import { isLibraryFile } from "./library_file.ts";

/** Own frames that tell faults apart, the innermost ones. */
export const fingerprintFramesMax = 3;

/** Characters of a message that tell faults apart. */
export const fingerprintMessageMax = 300;

/** Names of a file's path that tell files apart: with more, two machines would never agree. */
const fileNamesMax = 2;

/** What a fingerprint is made of. */
export type FaultParts = Pick<ErrorReport, "error_type" | "error_message" | "stack_trace">;

/**
 * A name for the fault behind an error: its type, its message without numbers and ids, and the
 * functions and files of the innermost frames that belong to no library. Lines do not count, so that
 * an edit above the fault does not make it a new one.
 *
 * @returns 16 hexadecimal digits: equal for reports of one fault, on every machine.
 *
 * @example
 * ```ts
 * import { errorFingerprint } from "planloop/analyse";
 *
 * const error = { error_type: "RangeError", stack_trace: [] };
 * errorFingerprint({ ...error, error_message: "task 4 is gone" }) ===
 *   errorFingerprint({ ...error, error_message: "task 12 is gone" }); // true
 * ```
 */
export function errorFingerprint({ error_type, error_message, stack_trace }: FaultParts): string {
  const own = stack_trace.filter(({ file }) => !isLibraryFile(file));
  const frames = own.length > 0 ? own.slice(-fingerprintFramesMax) : stack_trace.slice(-1);
  return hash([error_type, messagePattern(error_message), ...frames.map(placeOf)].join("\n"));
}

/** A message with `#` for each word that holds a digit, such as a count, a time or an id. */
export function messagePattern(message: string): string {
  const cut = message.slice(0, fingerprintMessageMax).replace(/\s+/g, " ").trim();
  return cut.replace(
    /[\p{L}\p{N}_][\p{L}\p{N}_.-]*/gu,
    (word) => /\p{N}/u.test(word) ? `#${/[.-]*$/.exec(word)![0]}` : word,
  );
}

/** A frame's function and file, without what differs from machine to machine. */
function placeOf({ file, function: name }: StackFrame): string {
  const path = file.replace(/[?#].*$/s, "").split(/[/\\]/);
  return `${name} ${path.slice(-fileNamesMax).join("/")}`;
}

/** Two different 32-bit hashes of a text, one after the other. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (b >>> 13), 0x5bd1e995);
  }
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
  return hex(a ^ (a >>> 15)) + hex(b ^ (b >>> 15));
}
