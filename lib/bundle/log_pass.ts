/**
 * The log, once through: redacted, counted, looked at by the analyses, and packed into blocks.
 *
 * @module
 */

import {
  type FindingsFold,
  isFailure,
  isLockEvent,
  LockFold,
  type LockRequest,
} from "../analyse/mod.ts";
import type { Level } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LineText, LogRow } from "../read/log_row.ts";
import type { BundleRedactor } from "./bundle_source.ts";
import type { ChunkPipeline } from "./chunk.ts";
import { DictionaryBuilder } from "./dictionaries.ts";
import type { LogBlock } from "./header.ts";
import { LogBlockBuilder } from "./log_block_encoder.ts";
import { redacted } from "./redacted.ts";
import type { LogDictionaries } from "./sections.ts";
import { soleSession } from "./sole_session.ts";
import type { TimeRange } from "./time_range.ts";
import type { TraceTally } from "./trace_tally.ts";

/** Rows that the page shows before any script runs. */
export const firstRowsMax = 50;

/**
 * Bytes of logs up to which blocks are compressed well, about 200,000 lines; a longer log had better
 * be done soon.
 */
const smallLogBytes = 64 * 1024 * 1024;
const smallLogLevel = 6;
// Smaller than at 3, and no slower.
const largeLogLevel = 4;

/** What the log amounts to. */
export interface LogTotals {
  rows: number;
  text_bytes: number;
  blocks: LogBlock[];
  levels: Record<Level, number>;
  dictionaries: LogDictionaries;
  firstRows: LogRecord[];
  /** The lock requests; none where the source knows them. */
  locks: LockRequest[];
}

/** What the log's pass shares with the passes over other records. */
export interface PassContext {
  /** Bytes of the logs before anything is left out, as far as known. */
  readonly logBytes: number;
  readonly pipeline: ChunkPipeline;
  /** Undefined where nothing is to be redacted. */
  readonly redactor: BundleRedactor | undefined;
  readonly findings: FindingsFold;
  readonly tally: TraceTally;
  readonly times: TimeRange;
  /** Whether the log's lock events are of interest: not where the source has paired them itself. */
  readonly pairsLocks: boolean;
}

/** Takes a log batch by batch; memory does not grow with it. */
export class LogPass {
  readonly #context: PassContext;
  readonly #dictionaries: DictionaryBuilder;
  readonly #builder: LogBlockBuilder;
  readonly #locks = new LockFold();
  readonly #blocks: LogBlock[] = [];
  readonly #levels: Record<Level, number> = {
    DEBUG: 0,
    INFO: 0,
    WARNING: 0,
    ERROR: 0,
    CRITICAL: 0,
  };
  readonly #firstRows: LogRecord[] = [];
  /** The last session id that turned out to hold no secret. */
  #cleanSession: string | undefined;
  #rows = 0;
  #textBytes = 0;

  constructor(context: PassContext) {
    const { redactor } = context;
    this.#context = context;
    this.#dictionaries = new DictionaryBuilder(redactor && ((word) => redactor.text(word)));
    this.#builder = new LogBlockBuilder(this.#dictionaries);
  }

  /** Rows taken so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes of text packed so far. */
  get textBytes(): number {
    return this.#textBytes;
  }

  async add(batch: readonly LogRow[]): Promise<void> {
    for (const row of batch) {
      this.#count(row);
      if (row.text !== null && this.#isClean(row.text)) this.#takeLine(row, row.text);
      else this.#take(row);
      if (this.#builder.full) await this.#flush();
    }
  }

  async finish(): Promise<LogTotals> {
    if (this.#builder.rows > 0) await this.#flush();
    const { redactor } = this.#context;
    return {
      rows: this.#rows,
      text_bytes: this.#textBytes,
      blocks: this.#blocks,
      levels: this.#levels,
      dictionaries: this.#dictionaries.finish(),
      firstRows: redacted(this.#firstRows, redactor),
      locks: this.#locks.finish(),
    };
  }

  /** Counts what redaction leaves as it is. */
  #count(row: LogRow): void {
    const { findings, tally, times } = this.#context;
    this.#rows++;
    this.#levels[row.level]++;
    if (row.time !== null) times.add(row.time);
    tally.count(row.trace_id, "logs", row.time, row.operation, isFailure.log(row));
    findings.addSign(row.trace_id, row.time);
  }

  #take(row: LogRow): void {
    const { redactor } = this.#context;
    const read = row.record();
    const record = redactor ? this.#redact(read, redactor) : read;
    this.#look(record);
    // Most lines that may hold a secret hold none, and their bytes are still what they say.
    if (row.text !== null && record === read) this.#builder.addLine(row, row.text);
    else this.#builder.add(record);
  }

  /** Takes a line that holds no secret. It is parsed only for those who look at its texts. */
  #takeLine(row: LogRow, text: LineText): void {
    const isLooked = (this.#context.pairsLocks && isLockEvent(row)) || isFailure.log(row) ||
      this.#firstRows.length < firstRowsMax;
    if (isLooked) this.#look(row.record());
    this.#builder.addLine(row, text);
  }

  #look(record: LogRecord): void {
    if (isFailure.log(record)) this.#context.findings.addError(record);
    if (this.#context.pairsLocks) this.#locks.add(record);
    if (this.#firstRows.length < firstRowsMax) this.#firstRows.push(record);
  }

  /** Whether a line's texts and further keys hold no secret for certain. */
  #isClean({ bytes, messageStart, end, session }: LineText): boolean {
    const { redactor } = this.#context;
    if (!redactor) return true;
    if (!redactor.mayHoldSecretIn) return false;
    const mayHoldSecret = redactor.mayHoldSecretInBlock
      ? redactor.mayHoldSecretInBlock(bytes, messageStart, end)
      : redactor.mayHoldSecretIn(bytes, messageStart, end);
    if (mayHoldSecret) return false;
    if (session === this.#cleanSession) return true;
    // Only a look: what is replaced is counted, and this is not where it is replaced.
    const extra = new TextEncoder().encode(JSON.stringify({ session_id: session }));
    if (redactor.mayHoldSecretIn(extra, 0, extra.length)) return false;
    this.#cleanSession = session;
    return true;
  }

  /** The record itself where it holds no secret. */
  #redact(record: LogRecord, redactor: BundleRedactor): LogRecord {
    const message = redactor.text(record.message);
    const context = redactObject(record.context, redactor);
    const session = soleSession(record.extra);
    const isKnown = session !== undefined && session === this.#cleanSession;
    const extra = isKnown ? record.extra : redactObject(record.extra, redactor);
    if (session !== undefined && extra === record.extra) this.#cleanSession = session;
    if (message === record.message && context === record.context && extra === record.extra) {
      return record;
    }
    return { ...record, message, context, extra };
  }

  async #flush(): Promise<void> {
    const { rows, columns, text } = this.#builder.finish();
    const level = this.#context.logBytes <= smallLogBytes ? smallLogLevel : largeLogLevel;
    const block = { rows, column_bytes: columns.length, text_bytes: text.length };
    const index = this.#blocks.push(block) - 1;
    this.#textBytes += text.length;
    await this.#context.pipeline.push({ kind: "columns", index }, columns, level);
    await this.#context.pipeline.push({ kind: "text", index }, text, level);
  }
}

function redactObject(
  value: Record<string, unknown>,
  redactor: BundleRedactor,
): Record<string, unknown> {
  for (const _key in value) return redactor.value(value) as Record<string, unknown>;
  return value;
}
