/**
 * Pages of a session's log.
 *
 * @module
 */

import {
  type LogJson,
  logQueryRecord,
  logRowJson,
  queryLogRows,
  type RecordFilter,
  type Sourced,
  sourced,
} from "../lib/query/mod.ts";
import { createLogRowReader, type LogRow } from "../lib/read/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import { LineOffsets } from "./line_offsets.ts";
import { LogIndex } from "./log_index.ts";
import type { PageQuery } from "./parameters.ts";

/** One page of a log. */
export interface LogPage {
  items: (LogJson & Sourced)[];
  /** Lines that fit, on all pages; null where they are not counted yet. */
  total: number | null;
  /** Whether there are further ones behind the page. */
  hasMore: boolean;
}

/** Most answers to filters that are kept. */
const matchesMax = 8;

/** What was worked out for a log as it was. */
interface Indexed {
  version: string;
  index: Promise<LogIndex>;
  isReady: boolean;
  offsets: Map<string, Promise<LineOffsets | null>>;
  matches: Map<string, Uint32Array>;
}

/**
 * Gives pages of a log. The first page is read from the log's beginning; for others an index is made
 * once, about 30 bytes a line, and of a line only that line is read.
 */
export class LogPages {
  readonly #session: StoredSession;
  readonly #runtime: Runtime;
  #indexed: Indexed | undefined;

  constructor(session: StoredSession, runtime: Runtime) {
    this.#session = session;
    this.#runtime = runtime;
  }

  /** One page of the lines that fit. */
  async page(filter: RecordFilter, query: PageQuery, version: string): Promise<LogPage> {
    const indexed = this.#index(version);
    const { text, ...others } = filter;
    const isFiltered = Object.values(others).some((value) => value !== undefined);
    const isFirst = query.start === 0 && !query.isDescending && !isFiltered;
    if (text !== undefined) return await this.#searched(filter, query);
    if (isFirst && !indexed.isReady) return await this.#firstPage(query.limit);
    const index = await indexed.index;
    const rows = isFiltered ? this.#matching(indexed, index, others) : null;
    return await this.#pageOf(indexed, index, rows, query);
  }

  /** The log's beginning, without knowing the rest. */
  async #firstPage(limit: number): Promise<LogPage> {
    const rows: LogRow[] = [];
    let hasMore = false;
    for await (const batch of this.#session.logRows()) {
      hasMore = rows.length + batch.length > limit;
      rows.push(...batch.slice(0, limit - rows.length).map((row) => row.kept()));
      if (hasMore) break;
    }
    const items = rows.map((row) => sourced(logQueryRecord(row, this.#session.id)));
    return { items, total: hasMore ? null : items.length, hasMore };
  }

  /** A page of the lines that hold a text: read until the page is full. */
  async #searched(filter: RecordFilter, query: PageQuery): Promise<LogPage> {
    const { limit, start, isDescending } = query;
    const fits: LogRow[] = [];
    let count = 0;
    for await (const batch of queryLogRows(this.#session, filter)) {
      for (const row of batch) {
        count += 1;
        if (isDescending) {
          fits.push(row.kept());
          if (fits.length > start + limit) fits.shift();
        } else if (count > start && fits.length < limit) fits.push(row.kept());
      }
      if (!isDescending && count > start + limit) break;
    }
    const isWhole = isDescending || count <= start + limit;
    const kept = isDescending ? fits.reverse().slice(start, start + limit) : fits;
    return {
      items: kept.map((row) => sourced(logQueryRecord(row, this.#session.id))),
      total: isWhole ? count : null,
      hasMore: count > start + limit,
    };
  }

  async #pageOf(
    indexed: Indexed,
    index: LogIndex,
    rows: Uint32Array | null,
    { limit, start, isDescending }: PageQuery,
  ): Promise<LogPage> {
    const total = rows ? rows.length : index.rows;
    const items: (LogJson & Sourced)[] = [];
    for (let place = start; place < Math.min(start + limit, total); place++) {
      const at = isDescending ? total - 1 - place : place;
      const item = await this.#row(indexed, index, rows ? rows[at]! : at);
      if (item) items.push(item);
    }
    return { items, total, hasMore: start + limit < total };
  }

  async #row(
    indexed: Indexed,
    index: LogIndex,
    row: number,
  ): Promise<(LogJson & Sourced) | null> {
    const file = index.files.text(index.file[row]!);
    const line = index.line[row]!;
    const source = { session_id: this.#session.id, file, line };
    const held = index.held.get(row);
    if (held) return { ...held, source };
    const offsets = await this.#offsets(indexed, file);
    const place = offsets && this.#session.locate(file);
    if (!place) return null;
    const [start, end] = offsets.range(line);
    const bytes = this.#runtime.files.readRange(place.path, start, end - start);
    const reader = createLogRowReader(file, () => {});
    const rows = [...reader.push(bytes), ...reader.finish()];
    // Two records on one damaged line: the one that the row stands for.
    const operation = index.operations.text(index.operation[row]!);
    const found =
      rows.find((one) => (one.time ?? NaN) === index.time[row] && one.operation === operation) ??
        rows[0];
    return found ? { ...logRowJson(found, this.#session.id), source } : null;
  }

  #offsets(indexed: Indexed, file: string): Promise<LineOffsets | null> {
    let offsets = indexed.offsets.get(file);
    if (!offsets) {
      const place = this.#session.locate(file);
      offsets = place
        ? LineOffsets.of(this.#runtime, place.path, place.bytes)
        : Promise.resolve(null);
      indexed.offsets.set(file, offsets);
    }
    return offsets;
  }

  #matching(indexed: Indexed, index: LogIndex, filter: RecordFilter): Uint32Array {
    const key = JSON.stringify(filter);
    const known = indexed.matches.get(key);
    if (known) return known;
    const rows = index.matching(filter);
    indexed.matches.set(key, rows);
    for (const old of indexed.matches.keys()) {
      if (indexed.matches.size <= matchesMax) break;
      indexed.matches.delete(old);
    }
    return rows;
  }

  #index(version: string): Indexed {
    if (this.#indexed?.version === version) return this.#indexed;
    const index = LogIndex.of(this.#session);
    const indexed: Indexed = {
      version,
      index,
      isReady: false,
      offsets: new Map(),
      matches: new Map(),
    };
    index.then(() => indexed.isReady = true, () => {
      if (this.#indexed === indexed) this.#indexed = undefined;
    });
    this.#indexed = indexed;
    return indexed;
  }
}
