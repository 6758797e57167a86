/**
 * Lines of `logs/performance.jsonl`.
 *
 * @module
 */

import { ByteText, textBytes } from "../runtime/mod.ts";
import { traceIdOf } from "./context.ts";
import { writeText } from "./log_writer.ts";
import { guarded, keptBytesMax, type Recorder, writeObject } from "./recorder.ts";
import { roundMs } from "./round.ts";

/** Longest name of a metric, in UTF-16 units. */
export const metricNameLengthMax = 200;

/** How long the timer runs that measures the event loop's delay, in milliseconds. */
const eventLoopTimerMs = 20;

const BYTES_PER_MB = 1024 * 1024;

const VALUE = textBytes(',"value":');
const TAGS = textBytes(',"tags":');
const EMPTY = textBytes("{}");
const LINE_END = textBytes("}\n");

/**
 * Writes a measurement. Values that are no finite numbers are refused, and counted as lost. Never
 * throws.
 */
export function writeMetric(
  recorder: Recorder,
  name: string,
  value: number,
  tags?: Record<string, unknown>,
): void {
  if (!recorder.recording) return;
  try {
    if (!Number.isFinite(value)) {
      throw new RangeError(`its value is ${textOf(value)}, expected a finite number`);
    }
    appendMetric(recorder, name, value, tags);
  } catch (error) {
    recorder.failures.lost(`Cannot write the metric ${textOf(name)}`, error);
  }
}

function appendMetric(
  recorder: Recorder,
  name: string,
  value: number,
  tags: Record<string, unknown> | undefined,
): void {
  // Tags may write metrics of their own while they are looked at, and those take another memory.
  const out = recorder.spareMetric ?? new ByteText();
  recorder.spareMetric = undefined;
  out.at = 0;
  out.text(`{"timestamp":"${recorder.times.of(recorder.runtime.clock.nowWhole())}","metric":`);
  writeText(recorder, out, name, metricNameLengthMax);
  out.copy(VALUE);
  out.number(value);
  out.copy(TAGS);
  if (tags === undefined) out.copy(EMPTY);
  else writeObject(recorder, out, tags);
  const traceId = traceIdOf(recorder);
  if (traceId !== undefined) out.text(`,"trace_id":${JSON.stringify(traceId)}`);
  out.copy(LINE_END);
  recorder.metrics.appendBytes(out.bytes, out.at);
  if (out.bytes.length <= keptBytesMax) recorder.spareMetric = out;
}

/** A name or a value for a sentence, whatever the caller gave. */
function textOf(given: unknown): string {
  if (typeof given === "number") return String(given);
  return typeof given === "string"
    ? given.slice(0, metricNameLengthMax)
    : `of the type ${typeof given}`;
}

/** Writes `memory.rss_mb` and `memory.heap_used_mb`. */
export function sampleMemory(recorder: Recorder, tags?: Record<string, unknown>): void {
  guarded(recorder, "sample memory", undefined, () => {
    const usage = recorder.runtime.process.memory();
    writeMetric(recorder, "memory.rss_mb", inMegabytes(usage.rssBytes), tags);
    writeMetric(recorder, "memory.heap_used_mb", inMegabytes(usage.heapUsedBytes), tags);
  });
}

/** Writes `event_loop.delay_ms`: how much later than asked a timer comes. */
export async function sampleEventLoop(
  recorder: Recorder,
  tags?: Record<string, unknown>,
): Promise<void> {
  if (!recorder.recording) return;
  const start = recorder.runtime.clock.monotonic();
  await new Promise((resolve) => setTimeout(resolve, eventLoopTimerMs));
  const delay = recorder.runtime.clock.monotonic() - start - eventLoopTimerMs;
  writeMetric(recorder, "event_loop.delay_ms", roundMs(Math.max(0, delay)), tags);
}

/** Shortest interval between two samples, in milliseconds. */
export const sampleIntervalMsMin = 100;

/**
 * Samples memory and the event loop's delay again and again, without keeping the process alive.
 *
 * @param intervalMs At least {@linkcode sampleIntervalMsMin}.
 * @returns The way to stop.
 * @throws {RangeError} If the interval is shorter, or no number.
 */
export function sampleEvery(
  recorder: Recorder,
  intervalMs: number,
  tags?: Record<string, unknown>,
): () => void {
  if (!(intervalMs >= sampleIntervalMsMin && Number.isFinite(intervalMs))) {
    throw new RangeError(
      `Cannot sample every ${intervalMs} ms: expected ${sampleIntervalMsMin} ms or more`,
    );
  }
  if (!recorder.recording) return () => {};
  const { clock } = recorder.runtime;
  let stopTimer = () => {};
  let stopped = false;
  const start = () => {
    if (stopped) return;
    const due = clock.monotonic() + intervalMs;
    stopTimer = clock.after(intervalMs, () => {
      // The timer itself tells how late the event loop was.
      const delay = Math.max(0, clock.monotonic() - due);
      sampleMemory(recorder, tags);
      writeMetric(recorder, "event_loop.delay_ms", roundMs(delay), tags);
      start();
    });
  };
  start();
  return () => {
    stopped = true;
    stopTimer();
  };
}

function inMegabytes(bytes: number): number {
  return Math.round(bytes / BYTES_PER_MB * 100) / 100;
}
