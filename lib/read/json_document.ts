/**
 * Files that are one JSON value each.
 *
 * @module
 */

import type { ProblemSink } from "../format/mod.ts";
import { jsonDepthMax, nestsTooDeep } from "./json_depth.ts";
import { previewText, utf8Length } from "./preview.ts";
import { salvageJson } from "./salvage_json.ts";

/** Longest JSON document that is read as a whole, in bytes. */
export const documentBytesMax: number = 64 * 1024 * 1024;

/** What a document held. */
export interface JsonDocument {
  /** The value, or as much of it as could be read; `undefined` where nothing could. */
  value: unknown;
  /** Whether a part is missing. */
  cut: boolean;
}

const nothing: JsonDocument = { value: undefined, cut: true };

/**
 * Reads a whole JSON file. A cut one gives what precedes the cut, see {@linkcode salvageJson}.
 * Never throws.
 *
 * @param bytes The file's content, at most {@linkcode documentBytesMax}.
 * @param file The file's name for problems, relative to the session folder.
 */
export function readJsonDocument(
  bytes: Uint8Array,
  file: string,
  problem: ProblemSink,
): JsonDocument {
  if (bytes.length > documentBytesMax) {
    const reason = `The file has ${bytes.length} bytes, expected at most ${documentBytesMax}`;
    problem({ file, kind: "too_long", reason: `${reason}: left out`, lost: true });
    return nothing;
  }
  const text = readUtf8(bytes, file, problem);
  if (text.trim() === "") {
    problem({ file, kind: "torn", reason: "The file is empty: expected JSON", lost: true });
    return nothing;
  }
  if (nestsTooDeep(text)) {
    const reason = `The file nests deeper than ${jsonDepthMax} levels: left out`;
    problem({ file, kind: "wrong_shape", reason, lost: true, preview: previewText(text) });
    return nothing;
  }
  try {
    return { value: JSON.parse(text), cut: false };
  } catch {
    return salvage(text, bytes.length, file, problem);
  }
}

/**
 * Reads UTF-8. Other bytes become U+FFFD and a problem; a leading byte order mark is left out.
 *
 * @param file The file's name for the problem, relative to the session folder.
 */
export function readUtf8(bytes: Uint8Array, file: string, problem: ProblemSink): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const reason = "The file has bytes that are not UTF-8: shown as U+FFFD";
    problem({ file, kind: "not_utf8", reason, lost: false });
    return new TextDecoder().decode(bytes);
  }
}

function salvage(text: string, size: number, file: string, problem: ProblemSink): JsonDocument {
  const found = salvageJson(text);
  if (!found) {
    const reason = "The file is not JSON: left out";
    const [byte_start, byte_end] = [0, size];
    problem({
      file,
      kind: "not_json",
      reason,
      lost: true,
      byte_start,
      byte_end,
      preview: previewText(text),
    });
    return nothing;
  }
  const start = Math.min(size, utf8Length(text.slice(0, found.end)));
  problem({
    file,
    kind: "torn",
    reason: `The JSON breaks off or is damaged after byte ${start} of ${size}: ` +
      "what is before it was read",
    lost: true,
    byte_start: start,
    byte_end: size,
    preview: previewText(text.slice(found.end)),
  });
  return { value: found.value, cut: true };
}
