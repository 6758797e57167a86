/**
 * The journal of a running trace: which spans have begun and ended, for the case that the process
 * is killed.
 *
 * A start or end is written at once, unless there are very many of them: each recorder may write so
 * many at once and so many a millisecond, which bounds what journals cost. What comes faster waits
 * for the end of the event loop's turn, or for the first span after a short while, and is written
 * together. What began and ended meanwhile in a trace that ended too is never written here: the
 * trace's file has it.
 *
 * @module
 */

import { recordNames, sessionLayout, type TraceStartLine } from "../format/mod.ts";
import { joinPath, type TextStore } from "../runtime/mod.ts";
import { AppendFile } from "./append.ts";
import { guarded, objectText, type Recorder } from "./recorder.ts";
import type { RunningSpan } from "./span.ts";

/** How many starts and ends of spans one recorder writes at once before it begins to gather them. */
export const journalBurst = 64;

/** How many more it may write at once after each millisecond. */
export const journalWritesPerMs = 1;

/** How long a start or end waits at most while spans begin and end, in milliseconds. */
export const journalDelayMsMax = 50;

/** A trace that ends while more spans than this wait does not write them into its journal first. */
export const journalWaitingMax = 256;

/** Size from which on a line of whole spans gets no more of them, in bytes. */
const spansLineBytes = 64 * 1024;

/** Says whether a line may be written at once. */
export class JournalPace {
  #left = journalBurst;
  #at = -Infinity;

  /** @param now On the monotonic clock. */
  take(now: number): boolean {
    if (this.#left < 1) {
      this.#left = Math.min(journalBurst, this.#left + (now - this.#at) * journalWritesPerMs);
      this.#at = now;
      if (this.#left < 1) return false;
    } else if (this.#left >= journalBurst) this.#at = now;
    this.#left -= 1;
    return true;
  }
}

/** The journal of one running trace. */
export class TraceJournal {
  readonly #recorder: Recorder;
  readonly #file: AppendFile;
  /** Open spans, ended ones whose start is written, and the records of others, by their number. */
  #waiting: (RunningSpan | number)[] = [];
  readonly #records: TextStore;
  #waitingSince = 0;
  #closed = false;

  private constructor(recorder: Recorder, file: AppendFile, records: TextStore) {
    this.#records = records;
    this.#recorder = recorder;
    this.#file = file;
  }

  /**
   * Begins a journal under the first free name of its trace.
   *
   * @param records Where the trace keeps the records of ended spans.
   * @throws {Error} The system's error.
   */
  static create(recorder: Recorder, start: TraceStartLine, records: TextStore): TraceJournal {
    const { runtime } = recorder;
    const folder = joinPath(recorder.path, sessionLayout.traces);
    runtime.files.createDirectory(folder);
    for (let index = 1;; index += 1) {
      const path = joinPath(folder, recordNames.traceJournal(start.trace_id, index));
      if (runtime.files.createExclusive(path, `${JSON.stringify(start)}\n`)) {
        const file = new AppendFile(path, runtime, recorder.failures);
        return new TraceJournal(recorder, file, records);
      }
    }
  }

  /** Takes the start of a span. */
  started(span: RunningSpan): void {
    if (this.#recorder.pace.take(span.startedMono)) this.announce(span);
    else this.#wait(span, span.startedMono);
  }

  /**
   * Takes the end of a span.
   *
   * @param record The number of its record.
   * @param now On the monotonic clock.
   */
  ended(span: RunningSpan, record: number, now: number): void {
    if (!span.told) {
      // Its record says it all: the span itself can go.
      if (span.waits < 0) return this.#wait(record, now);
      this.#waiting[span.waits] = record;
      span.waits = -1;
      return this.#checkDelay(now);
    }
    if (this.#recorder.pace.take(now)) this.#file.append(endLine(span));
    else this.#wait(span, now);
  }

  /** Writes the starts of a span and of those around it, as far as they still wait. */
  announce(span: RunningSpan): void {
    let text = "";
    for (let each: RunningSpan | undefined = span; each && !each.told; each = each.parent) {
      if (each.ending || each.trace !== span.trace) break;
      text = text === "" ? startLine(each) : `${startLine(each)}\n${text}`;
      each.told = true;
    }
    if (text !== "" && !this.#closed) this.#file.append(text);
  }

  /** Writes everything that waits. */
  flush(): void {
    const spans = this.#waiting;
    this.#waiting = [];
    if (this.#closed) return;
    let text = "";
    let records: number[] = [];
    let recordBytes = 0;
    for (const span of spans) {
      if (typeof span === "number") {
        records.push(span);
        recordBytes += this.#records.length(span);
        if (recordBytes < spansLineBytes) continue;
        this.#appendRecords(records);
        records = [];
        recordBytes = 0;
        continue;
      }
      span.waits = -1;
      if (!span.told) text += `${startLine(span)}\n`;
      span.told = true;
      if (span.ending) text += `${endLine(span)}\n`;
    }
    if (records.length > 0) this.#appendRecords(records);
    if (text !== "") this.#file.append(text.slice(0, -1));
  }

  #appendRecords(records: number[]): void {
    const last = this.#records.text(records.pop()!).slice(0, -1);
    const parts = ['{"kind":"spans","spans":[', ...records, `${last}]}\n`];
    this.#file.appendBytes(this.#records.join(parts));
  }

  /** Writes the trace's end, behind everything that waits. */
  end(line: string): void {
    this.flush();
    this.#file.append(line);
  }

  /** Whether so few spans wait that the trace's end costs nothing to write. */
  get isNearlyWritten(): boolean {
    return this.#waiting.length <= journalWaitingMax;
  }

  /** Removes the journal: the trace has a file. */
  remove(): void {
    this.#closed = true;
    this.#file.close();
    this.#recorder.runtime.files.remove(this.#file.path);
  }

  #wait(span: RunningSpan | number, now: number): void {
    if (typeof span !== "number") span.waits = this.#waiting.length;
    this.#waiting.push(span);
    if (this.#waiting.length > 1) return this.#checkDelay(now);
    this.#waitingSince = now;
    const recorder = this.#recorder;
    recorder.runtime.defer(() => {
      guarded(recorder, "write a trace's journal", undefined, () => this.flush());
    });
  }

  #checkDelay(now: number): void {
    if (now - this.#waitingSince <= journalDelayMsMax) return;
    this.#waitingSince = now;
    this.flush();
  }
}

function startLine(span: RunningSpan): string {
  const { recorder, parent } = span;
  span.metadataTold = objectText(recorder, span.metadata);
  return `{"kind":"span_start","timestamp":"${recorder.times.of(span.startedAt)}",` +
    `"span_id":"${span.id}","parent":${parent ? `"${parent.id}"` : "null"},` +
    `"name":${JSON.stringify(span.name)},"metadata":${span.metadataTold}}`;
}

function endLine(span: RunningSpan): string {
  const { duration, end, error, metadata } = span.ending!;
  return `{"kind":"span_end","timestamp":"${span.recorder.times.of(end)}",` +
    `"span_id":"${span.id}","duration_ms":${duration},` +
    `"status":"${error ? "error" : "success"}","error":${JSON.stringify(error)}` +
    (metadata === span.metadataTold ? "" : `,"metadata":${metadata}`) +
    (span.events.length === 0 ? "" : `,"events":${JSON.stringify(span.events)}`) + "}";
}
