/**
 * How far somebody has followed a session, as a text that can be given back later.
 *
 * @module
 */

/** A place in a file of lines. */
export interface LinePosition {
  /** Bytes before it. */
  offset: number;
  /** Lines before it. */
  lines: number;
}

/**
 * How far a session was followed. Nothing before it is given again, everything behind it is still to
 * come.
 */
export interface FeedPosition {
  /**
   * The place in each log file, by its generation: a rotated file's number, and for the file that
   * still grows the number that it will have. It keeps that when it is renamed.
   */
  logs: ReadonlyMap<number, LinePosition>;
  /** The place in `logs/performance.jsonl`. */
  metrics: LinePosition;
  /** Every record file up to here was given, and of those behind it the ones of `given`. */
  mark: RecordMark;
  /** {@linkcode fileMark} of record files that were given although one before them may still come. */
  given: readonly string[];
}

/** A place among a session's record files, in the order of their last changes. */
export interface RecordMark {
  /** When the file was last changed. Epoch milliseconds. */
  time: number;
  /** {@linkcode fileMark} of its name, which orders those of one moment. */
  file: string;
}

/** Before everything. */
export const feedStart: FeedPosition = {
  logs: new Map(),
  metrics: { offset: 0, lines: 0 },
  mark: { time: 0, file: "" },
  given: [],
};

/** Longest text that is looked at, in characters. */
export const positionCharsMax = 4096;

/** Most log files, and most record files, that a position names. */
const namesMax = 256;

/** A position as a text of digits, letters, `.`, `-`, `:`, `,` and `;`. */
export function formatPosition({ logs, metrics, mark, given }: FeedPosition): string {
  const places = [...logs].map(([number, place]) => `${number}:${placeText(place)}`);
  const markText = `${mark.time}${mark.file === "" ? "" : `.${mark.file}`}`;
  return [places.join(","), placeText(metrics), markText, given.join(",")].join(";");
}

/** The position that a text stands for; null where it is none. */
export function parsePosition(text: string): FeedPosition | null {
  if (text.length > positionCharsMax) return null;
  const [logs, metrics, mark, given, ...rest] = text.split(";");
  const [, time, file = ""] = /^(\d{1,16})(?:\.([0-9a-z]{7}))?$/.exec(mark ?? "") ?? [];
  if (given === undefined || rest.length > 0 || time === undefined) return null;
  const marks = given === "" ? [] : given.split(",");
  const files = new Map<number, LinePosition>();
  for (const entry of logs === "" ? [] : logs!.split(",")) {
    const [, number, place] = /^(\d{1,9}):(.+)$/.exec(entry) ?? [];
    const parsed = place === undefined ? null : parsePlace(place);
    if (!parsed) return null;
    files.set(Number(number), parsed);
  }
  const place = parsePlace(metrics!);
  const isWrong = place === null || files.size > namesMax || marks.length > namesMax ||
    marks.some((name) => !/^[0-9a-z]{7}$/.test(name));
  if (isWrong) return null;
  return { logs: files, metrics: place, mark: { time: Number(time), file }, given: marks };
}

/** What stands for a file's name in a position: seven characters, ordered as text. */
export function fileMark(file: string): string {
  // FNV-1a: short, and equal everywhere. It only has to tell the files of a few seconds apart.
  let hash = 0x811c9dc5;
  for (let i = 0; i < file.length; i++) {
    hash = Math.imul(hash ^ file.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(36).padStart(7, "0");
}

function placeText({ offset, lines }: LinePosition): string {
  return `${offset}.${lines}`;
}

function parsePlace(text: string): LinePosition | null {
  const [, offset, lines] = /^(\d{1,15})\.(\d{1,12})$/.exec(text) ?? [];
  return lines === undefined ? null : { offset: Number(offset), lines: Number(lines) };
}
