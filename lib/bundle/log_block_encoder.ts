/**
 * Records → blocks of bytes: the writer's side of the log codec.
 *
 * @module
 */

import { type Level, levels } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LineText, LogRow, LogRowValues } from "../read/log_row.ts";
import { encodeColumns, RowValues } from "./column_encoding.ts";
import { type DictionaryBuilder, dictionarySizeMax } from "./dictionaries.ts";
import { blockRowsMax, blockTextMax, lineMax } from "./log_block_layout.ts";
import { RowTexts } from "./row_texts.ts";

/** One encoded block. */
export interface LogBlockBytes {
  rows: number;
  columns: Uint8Array<ArrayBuffer>;
  text: Uint8Array<ArrayBuffer>;
}

const levelNumbers: Readonly<Record<Level, number>> = Object.fromEntries(
  levels.map((level, number) => [level, number]),
) as Record<Level, number>;

/**
 * Encodes one block of records.
 *
 * @param rows At most {@linkcode blockRowsMax}; about 1 MB of text is a good block.
 * @param dictionaries Shared by all blocks of a log, in order.
 * @throws {RangeError} If there are too many rows.
 */
export function encodeLogBlock(
  rows: readonly LogRecord[],
  dictionaries: DictionaryBuilder,
): LogBlockBytes {
  if (rows.length > blockRowsMax) {
    throw new RangeError(`Cannot encode ${rows.length} rows as a block: at most ${blockRowsMax}`);
  }
  const builder = new LogBlockBuilder(dictionaries);
  for (const row of rows) builder.add(row);
  return builder.finish();
}

/** A block that grows by rows until it is {@linkcode LogBlockBuilder.full}; reusable after `finish`. */
export class LogBlockBuilder {
  readonly #dictionaries: DictionaryBuilder;
  readonly #groups = new Map<number, number>();
  readonly #texts = new RowTexts();
  #values = new RowValues(rowsReservedFirst);
  #rows = 0;

  constructor(dictionaries: DictionaryBuilder) {
    this.#dictionaries = dictionaries;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether the block should be finished before the next row. */
  get full(): boolean {
    return this.#texts.bytes >= blockTextMax || this.#rows >= blockRowsMax;
  }

  /** Adds a row. Nothing of the record is kept but its text: objects that live long cost most. */
  add(record: LogRecord): void {
    const context = objectJson(record.context);
    const extra = this.#dictionaries.extra.write(record.extra);
    const other = this.#addValues(record);
    this.#addGroup(this.#texts.add(record.message, context, extra, other));
  }

  /** Adds the row of a line that stands in memory: what {@linkcode add} does with its record. */
  addLine(row: LogRow, text: LineText): void {
    // Only the lines of one session have their further keys as rows keep them.
    if (text.session !== this.#dictionaries.extra.session) this.add(row.record());
    else this.#addGroup(this.#texts.addLine(text, this.#addValues(row)));
  }

  /** The block's bytes. Leaves the builder empty. */
  finish(): LogBlockBytes {
    const rows = this.#rows;
    const order = this.#order();
    const lengths = new Uint32Array(rows);
    const text = this.#texts.finish(order, lengths);
    const columns = encodeColumns(this.#values, order, lengths);
    this.#groups.clear();
    this.#rows = 0;
    return { rows, columns, text };
  }

  /** @returns The words that full dictionaries have no number for, as JSON. */
  #addValues(record: LogRowValues): string | undefined {
    const row = this.#rows;
    if (row === this.#values.time.length) this.#values = this.#values.grown();
    const values = this.#values;
    values.time[row] = record.time ?? NaN;
    values.duration[row] = record.duration_ms ?? NaN;
    values.level[row] = levelNumbers[record.level] ?? levelNumbers.INFO;
    values.line[row] = Math.min(Math.max(Math.trunc(record.line), 0), lineMax);
    const operation = values.operation[row] = this.#dictionaries.operation(record.operation);
    const trace = values.trace[row] = this.#dictionaries.trace(record.trace_id);
    const event = values.event[row] = this.#dictionaries.event(record.event);
    const file = values.file[row] = this.#dictionaries.file(record.file);
    if (
      operation === dictionarySizeMax.operations || trace === dictionarySizeMax.traces ||
      event === dictionarySizeMax.events || file === dictionarySizeMax.files
    ) {
      return otherWords(record, { operation, trace, event, file }, this.#dictionaries);
    }
    return undefined;
  }

  /** Ends the row that was begun with its values. */
  #addGroup(template: number): void {
    let group = this.#groups.get(template);
    if (group === undefined) {
      group = this.#groups.size;
      this.#groups.set(template, group);
    }
    this.#values.group[this.#rows++] = group;
  }

  /** The row at each position: rows sorted by group, stably. */
  #order(): Uint16Array {
    const { group } = this.#values;
    const next = new Uint32Array(this.#groups.size + 1);
    for (let row = 0; row < this.#rows; row++) next[group[row]! + 1]!++;
    for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
    const order = new Uint16Array(this.#rows);
    for (let row = 0; row < this.#rows; row++) order[next[group[row]!]!++] = row;
    return order;
  }
}

/** Rows for which there is room at first. */
const rowsReservedFirst = 4096;

/** The words that full dictionaries had no number for, as JSON. */
function otherWords(
  record: LogRowValues,
  numbers: { operation: number; trace: number; event: number; file: number },
  dictionaries: DictionaryBuilder,
): string {
  const { operations, traces, events, files } = dictionarySizeMax;
  const clean = (word: string | null) => dictionaries.clean(word ?? "");
  return JSON.stringify({
    ...(numbers.operation === operations && { operation: clean(record.operation) }),
    ...(numbers.trace === traces && { trace_id: clean(record.trace_id) }),
    ...(numbers.event === events && { event: clean(record.event) }),
    ...(numbers.file === files && { file: clean(record.file) }),
  });
}

/** Most rows have nothing there, and finding that out is cheaper than writing it. */
function objectJson(value: Record<string, unknown>): string {
  for (const _key in value) return JSON.stringify(value);
  return "{}";
}
