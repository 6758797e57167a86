/**
 * The log of an embedded report: columns on this thread, text in the worker. The first block is
 * also kept here, so that the first rows need not wait for the worker. Where further blocks are in
 * files beside the page, their columns are fetched one after the other, text when it is wanted.
 *
 * @module
 */

import { createLogColumns, decodeRecord } from "../../lib/bundle/log_block.ts";
import type {
  LogArrival,
  LogColumns,
  LogPatterns,
  LogSource,
  SearchResult,
} from "../../lib/bundle/data_source.ts";
import type { LogBlock } from "../../lib/bundle/header.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { type Deflated, inflateNow } from "./decompress.ts";
import { blockOf, firstRowsOf, LogEngine } from "./log_engine.ts";
import type { FetchBlock } from "./embedded_source.ts";
import type { KernelsName } from "./log_kernels.ts";
import type { FromWorker, LogPort } from "./log_protocol.ts";

/** Files of text that are fetched at one time. */
const fetchesMax = 3;

interface Pending {
  resolve(message: FromWorker): void;
  reject(error: Error): void;
}

/** The log's data as it arrives. */
export class EmbeddedLogs implements LogSource {
  readonly rows: number;
  readonly columns: LogColumns;
  readonly ready: Promise<void>;
  readonly kernels: Promise<KernelsName> | undefined;
  readonly #blocks: readonly LogBlock[];
  readonly #firstRows: readonly number[];
  readonly #first: LogEngine;
  readonly #dictionaries: () => Promise<LogDictionaries>;
  readonly #listeners = new Set<(loaded: number) => void>();
  readonly #columnsIn: Uint8Array;
  readonly #textIn: Uint8Array;
  readonly #pending = new Map<number, Pending>();
  readonly #fetch: FetchBlock | undefined;
  readonly #port: LogPort | undefined;
  readonly #arrivals = new Set<(arrival: LogArrival) => void>();
  /** Once they were needed. */
  #words: LogDictionaries | undefined;
  #missing = "";
  /** What is missing for good; whether a file of text is, is found out anew by each search. */
  #gap = "";
  #textBytes = 0;
  #ended = false;
  #begun = false;
  #loaded = 0;
  #nextBlock = 0;
  #texts = 0;
  #lastId = 0;
  #ranks: Promise<Uint32Array> | undefined;
  #patterns: Promise<LogPatterns> | undefined;
  #tellKernels: ((name: KernelsName) => void) | undefined;
  #resolveReady!: () => void;
  #rejectReady!: (error: Error) => void;

