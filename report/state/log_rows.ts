/**
 * Log records by row, fetched together for all rows that one drawing asks for.
 *
 * @module
 */

import { signal } from "@preact/signals";
import type { LogSource } from "../../lib/bundle/data_source.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";

/** Records kept for scrolling back; the oldest give way. */
export const recordsKeptMax = 3000;

/** The records of a log, as they come. */
export class LogRows {
  readonly #source: LogSource;
  readonly #records = new Map<number, LogRecord | Error>();
  #wanted: Set<number> | null = null;
  #before: LogRows | null = null;
  readonly #version: { value: number } = signal(0);

  /** @param source Where records come from. */
  constructor(source: LogSource) {
    this.#source = source;
  }

  /** The record; null until it is there, an error where it cannot be read. Subscribes the caller. */
  get(row: number): LogRecord | Error | null {
    const record = this.#records.get(row);
    if (record) return record;
    const now = this.#source.recordNow?.(row);
    if (now) {
      this.#keep(row, now);
      return now;
    }
    void this.#version.value;
    if (!this.#wanted) {
      this.#wanted = new Set();
      queueMicrotask(() => this.#fetch());
    }
    this.#wanted.add(row);
    const before = this.#before?.peek(row) ?? null;
    return before && before.line === this.#source.columns.line[row] ? before : null;
  }

  /** Shows records of a log whose place this one takes, until its own are there. */
  follow(before: LogRows): void {
    this.#before = before;
    before.#before = null;
  }

  /** The record if it is there already; asks for nothing. */
  peek(row: number): LogRecord | null {
    const record = this.#records.get(row);
    return record && !(record instanceof Error) ? record : null;
  }

  /** Fetches records and keeps them. */
  async load(rows: readonly number[]): Promise<LogRecord[]> {
    const records = await this.#source.records(rows);
    rows.forEach((row, i) => this.#keep(row, records[i]!));
    return records;
  }

  async #fetch(): Promise<void> {
    const rows = [...this.#wanted!];
    this.#wanted = null;
    // Where one cannot be read, the others still may.
    await this.load(rows).catch(() => Promise.all(rows.map((row) => this.#loadOne(row))));
    this.#version.value += 1;
  }

  async #loadOne(row: number): Promise<void> {
    try {
      await this.load([row]);
    } catch (error) {
      this.#keep(row, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #keep(row: number, record: LogRecord | Error): void {
    this.#records.set(row, record);
    if (this.#records.size > recordsKeptMax) {
      this.#records.delete(this.#records.keys().next().value!);
    }
  }
}

const all = new WeakMap<LogSource, LogRows>();

/** The records of a source: the same for everybody who asks. */
export function logRowsOf(source: LogSource): LogRows {
  let rows = all.get(source);
  if (!rows) all.set(source, rows = new LogRows(source));
  return rows;
}
