/**
 * Where a report's data comes from: embedded in the page, or served over http. The app knows only
 * this interface.
 *
 * @module
 */

import type { LogRecord } from "../read/log_record.ts";
import type { ReportHeader } from "./header.ts";
import type { DocumentRef, SectionName, Sections } from "./sections.ts";

/** The log's columns, one entry a row, in the report's row order. */
export interface LogColumns {
  /** Milliseconds since the epoch; NaN where unknown. */
  time: Float64Array;
  /** Index into `levels`. */
  level: Uint8Array;
  /** Index into `dictionaries.operations`. */
  operation: Uint16Array;
  /** Index into `dictionaries.traces`; 0 is none. */
  trace: Uint32Array;
  /** Milliseconds; NaN where the line has none. */
  duration: Float64Array;
  /** Index into `dictionaries.events`; 0 is none. */
  event: Uint8Array;
  /** Index into `dictionaries.files`. */
  file: Uint8Array;
  /** Line in that file, from 1. */
  line: Uint32Array;
}

/** The outcome of a text search: one byte a row, 1 where the row matches. */
export interface SearchResult {
  matches: Uint8Array;
  count: number;
}

/** Which rows have messages that differ only in their numbers and ids. */
export interface LogPatterns {
  /** Each pattern's text, by number. Number 0 stands for every pattern that is not told apart. */
  texts: string[];
  /** Each row's pattern. */
  rows: Uint16Array;
}

/** How much of a log is there whose parts are fetched when they are wanted. */
export interface LogArrival {
  /** The share of the text that can be searched, from 0 to 1. */
  text: number;
  /** What could not be had, as a sentence; empty where all is well. */
  missing: string;
}

/** The log: columns in memory, text on demand. */
export interface LogSource {
  readonly rows: number;
  readonly columns: LogColumns;
  /** How many rows' columns are filled so far, from the first; grows to `rows`. */
  readonly loaded: number;
  /** Calls back whenever `loaded` grows, and at once. Returns the way to stop. */
  onLoad(listener: (loaded: number) => void): () => void;
  /**
   * Calls back whenever more of the text is there or something turns out to be missing, and at once.
   * Returns the way to stop. Absent where everything comes by itself.
   */
  onArrival?(listener: (arrival: LogArrival) => void): () => void;
  /**
   * What searches the text, in words: "WebAssembly SIMD" or "TypeScript". Resolves once that is
   * chosen; absent where nothing is to be searched.
   */
  readonly kernels?: Promise<string> | undefined;
  /** Resolves when every column that can be had is filled. */
  readonly ready: Promise<void>;
  /** Whole records, in the order asked. */
  records(rows: readonly number[]): Promise<LogRecord[]>;
  /** A record that need not be waited for; null where it must be, or cannot be read. */
  recordNow?(row: number): LogRecord | null;
  /**
   * Rows whose message or context, as compact JSON, contains the text, without regard to case. An
   * empty context has no text. Terminal sequences are left out, so that a text is found across them.
   */
  search(text: string): Promise<SearchResult>;
  /**
   * The rank of each row's message among all of them, from 0, by its bytes as UTF-8; equal messages
   * have the same rank. Worked out once, when first asked for.
   */
  messageRanks(): Promise<Uint32Array>;
  /** Each row's message pattern. Worked out once, when first asked for. */
  patterns(): Promise<LogPatterns>;
}

/** A report's data. */
export interface DataSource {
  readonly header: ReportHeader;
  section<Name extends SectionName>(name: Name): Promise<Sections[Name]>;
  /** A whole record, parsed. Rejects with a `RangeError` for a reference outside the payload. */
  document(ref: DocumentRef): Promise<unknown>;
  readonly logs: LogSource;
}