  /**
   * @param blocks The header's list of blocks.
   * @param dictionaries Fetches the words behind the columns' numbers.
   * @param startPort Starts the place where text is kept: at once, as a worker takes its time. Not
   * called where the log has no rows.
   * @param fetch Fetches blocks from beside the page. Default: all are in the page.
   */
  constructor(
    blocks: readonly LogBlock[],
    dictionaries: () => Promise<LogDictionaries>,
    startPort: (onMessage: (message: FromWorker) => void) => LogPort,
    fetch?: FetchBlock,
  ) {
    this.#blocks = blocks;
    this.#fetch = fetch;
    this.#firstRows = firstRowsOf(blocks);
    this.rows = this.#firstRows.at(-1)!;
    this.columns = createLogColumns(this.rows);
    this.#first = new LogEngine(blocks);
    this.#dictionaries = dictionaries;
    this.#columnsIn = new Uint8Array(blocks.length);
    this.#textIn = new Uint8Array(blocks.length);
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // Whoever waits hears of it; nobody waiting is no error of the page.
    this.ready.catch(() => {});
    if (blocks.length === 0) this.#resolveReady();
    else {
      this.kernels = new Promise((resolve) => this.#tellKernels = resolve);
      this.#port = startPort((answer) => this.#take(answer));
      this.#port.send({ kind: "blocks", blocks });
    }
  }

  get loaded(): number {
    return this.#loaded;
  }

  onLoad(listener: (loaded: number) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#loaded);
    return () => this.#listeners.delete(listener);
  }

  onArrival(listener: (arrival: LogArrival) => void): () => void {
    this.#arrivals.add(listener);
    listener(this.#arrival());
    return () => this.#arrivals.delete(listener);
  }

  /** Takes a block's columns, still compressed. */
  addColumns(block: number, data: Deflated): void {
    this.#begun = true;
    if (block === 0) this.#takeColumns(0, this.#first.addColumns(0, inflateNow(data)));
    this.#send({ kind: "columns", block, data }, data);
  }

  /** Takes a block's text, still compressed. */
  addText(block: number, data: Deflated): void {
    if (block === 0) this.#first.addText(0, inflateNow(data));
    this.#send({ kind: "text", block, data }, data);
  }

  /** Says that nothing more will come of itself. */
  end(): void {
    this.#ended = true;
    if (!this.#begun && this.rows > 0) {
      this.#rejectReady(new Error("Cannot read the log: the report has none of its blocks."));
    } else if (this.#fetch) void this.#fetchColumns(this.#fetch);
  }

  /** Lets go of the place where the text is kept. */
  close(): void {
    this.#port?.close?.();
  }

  async records(rows: readonly number[]): Promise<LogRecord[]> {
    const texts = await this.#rowTexts(rows);
    const words = this.#words = await this.#dictionaries();
    return rows.map((row, i) => decodeRecord(texts[i]!, this.columns, row, words));
  }

  recordNow(row: number): LogRecord | null {
    if (!this.#words || !this.#first.has(0) || blockOf(this.#firstRows, row) !== 0) return null;
    try {
      return decodeRecord(this.#first.rows([row])[0]!, this.columns, row, this.#words);
    } catch {
      return null;
    }
  }

  async search(text: string): Promise<SearchResult> {
    await this.ready;
    if (text === "") return { matches: new Uint8Array(this.rows).fill(1), count: this.rows };
    await this.#fetchTexts();
    const answer = await this.#ask((id) => ({ kind: "search", id, text }));
    if (answer.kind !== "search") throw new Error("Cannot search the log: no such answer.");
    return { matches: answer.matches, count: answer.count };
  }

  messageRanks(): Promise<Uint32Array> {
    return this.#ranks ??= this.#rankMessages();
  }

  async #rankMessages(): Promise<Uint32Array> {
    await this.ready;
    if (this.rows === 0) return new Uint32Array(0);
    await this.#fetchTexts();
    const answer = await this.#ask((id) => ({ kind: "ranks", id }));
    if (answer.kind !== "ranks") throw new Error("Cannot sort the log: no such answer.");
    return answer.ranks;
  }

  patterns(): Promise<LogPatterns> {
    return this.#patterns ??= this.#findPatterns();
  }

  async #findPatterns(): Promise<LogPatterns> {
    await this.ready;
    await this.#fetchTexts();
    if (this.rows === 0) return { texts: [], rows: new Uint16Array(0) };
    const answer = await this.#ask((id) => ({ kind: "patterns", id }));
    if (answer.kind !== "patterns") throw new Error("Cannot group the log: no such answer.");
    return { texts: answer.texts, rows: answer.rows };
  }

  async #rowTexts(rows: readonly number[]): Promise<Uint8Array[]> {
    const inFirst = this.#first.has(0) &&
      rows.every((row) => blockOf(this.#firstRows, row) === 0);
    if (inFirst) return this.#first.rows(rows);
    const blocks = new Set(rows.map((row) => blockOf(this.#firstRows, row)));
    await Promise.all([...blocks].map((block) => this.#textOf(block)));
    const answer = await this.#ask((id) => ({ kind: "rows", id, rows }));
    if (answer.kind !== "rows") throw new Error("Cannot read log rows: no such answer.");
    return answer.rows;
  }

  /** Resolves when a block's text is in the worker, or was sent there. */
  async #textOf(block: number): Promise<void> {
    if (this.#textIn[block]) return;
    if (!this.#fetch || !this.#columnsIn[block]) await this.ready;
    await this.#fetch?.("text", block);
  }

  async #fetchColumns(fetch: FetchBlock): Promise<void> {
    let next = 1;
    try {
      for (; next < this.#blocks.length; next++) await fetch("columns", next);
      this.#checkReady();
    } catch (error) {
      this.#gap = this.#miss(
        error,
        ` Log lines after the first ${this.#firstRows[next]} are not shown.`,
      );
      this.#resolveReady();
    }
  }

  /** Fetches all text that can be had; what cannot is told as missing. */
  async #fetchTexts(): Promise<void> {
    const fetch = this.#fetch;
    if (!fetch) return;
    this.#missing = this.#gap;
    let next = 1;
    const run = async () => {
      for (let block = next++; block < this.#blocks.length; block = next++) {
        if (!this.#columnsIn[block]) continue;
        await fetch("text", block).catch((error) => this.#miss(error));
      }
    };
    await Promise.all(Array.from({ length: fetchesMax }, run));
    this.#tellArrival();
  }

  #miss(error: unknown, consequence = ""): string {
    this.#missing = (error instanceof Error ? error.message : String(error)) + consequence;
    this.#tellArrival();
    return this.#missing;
  }

  #arrival(): LogArrival {
    const total = this.#blocks.reduce((sum, { text_bytes }) => sum + text_bytes, 0);
    const isAll = !this.#fetch || this.#textBytes === total;
    return { text: isAll ? 1 : this.#textBytes / total, missing: this.#missing };
  }

  #tellArrival(): void {
    const arrival = this.#arrival();
    for (const listener of this.#arrivals) listener(arrival);
  }

  /** Text that is fetched on demand need not be there for the log to be ready. */
  #checkReady(): void {
    const isReady = this.#fetch
      ? this.#ended && this.#loaded === this.rows
      : this.#texts === this.#blocks.length;
    if (isReady) this.#resolveReady();
  }

  #ask(
    message: (id: number) => Parameters<LogPort["send"]>[0],
  ): Promise<FromWorker> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send(message(id));
    });
  }

  #send(message: Parameters<LogPort["send"]>[0], data?: Deflated): void {
    if (!this.#port) throw new Error("Cannot read the log: it has no rows.");
    this.#port.send(message, data ? [data.bytes.buffer] : []);
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case "started":
        this.#tellKernels?.(message.kernels);
        break;
      case "columns":
        if (message.block > 0) this.#takeColumns(message.block, message.columns);
        break;
      case "text":
        this.#textIn[message.block] = 1;
        this.#texts += 1;
        this.#textBytes += this.#blocks[message.block]!.text_bytes;
        this.#checkReady();
        if (this.#fetch) this.#tellArrival();
        break;
      case "damaged": {
        const reason = `Cannot read block ${message.block + 1} of the log: ${message.reason}`;
        this.#rejectReady(new Error(reason));
        this.#gap = this.#miss(reason);
        break;
      }
      case "failed":
        this.#settle(message.id)?.reject(new Error(message.reason));
        break;
      default:
        this.#settle(message.id)?.resolve(message);
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #takeColumns(block: number, columns: LogColumns): void {
    const firstRow = this.#firstRows[block]!;
    for (const name of Object.keys(columns) as (keyof LogColumns)[]) {
      this.columns[name].set(columns[name], firstRow);
    }
    this.#columnsIn[block] = 1;
    while (this.#columnsIn[this.#nextBlock]) this.#nextBlock += 1;
    this.#loaded = this.#firstRows[this.#nextBlock]!;
    for (const listener of this.#listeners) listener(this.#loaded);
    this.#checkReady();
  }
}
