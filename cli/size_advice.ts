/**
 * What to do with a report that is large.
 *
 * @module
 */

import { count, size } from "./units.ts";

/** Size above which a browser is slow with a page that holds everything, in bytes. */
export const onePageBytesMax = 100_000_000;

/** Log lines above which it is. */
export const onePageLinesMax = 2_500_000;

/** What GitHub takes as an attachment, in bytes. */
export const attachmentBytesMax = 25_000_000;

/** What most trackers and mail servers take, in bytes. */
export const handyBytesMax = 10_000_000;

/** A report that was written, and how. */
export interface SizeFacts {
  /** Of the page and its side files. */
  pageBytes: number;
  /** Of what would be attached: the archive where there is one, else the page. */
  bytes: number;
  lines: number;
  isSplit: boolean;
  isZip: boolean;
  /** Whether a largest size was asked for. */
  isLimited: boolean;
  /** The command line that made the report. */
  command: string;
}

/** One line, where there is something to say; null where there is not. */
export function sizeAdvice(facts: SizeFacts): string | null {
  const { pageBytes, bytes, lines, isSplit, isZip, isLimited, command } = facts;
  if (!isSplit && (pageBytes > onePageBytesMax || lines > onePageLinesMax)) {
    return `Large for one file (${count(lines, "log line")}, ${size(pageBytes)}): browsers take ` +
      `long to open it. As a folder that loads what is looked at: ${command} --split`;
  }
  // A folder is not attached, and whoever named a size has thought of that.
  if (isLimited || (isSplit && !isZip)) return null;
  const smaller = (limit: string) =>
    `${command} --max-size ${limit} keeps what went wrong, and as much else as fits.`;
  if (bytes > attachmentBytesMax) {
    return `Too large to attach on GitHub, which takes ${size(attachmentBytesMax)}: ` +
      smaller("25MB");
  }
  if (bytes > handyBytesMax) {
    return `Larger than the ${size(handyBytesMax)} that every tracker takes: ` + smaller("10MB");
  }
  return null;
}

/** A command line as a shell takes it. */
export function commandLine(args: readonly string[]): string {
  const quoted = args.map((word) =>
    /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  );
  return ["planloop", ...quoted].join(" ");
}
