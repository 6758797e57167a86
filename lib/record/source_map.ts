/**
 * Source maps, version 3: from a place in built code to the place that it was written at.
 *
 * @module
 */

/** Longest list of mappings that is read, in UTF-16 units. */
export const mappingsLengthMax: number = 16 * 1024 * 1024;

/** A place in the code as it was written. */
export interface OriginalPlace {
  /** As the map names it, after its `sourceRoot`. */
  source: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** The source's text, where the map holds it. */
  content: string | undefined;
}

/** One entry of a line: built column, source, original line, original column; all from 0. */
type Segment = [column: number, source: number, line: number, originalColumn: number];

/** A source map that can be asked. */
export interface SourceMap {
  /**
   * Where a place was written. Both numbers from 1.
   *
   * @returns Nothing for code that a tool added.
   */
  find(line: number, column: number): OriginalPlace | undefined;
}

/**
 * Reads a source map.
 *
 * @returns Nothing where the text is no map of this version, or longer than the limit.
 */
export function readSourceMap(text: string): SourceMap | undefined {
  const map = parseMap(text);
  if (!map) return undefined;
  const { sources, contents, mappings } = map;
  let lines: Segment[][] | undefined;
  return {
    find(line, column) {
      lines ??= decodeMappings(mappings);
      const segment = segmentAt(lines[line - 1] ?? [], column - 1);
      const source = segment && sources[segment[1]];
      if (!segment || source === undefined) return undefined;
      const content = contents[segment[1]];
      return {
        source,
        line: segment[2] + 1,
        column: segment[3] + 1,
        content: typeof content === "string" ? content : undefined,
      };
    },
  };
}

interface ParsedMap {
  sources: string[];
  contents: unknown[];
  mappings: string;
}

function parseMap(text: string): ParsedMap | undefined {
  let value: Record<string, unknown> | null;
  try {
    // Some servers put this line in front of JSON.
    value = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ""));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, sources, sourcesContent, sourceRoot, mappings } = value;
  if (version !== 3 || !Array.isArray(sources) || typeof mappings !== "string") return undefined;
  if (mappings.length > mappingsLengthMax) return undefined;
  const root = typeof sourceRoot === "string" && sourceRoot !== ""
    ? sourceRoot.replace(/\/?$/, "/")
    : "";
  return {
    sources: sources.map((source) => typeof source === "string" ? root + source : ""),
    contents: Array.isArray(sourcesContent) ? sourcesContent : [],
    mappings,
  };
}

/** The last entry that does not begin behind the column. */
function segmentAt(line: readonly Segment[], column: number): Segment | undefined {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (line[middle]![0] <= column) low = middle + 1;
    else high = middle;
  }
  const found = line[low - 1];
  return found && found[1] >= 0 ? found : undefined;
}

/** Every line's entries, by built column. What cannot be decoded ends the list. */
export function decodeMappings(mappings: string): Segment[][] {
  const lines: Segment[][] = [[]];
  const state: Segment = [0, 0, 0, 0];
  for (let at = 0; at < mappings.length;) {
    const code = mappings.charCodeAt(at);
    if (code === SEMICOLON || code === COMMA) {
      at += 1;
      if (code === SEMICOLON) {
        sortLine(lines.at(-1)!);
        lines.push([]);
        state[0] = 0;
      }
      continue;
    }
    const fields: number[] = [];
    while (at < mappings.length && fields.length < 5) {
      const next = mappings.charCodeAt(at);
      if (next === SEMICOLON || next === COMMA) break;
      const read = readVlq(mappings, at);
      if (!read) return lines;
      fields.push(read.value);
      at = read.at;
    }
    state[0] += fields[0] ?? 0;
    if (fields.length >= 4) {
      state[1] += fields[1]!;
      state[2] += fields[2]!;
      state[3] += fields[3]!;
      lines.at(-1)!.push([...state]);
    } else lines.at(-1)!.push([state[0], -1, 0, 0]);
  }
  sortLine(lines.at(-1)!);
  return lines;
}

const SEMICOLON = 59;
const COMMA = 44;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A number in base 64, lowest digits first, the sign in its lowest bit. */
function readVlq(text: string, from: number): { value: number; at: number } | undefined {
  let value = 0;
  for (let at = from, factor = 1; at < text.length && at < from + 7; at += 1, factor *= 32) {
    const digit = DIGITS.indexOf(text[at]!);
    if (digit < 0) return undefined;
    value += (digit & 31) * factor;
    if (digit < 32) return { value: value % 2 === 1 ? -(value - 1) / 2 : value / 2, at: at + 1 };
  }
  return undefined;
}

function sortLine(line: Segment[]): void {
  const sorted = line.every((segment, index) => index === 0 || line[index - 1]![0] <= segment[0]);
  if (!sorted) line.sort((a, b) => a[0] - b[0]);
}
