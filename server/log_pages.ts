/**
 * Pages of a session's log.
 *
 * @module
 */

import {
  type LogJson,
  logQueryRecord,
  logRowJson,
  type RecordFilter,
  type Sourced,
  sourced,
} from "../lib/query/mod.ts";
import { createLogRowReader, type LogRow } from "../lib/read/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import { IndexedLog } from "./indexed_log.ts";
import { type PageQuery, pageRange } from "./parameters.ts";

/** One page of a log. */
export interface LogPage {
  items: (LogJson & Sourced)[];
  /** Lines that fit, on all pages; null where they are not counted yet. */
  total: number | null;
  /** Whether there are further ones behind the page. */
  hasMore: boolean;
}

/**
 * Gives pages of a log. The first page is read from the log's beginning; for others an index is made
 * once, about 65 bytes a line, which grows with the log, and of a line only that line is read.
 */
export class LogPages {
  readonly #session: StoredSession;
  readonly #runtime: Runtime;
  #version = "";
  #indexed: Promise<IndexedLog> | undefined;
  /** The index once it is whole. */
  #ready: IndexedLog | undefined;

  constructor(session: StoredSession, runtime: Runtime) {
    this.#session = session;
    this.#runtime = runtime;
  }

  /** About how much memory the index takes, in bytes. */
  get bytes(): number {
    return this.#ready?.bytes ?? 0;
  }

  /** Gives the index's memory back. It is made anew when it is needed. */
  forget(): void {
    if (!this.#ready) return;
    this.#ready = undefined;
    this.#indexed = undefined;
    this.#version = "";
  }

  /** One page of the lines that fit. */
  async page(filter: RecordFilter, query: PageQuery, version: string): Promise<LogPage> {
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const isFirst = query.start === 0 && !query.isDescending && !isFiltered;
    const isNow = this.#version === version && this.#ready !== undefined;
    const indexed = this.#index(version);
    if (isFirst && !isNow) {
      // Whoever asks for more is told what went wrong.
      indexed.catch(() => {});
      return await this.#firstPage(query.limit);
    }
    const log = await indexed;
    if (!isFiltered) return await this.#pageOf(log, null, query);
    const enough = query.isDescending ? Infinity : query.start + query.limit + 1;
    const { rows, isWhole } = await log.matching(filter, enough);
    const page = await this.#pageOf(log, rows, query);
    return isWhole ? page : { ...page, total: null };
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

  async #pageOf(log: IndexedLog, rows: Uint32Array | null, query: PageQuery): Promise<LogPage> {
    const total = rows ? rows.length : log.index.rows;
    const { first, end } = pageRange(query, total);
    const items: (LogJson & Sourced)[] = [];
    for (let at = first; at < end; at++) {
      const item = await this.#row(log, rows ? rows[at]! : at);
      if (item) items.push(item);
    }
    if (query.isDescending) items.reverse();
    return { items, total, hasMore: query.isDescending ? first > 0 : end < total };
  }

  async #row(log: IndexedLog, row: number): Promise<(LogJson & Sourced) | null> {
    const { index } = log;
    const file = index.files.text(index.file[row]!);
    const line = index.line[row]!;
    const source = { session_id: this.#session.id, file, line };
    const held = index.held.get(row);
    if (held) return { ...held, source };
    const place = this.#session.locate(file);
    if (!place) return null;
    const [start, end] = (await log.offsets(file)).range(line);
    const bytes = this.#runtime.files.readRange(place.path, start, end - start);
    const reader = createLogRowReader(file, () => {});
    const rows = [...reader.push(bytes), ...reader.finish()];
    const found = rows[index.placeOnLine(row)];
    return found ? { ...logRowJson(found, this.#session.id), source } : null;
  }

  #index(version: string): Promise<IndexedLog> {
    if (this.#indexed && this.#version === version) return this.#indexed;
    const before = this.#indexed;
    this.#version = version;
    const indexed = this.#make(before);
    this.#indexed = indexed;
    indexed.then((log) => {
      if (this.#indexed === indexed) this.#ready = log;
    }, () => {
      if (this.#indexed === indexed) this.#indexed = undefined;
    });
    return indexed;
  }

  /** The index with what came since, or anew where the log is not the same with more behind it. */
  async #make(before: Promise<IndexedLog> | undefined): Promise<IndexedLog> {
    const log = await before?.catch(() => undefined);
    if (log && await log.extend()) return log;
    return await IndexedLog.of(this.#session, this.#runtime);
  }
}
