/**
 * What to keep of a session whose report must not be larger than a limit: everything that went
 * wrong, then whole traces, then the last lines of the log.
 *
 * @module
 */

import { isFailure, neverEnded } from "../analyse/failure.ts";
import type { EpochMs } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { LogRowValues } from "../read/log_row.ts";
import type { BundleSource } from "./bundle_source.ts";

/** What is kept. Warnings, errors, error reports and failed calls are kept in any case. */
export interface Selection {
  /** Traces that are whole. */
  readonly traces: ReadonlySet<string>;
  /** Log lines of other traces, or of none, are kept from this moment on. */
  readonly linesSince: EpochMs;
}

/** Whether a line is kept in any case. */
export function isKeptAnyway({ level }: LogRowValues): boolean {
  return level === "WARNING" || level === "ERROR" || level === "CRITICAL";
}

/** What a line costs besides its texts: columns, key names. */
const lineFrameBytes = 24;

interface TraceSize {
  bytes: number;
  /** Whether something in it failed, or it never ended. */
  wrong: boolean;
  /** The moment of its last line or record. */
  last: EpochMs;
}

/** The sizes of a session's lines and records, by trace. Memory: 16 bytes a line. */
export class SizeSurvey {
  readonly #traces = new Map<string, TraceSize>();
  readonly #lines = new LineSizes();
  #kept = 0;
  #total = 0;

  /** Reads a session once. */
  static async of(source: BundleSource): Promise<SizeSurvey> {
    const survey = new SizeSurvey();
    for await (const batch of source.log()) for (const record of batch) survey.#addLine(record);
    for await (const { record, bytes } of source.traces()) {
      const isWrong = isFailure.trace(record) || neverEnded.trace(record);
      survey.#addRecord(record.trace_id, bytes, isWrong, false);
    }
    for await (const { record, bytes } of source.llmTranscripts()) {
      const failed = isFailure.call(record);
      survey.#addRecord(record.trace_id, bytes, failed || neverEnded.call(record), failed);
    }
    for await (const { record, bytes } of source.errors()) {
      survey.#addRecord(record.trace_id, bytes, true, true);
    }
    for await (const { record, bytes } of source.diffs()) {
      survey.#addRecord(record.trace_id, bytes, false, false);
    }
    return survey;
  }

  /** Bytes of all lines and records, before compression. */
  get bytes(): number {
    return this.#total;
  }

  /**
   * Chooses what to keep.
   *
   * @param bytesMax Of lines and records, before compression. What is kept in any case may be more.
   */
  choose(bytesMax: number): Selection {
    let left = bytesMax - this.#kept;
    const traces = new Set<string>();
    for (const [id, { bytes }] of this.#inOrder()) {
      if (bytes > left) continue;
      traces.add(id);
      left -= bytes;
    }
    return { traces, linesSince: this.#lines.since(left, (trace) => traces.has(trace)) };
  }

  /** Traces in which something failed, or that never ended, then the others; the latest first. */
  #inOrder(): [string, TraceSize][] {
    return [...this.#traces].sort(([, a], [, b]) =>
      Number(b.wrong) - Number(a.wrong) || b.last - a.last
    );
  }

  #addLine(record: LogRecord): void {
    const bytes = lineFrameBytes + record.message.length + JSON.stringify(record.context).length;
    this.#total += bytes;
    const trace = record.trace_id === null ? undefined : this.#trace(record.trace_id);
    if (trace && isFailure.log(record)) trace.wrong = true;
    if (trace && record.time !== null) trace.last = Math.max(trace.last, record.time);
    if (isKeptAnyway(record)) {
      this.#kept += bytes;
      return;
    }
    if (trace) trace.bytes += bytes;
    this.#lines.add(record.trace_id ?? "", record.time ?? -Infinity, bytes);
  }

  #addRecord(id: string, bytes: number, isWrong: boolean, keptAnyway: boolean): void {
    this.#total += bytes;
    const trace = this.#trace(id);
    if (isWrong) trace.wrong = true;
    if (keptAnyway) this.#kept += bytes;
    else trace.bytes += bytes;
  }

  #trace(id: string): TraceSize {
    let trace = this.#traces.get(id);
    if (!trace) this.#traces.set(id, trace = { bytes: 0, wrong: false, last: -Infinity });
    return trace;
  }
}

/** Lines in the order of the log, which is that of time. */
class LineSizes {
  readonly #traces = new Map<string, number>();
  readonly #names: string[] = [];
  #trace = new Uint32Array(1024);
  #bytes = new Uint32Array(1024);
  #time = new Float64Array(1024);
  #length = 0;

  add(trace: string, time: EpochMs, bytes: number): void {
    if (this.#length === this.#time.length) this.#grow();
    let index = this.#traces.get(trace);
    if (index === undefined) this.#traces.set(trace, index = this.#names.push(trace) - 1);
    this.#trace[this.#length] = index;
    this.#bytes[this.#length] = Math.min(bytes, 0xffff_ffff);
    this.#time[this.#length++] = time;
  }

  /** The moment from which on the lines of other traces fit. */
  since(bytesMax: number, isWhole: (trace: string) => boolean): EpochMs {
    const whole = this.#names.map(isWhole);
    let left = bytesMax;
    let since = Infinity;
    for (let at = this.#length - 1; at >= 0; at--) {
      if (whole[this.#trace[at]!]) continue;
      left -= this.#bytes[at]!;
      // Lines of one moment stay or go together.
      if (left < 0) return this.#time[at] === since ? since + 1 : since;
      since = this.#time[at]!;
    }
    return -Infinity;
  }

  #grow(): void {
    const length = 2 * this.#length;
    const [trace, bytes, time] = [this.#trace, this.#bytes, this.#time];
    (this.#trace = new Uint32Array(length)).set(trace);
    (this.#bytes = new Uint32Array(length)).set(bytes);
    (this.#time = new Float64Array(length)).set(time);
  }
}
