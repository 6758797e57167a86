/**
 * What a reader says of data it could not take as it stands.
 *
 * @module
 */

/**
 * Why a piece of data is a problem.
 *
 * - `missing`: a file that should be there is not
 * - `unreadable`: the system refused to read it (permissions, a folder where a file should be)
 * - `not_utf8`: bytes that are not UTF-8; shown with U+FFFD in their place
 * - `not_json`: text that is not JSON
 * - `torn`: a record cut off, or two glued together, by a writer that died
 * - `too_long`: longer than the reader's limit
 * - `wrong_shape`: JSON, but a documented key is missing or of another type
 * - `inconsistent`: two files, or two parts of one, contradict each other
 * - `unsafe`: an id or name that must not become a path
 * - `assumed`: read under an assumption that the data does not confirm (a time zone, say)
 */
export type ProblemKind =
  | "missing"
  | "unreadable"
  | "not_utf8"
  | "not_json"
  | "torn"
  | "too_long"
  | "wrong_shape"
  | "inconsistent"
  | "unsafe"
  | "assumed";

/** One damaged or doubtful piece of data: where it is, what is wrong, and how it looks. */
export interface Problem {
  /** The file, relative to the session folder (or to the home, for the home's own files), with `/`. */
  file: string;
  /** What is wrong, as a class. */
  kind: ProblemKind;
  /** A whole sentence: what was read, what was found, what was expected, what was done about it. */
  reason: string;
  /** The line, from 1; absent for whole-file problems. */
  line?: number;
  /** First byte of the damaged range, from 0. */
  byte_start?: number;
  /** The byte after the damaged range. */
  byte_end?: number;
  /** Whether data was lost to the reader: `false` where it could still be shown. */
  lost: boolean;
  /** How many records this problem stands for; absent means 1. */
  count?: number;
  /** The start of the damaged text, at most {@linkcode previewLengthMax} characters. */
  preview?: string;
}

/** Longest preview of damaged text, in characters; a longer one ends in `…`. */
export const previewLengthMax = 200;

/** Receives each problem as a reader meets it. */
export type ProblemSink = (problem: Problem) => void;
