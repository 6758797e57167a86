/**
 * A report in a folder: which of its data is in which file beside the page.
 *
 * @module
 */

/** What a side file holds: of a session, all that opens it; or only columns, text, or documents. */
export type SideKind = "start" | "columns" | "text" | "documents";

/** One side file. */
export interface SideFile {
  /** The session's place among all, from 0. */
  session: number;
  kind: SideKind;
  /** The number of its first block; 0 for `start`. */
  first: number;
  /** How many blocks it holds, one after the other; for `start` how many chunks. */
  count: number;
}

/** The side files of a report, in the order of their numbers. */
export interface SideList {
  /** The name of their folder, made from what they hold: 16 hexadecimal digits. */
  key: string;
  files: SideFile[];
}

/** The folder beside the page in which each report has one of its own. */
export const sideFolder = "data";

/**
 * The function of the page that a side file calls, with the list's key, its own number, and a
 * function in whose comment its chunks are, as a JSON array of {@linkcode SideChunk}.
 */
export const sideCall = "planloopSide";

/**
 * A chunk as a side file hands it over: its section's name or block's number, its size when
 * inflated, and its bytes as pieces of wide text.
 */
export type SideChunk = readonly [
  kind: string,
  name: string | number,
  inflated: number,
  ...pieces: string[],
];

/** A side file's name: `0001.js` for the first, which has the number 0. */
export function sideName(number: number): string {
  return `${String(number + 1).padStart(4, "0")}.js`;
}

/** A side file's path from the page: `data/5f0c…/0001.js`. */
export function sidePath(key: string, number: number): string {
  return `${sideFolder}/${key}/${sideName(number)}`;
}
