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
import { millisecondsText } from "./duration_text.ts";
import { guarded, type Recorder } from "./recorder.ts";
import type { RunningSpan } from "./running_span.ts";
import { metadataText } from "./span_record.ts";

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
    if (this.#left === 0) {
      const gained = Math.floor((now - this.#at) * journalWritesPerMs);
      if (gained < 1) return false;
      this.#left = Math.min(journalBurst, gained);
      this.#at = now;
    } else if (this.#left === journalBurst) this.#at = now;
    this.#left -= 1;
    return true;
  }
}

/** The journal of one running trace. */
export class TraceJournal {
  readonly #recorder: Recorder;
  readonly #file: AppendFile;
  /** Open spans whose start is not written; the places of those that ended are empty. */
  #open: (RunningSpan | undefined)[] = [];
  readonly #records: TextStore;
  /** The first record that is not written. */
  #next = 0;
  /** Whether something waits, and since when. */
  #isWaiting = false;
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
    if (this.#recorder.pace.take(span.startedMono)) return this.announce(span);
    span.waits = this.#open.push(span) - 1;
    this.#wait(span.startedMono);
  }

  /**
   * Takes the end of a span.
   *
   * @param record The number of its record.
   * @param now On the monotonic clock.
   */
  ended(span: RunningSpan, record: number, now: number): void {
    if (span.waits >= 0) {
      this.#open[span.waits] = undefined;
      while (this.#open.length > 0 && this.#open.at(-1) === undefined) this.#open.pop();
    }
    // Behind records that wait, it waits as one of them: they are written as one piece.
    if (span.told && record === this.#next && this.#recorder.pace.take(now)) {
      this.#next += 1;
      this.#file.append(endLine(span));
    } else this.#wait(now);
  }

  /** Writes the starts of a span and of those around it, as far as they still wait. */
  announce(span: RunningSpan): void {
    let text = "";
    for (let each: RunningSpan | undefined = span; each && !each.told; each = each.parent) {
      if (each.ended || each.trace !== span.trace) break;
      text = text === "" ? startLine(each) : `${startLine(each)}\n${text}`;
      each.told = true;
    }
    if (text !== "" && !this.#closed) this.#file.append(text);
  }

  /** Writes everything that waits. */
  flush(): void {
    const open = this.#open;
    this.#open = [];
    this.#isWaiting = false;
    if (this.#closed) return;
    while (this.#next < this.#records.count) this.#appendRecords();
    let text = "";
    for (const span of open) {
      if (span === undefined) continue;
      span.waits = -1;
      if (!span.told) text += `${startLine(span)}\n`;
      span.told = true;
    }
    if (text !== "") this.#file.append(text.slice(0, -1));
  }

  /** Writes one line of records. */
  #appendRecords(): void {
    const first = this.#next;
    const count = this.#records.countWithin(first, spansLineBytes);
    this.#next += count;
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    const line = this.#records.list('{"kind":"spans","spans":[', numbers, "]}\n");
    for (const piece of line) this.#file.appendBytes(piece);
  }

  /** Writes the trace's end, behind everything that waits. */
  end(line: string): void {
    this.flush();
    this.#file.append(line);
  }

  /** Whether so few spans wait that the trace's end costs nothing to write. */
  get isNearlyWritten(): boolean {
    return this.#records.count - this.#next <= journalWaitingMax;
  }

  /** Removes the journal: the trace has a file. */
  remove(): void {
    this.#closed = true;
    this.#file.close();
    this.#recorder.runtime.files.remove(this.#file.path);
  }

  #wait(now: number): void {
    if (this.#isWaiting) {
      if (now - this.#waitingSince <= journalDelayMsMax) return;
      this.#waitingSince = now;
      return this.flush();
    }
    this.#isWaiting = true;
    this.#waitingSince = now;
    this.#flushLater();
  }

  #flushLater(): void {
    const recorder = this.#recorder;
    recorder.runtime.defer(() => {
      guarded(recorder, "write a trace's journal", undefined, () => this.flush());
    });
  }
}

function startLine(span: RunningSpan): string {
  const { recorder, parent } = span;
  span.metadataTold = metadataText(span);
  return `{"kind":"span_start","timestamp":"${recorder.times.of(span.startedAt)}",` +
    `"span_id":"${span.id}","parent":${parent ? `"${parent.id}"` : "null"},` +
    `"name":${span.label.json},"metadata":${span.metadataTold}}`;
}

function endLine(span: RunningSpan): string {
  const { duration, end, error, metadata } = span.ending!;
  return `{"kind":"span_end","timestamp":"${span.recorder.times.of(end)}",` +
    `"span_id":"${span.id}","duration_ms":${millisecondsText(duration)},` +
    `"status":"${error ? "error" : "success"}","error":${JSON.stringify(error)}` +
    (metadata === span.metadataTold ? "" : `,"metadata":${metadata}`) +
    (span.events.length === 0 ? "" : `,"events":${JSON.stringify(span.events)}`) + "}";
}
