/**
 * Following how sessions are read, whichever pass reads them and whatever it keeps.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { BundleSource, SourceRecord } from "../../lib/bundle/mod.ts";
import { sessionLayout } from "../../lib/format/mod.ts";
import type { LogRecord, LogRow } from "../../lib/read/mod.ts";

/** How far a pass over a session is. */
export interface ReadingState {
  stage: "log" | "records";
  /** Log lines so far, shown or not. */
  rows: number;
  /** How much of the session was read, from 0 to 1; within the log an estimate. */
  fraction: number;
}

/** Called after each batch of lines and each record; what it throws ends the reading. */
export type ReadingListener = (state: ReadingState) => void;

/** Longest work without a pause, in milliseconds. */
const turnMs = 20;

/** Bytes that a log line has around its message and context, as planloop writes it. */
const lineFrameBytes = 150;

/** Bytes of the context, where they are not known. */
const contextBytes = 100;

/** Waits now and then: a Ctrl-C is only heard in a pause, and small files are read without any. */
export function pauses(): () => Promise<void> {
  let turned = performance.now();
  return async () => {
    if (performance.now() - turned < turnMs) return;
    await nextTurn();
    turned = performance.now();
  };
}

/**
 * A source for one pass, the log first, that tells how far its reading is and lets signals in.
 *
 * @param logRows Gives the log as rows. Default: as the source does.
 */
export function watchReading(
  source: BundleSource,
  onRead: ReadingListener,
  logRows: (() => AsyncIterable<readonly LogRow[]>) | undefined = source.logRows &&
    (() => source.logRows!()),
): BundleSource {
  const reading = new Reading(source, onRead);
  return {
    id: source.id,
    get problems() {
      return source.problems;
    },
    summary: () => source.summary(),
    state: () => source.state(),
    plan: () => source.plan(),
    feedback: () => source.feedback(),
    deadlock: () => source.deadlock(),
    lockInfo: () => source.lockInfo(),
    lockQueue: () => source.lockQueue(),
    agentTranscript: () => source.agentTranscript(),
    log: () => reading.lines(source.log(), bytesOfRecord),
    ...(logRows && { logRows: () => reading.lines(logRows(), bytesOfRow) }),
    ...(source.lockRequests && { lockRequests: () => source.lockRequests!() }),
    traces: () => reading.records(source.traces()),
    llmTranscripts: () => reading.records(source.llmTranscripts()),
    errors: () => reading.records(source.errors()),
    diffs: () => reading.records(source.diffs()),
    metrics: () => reading.metrics(source.metrics()),
    files: () => source.files(),
    readJson: (file) => source.readJson(file),
  };
}

class Reading {
  readonly #onRead: ReadingListener;
  readonly #pause = pauses();
  #logBytes = 0;
  #totalBytes = 0;
  #rows = 0;
  #bytes = 0;

  constructor(source: BundleSource, onRead: ReadingListener) {
    this.#onRead = onRead;
    for (const { file, bytes } of source.files()) {
      this.#totalBytes += bytes;
      if (file.startsWith(`${sessionLayout.logs}/planloop`)) this.#logBytes += bytes;
    }
  }

  async *lines<Line>(
    batches: AsyncIterable<readonly Line[]>,
    bytesOf: (line: Line) => number,
  ): AsyncGenerator<readonly Line[]> {
    for await (const batch of batches) {
      this.#rows += batch.length;
      // One line stands for its batch: to measure each would cost as much as reading them.
      const sample = batch[batch.length >> 1];
      const bytes = sample === undefined ? 0 : batch.length * bytesOf(sample);
      this.#bytes = Math.min(this.#bytes + bytes, this.#logBytes);
      await this.#tell("log");
      yield batch;
    }
    this.#bytes = this.#logBytes;
  }

  async *records<T>(stored: AsyncIterable<SourceRecord<T>>): AsyncGenerator<SourceRecord<T>> {
    for await (const record of stored) {
      this.#bytes += record.bytes;
      await this.#tell("records");
      yield record;
    }
  }

  async *metrics<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
    for await (const batch of batches) {
      await this.#tell("records");
      yield batch;
    }
  }

  async #tell(stage: ReadingState["stage"]): Promise<void> {
    const fraction = this.#totalBytes === 0 ? 1 : Math.min(1, this.#bytes / this.#totalBytes);
    this.#onRead({ stage, rows: this.#rows, fraction });
    await this.#pause();
  }
}

function bytesOfRecord({ message }: LogRecord): number {
  return message.length + contextBytes + lineFrameBytes;
}

function bytesOfRow({ text }: LogRow): number {
  if (text === null) return 2 * contextBytes + lineFrameBytes;
  return text.messageEnd - text.messageStart + text.contextEnd - text.contextStart +
    lineFrameBytes;
}
