/**
 * Lists of records that were worked out, for the next page.
 *
 * @module
 */

import {
  type QueryKind,
  type QueryRecord,
  queryRecords,
  readRecord,
  type RecordFilter,
  sourced,
} from "../lib/query/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import { type PageQuery, pageRange } from "./parameters.ts";

/** Kinds that are answered here: lines of logs have an index of their own. */
export type AnswerKind = Exclude<QueryKind, "logs">;

/** Most lists that are kept. */
const listsMax = 8;

/** Most records that a list keeps as they are; of longer lists, of those that are a file the file. */
const heldMax = 2000;

/** One page of an answer. */
export interface AnswerPage {
  items: unknown[];
  /** Records that fit, on all pages. */
  total: number;
}

/** A record, or the way to it. */
type Held = { record: QueryRecord<AnswerKind> } | { file: string };

interface HeldList {
  list: readonly Held[];
  /** When it was made. Epoch milliseconds. */
  made: number;
}

/** Answers questions to one session, page by page. */
export class Answers {
  readonly #session: StoredSession;
  /** By question and the session's version; least recently used first. */
  readonly #lists = new Map<string, Promise<HeldList>>();

  constructor(session: StoredSession) {
    this.#session = session;
  }

  /** One page of the records that fit. */
  async page(
    kind: AnswerKind,
    filter: RecordFilter,
    page: PageQuery,
    version: string,
  ): Promise<AnswerPage> {
    const { list, made } = await this.#list(kind, filter, version);
    const { first, end } = pageRange(page, list.length);
    const held = list.slice(first, end);
    if (page.isDescending) held.reverse();
    const items: unknown[] = [];
    for (const entry of held) {
      const record = "record" in entry ? entry.record : await this.#read(kind, entry.file);
      // It may have been removed since: then it is not on the page.
      if (record) {
        items.push(
          kind === "locks" ? later(record as QueryRecord<"locks">, made) : sourced(record),
        );
      }
    }
    return { items, total: list.length };
  }

  async #read(kind: AnswerKind, file: string): Promise<QueryRecord | null> {
    if (kind === "performance" || kind === "locks" || kind === "problems") return null;
    return await readRecord(this.#session, kind, file);
  }

  #list(kind: AnswerKind, filter: RecordFilter, version: string): Promise<HeldList> {
    const key = JSON.stringify([version, kind, filter]);
    const known = this.#lists.get(key);
    this.#lists.delete(key);
    const list = known ?? this.#make(kind, filter);
    this.#lists.set(key, list);
    // What failed is asked again.
    list.catch(() => this.#lists.delete(key));
    for (const old of this.#lists.keys()) {
      if (this.#lists.size <= listsMax) break;
      this.#lists.delete(old);
    }
    return list;
  }

  async #make(kind: AnswerKind, filter: RecordFilter): Promise<HeldList> {
    const made = Date.now();
    const held: Held[] = [];
    const isFile = kind !== "performance" && kind !== "locks" && kind !== "problems";
    for await (const record of queryRecords(this.#session, kind, filter)) {
      if (isFile && held.length === heldMax) {
        held.forEach((entry, index) => {
          if ("record" in entry) held[index] = { file: entry.record.source.file };
        });
      }
      held.push(isFile && held.length >= heldMax ? { file: record.source.file } : { record });
    }
    return { list: held, made };
  }
}

/** A lock request that is waited or held for: for as long as it is by now. */
function later(record: QueryRecord<"locks">, made: number): unknown {
  const json = sourced(record);
  if (json.current_ms === null) return json;
  return { ...json, current_ms: json.current_ms + Date.now() - made };
}
