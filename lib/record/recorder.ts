/**
 * What all recording of one session in one process shares.
 *
 * @module
 */

import { sessionLayout } from "../format/mod.ts";
import { createRedactor, type Redactor } from "../redact/mod.ts";
import { ByteText, joinPath, type Runtime, type ThrownFrame } from "../runtime/mod.ts";
import { AppendFile } from "./append.ts";
import { Failures } from "./failures.ts";
import type { OpenCall } from "./llm_call.ts";
import type { PriceFunction } from "./llm_types.ts";
import type { LogLine } from "./log_writer.ts";
import { PlainJson } from "./plain_json.ts";
import { builtInPrice } from "./price.ts";
import { contextLimits, type SerialiseLimits, toPlain } from "./serialise.ts";
import { TimeText } from "./time_text.ts";
import type { Rotation } from "./rotation.ts";
import type { RunningSpan } from "./running_span.ts";
import { SpanBytes } from "./span_bytes.ts";
import { SpanIds } from "./span_id.ts";
import { SpanNames } from "./span_name.ts";
import type { RunningTrace } from "./running_trace.ts";
import { JournalPace } from "./trace_journal.ts";

/** Memory of lines that has grown beyond this is not kept for the next line, in bytes. */
export const keptBytesMax: number = 256 * 1024;

/** Most traces of which a recorder remembers how many records they have. */
export const numberedTracesMax = 10_000;

/** A lock that this process holds. */
export interface HeldLockEntry {
  lock_entry_id: string;
  operation: string;
  /** When it was acquired, on the monotonic clock. */
  since: number;
}

/** The trace of another process that this one works for. */
export interface InheritedTrace {
  traceId: string;
  /** The span that waits for this process; null where it is not known. */
  spanId: string | null;
}

/** What all recording of one session in one process shares. */
export interface Recorder {
  readonly runtime: Runtime;
  readonly sessionId: string;
  /** The session's folder, absolute. */
  readonly path: string;
  readonly redactor: Redactor;
  /** The short way to JSON. */
  readonly json: PlainJson;
  /** Present times as text. */
  readonly times: TimeText;
  /** The memory of the last log line, for the next one; none while a line is being written. */
  spareLine: LogLine | undefined;
  /** The same for metrics. */
  spareMetric: ByteText | undefined;
  /** The same for values that are wanted as text. */
  spareText: ByteText | undefined;
  /** Whether anything is written. */
  readonly recording: boolean;
  /** Whether model calls leave transcripts. */
  readonly recordsLlm: boolean;
  readonly price: PriceFunction | undefined;
  /** What this process was handed over; what has no trace of its own belongs to it. */
  readonly inherited: InheritedTrace | undefined;
  readonly failures: Failures;
  readonly log: AppendFile;
  readonly metrics: AppendFile;
  /** Running traces by id; the innermost of one id last. */
  readonly traces: Map<string, RunningTrace[]>;
  /** Locks that this process holds, by entry id. */
  readonly heldLocks: Map<string, HeldLockEntry>;
  /** The next free number by record kind and trace, as far as this process knows. */
  readonly nextIndex: Map<string, number>;
  /** Model calls that have not ended. */
  readonly openCalls: Set<OpenCall>;
  /** The frames of thrown errors, innermost first, where the inspector watches. */
  readonly thrown: WeakMap<object, ThrownFrame[]>;
  /** The innermost span that an error has left, for errors that go on. */
  readonly escaped: WeakMap<object, RunningSpan>;
  /** Errors that already have a report. */
  readonly reported: WeakSet<object>;
  /** Gives every span of this process its id. */
  readonly spanIds: SpanIds;
  readonly spanNames: SpanNames;
  readonly spanBytes: SpanBytes;
  /** Bounds what journals of traces cost. */
  readonly pace: JournalPace;
  /** When this process started, as its system tells it; once asked for. */
  pidStart: string | undefined;
}

/** What a recorder is made from. */
export interface RecorderOptions {
  runtime: Runtime;
  sessionId: string;
  /** The session's folder, absolute. */
  path: string;
  recording: boolean;
  recordsLlm: boolean;
  /** Whether secrets are replaced, or the redactor to use. Default: true. */
  redact?: boolean | Redactor | undefined;
  /** Tells what a model call cost; false for never. Default: the built-in prices. */
  price?: PriceFunction | false | undefined;
  /** Default: none. */
  inherited?: InheritedTrace | undefined;
  /** Whether log lines and metrics wait for the end of the event loop's turn. Default: false. */
  batch?: boolean | undefined;
  /** When the log goes on in a new file. Default: never. */
  rotation?: Rotation | undefined;
  /** Default: a counter of its own. */
  failures?: Failures;
}

/** Makes a recorder. Nothing is written before the first record. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { runtime, path, redact = true } = options;
  const failures = options.failures ?? new Failures(runtime.process);
  const redactor = typeof redact === "object"
    ? redact
    : createRedactor({ env: runtime.process.env(), enabled: redact });
  const { batch } = options;
  const json = new PlainJson(redactor);
  const times = new TimeText();
  const spanIds = new SpanIds(runtime.random.hex(8));
  const file = (name: string, rotation?: Rotation) =>
    new AppendFile(joinPath(path, name), runtime, failures, {
      batch,
      rotation,
      watched: true,
    });
  return {
    runtime,
    sessionId: options.sessionId,
    path,
    redactor,
    json,
    times,
    spareLine: undefined,
    spareMetric: undefined,
    spareText: undefined,
    recording: options.recording,
    recordsLlm: options.recording && options.recordsLlm,
    price: options.price === false ? undefined : options.price ?? builtInPrice,
    inherited: options.inherited,
    failures,
    log: file(sessionLayout.log, options.rotation),
    metrics: file(sessionLayout.metrics),
    traces: new Map(),
    heldLocks: new Map(),
    nextIndex: new Map(),
    openCalls: new Set(),
    thrown: new WeakMap(),
    escaped: new WeakMap(),
    reported: new WeakSet(),
    spanIds,
    spanNames: new SpanNames(),
    spanBytes: new SpanBytes(json, times, spanIds),
    pace: new JournalPace(),
    pidStart: undefined,
  };
}

/** Writes what the log and the metrics have gathered. Never throws. */
export function flushRecorder(recorder: Recorder): void {
  recorder.log.flush();
  recorder.metrics.flush();
}

/**
 * Makes plain, bounded, redacted JSON data of a value: the only way from a caller's value to disk.
 *
 * @param dropUndefined Whether members that are `undefined` are left out.
 */
export function cleanValue(
  recorder: Recorder,
  value: unknown,
  limits: SerialiseLimits = contextLimits,
  dropUndefined = false,
): unknown {
  const redactText = (text: string) => recorder.redactor.text(text);
  return recorder.redactor.value(toPlain(value, { limits, redactText, dropUndefined }));
}

/** As {@linkcode cleanValue}, for a caller's named values: always an object. */
export function cleanObject(
  recorder: Recorder,
  value: unknown,
  limits: SerialiseLimits = contextLimits,
): Record<string, unknown> {
  const clean = cleanValue(recorder, value, limits);
  if (typeof clean === "object" && clean !== null && !Array.isArray(clean)) {
    return clean as Record<string, unknown>;
  }
  return clean === null || value === undefined ? {} : { value: clean };
}

/** Writes the JSON of {@linkcode cleanObject}, by the short way where that is possible. */
export function writeObject(
  recorder: Recorder,
  out: ByteText,
  value: object,
  limits: SerialiseLimits = contextLimits,
): void {
  const isObject = typeof value === "object" && value !== null;
  // The memory may have moved meanwhile, and the beginning with it.
  const written = out.at - out.begin;
  if (isObject && recorder.json.object(value, limits, out)) return;
  out.at = out.begin + written;
  out.text(JSON.stringify(cleanObject(recorder, value, limits)));
}

/** What {@linkcode writeObject} writes, as text. */
export function objectText(
  recorder: Recorder,
  value: object,
  limits: SerialiseLimits = contextLimits,
): string {
  // A getter among the values may come here, too, and takes another memory.
  const out = recorder.spareText ?? new ByteText();
  recorder.spareText = undefined;
  out.at = 0;
  writeObject(recorder, out, value, limits);
  const text = out.toString();
  if (out.bytes.length <= keptBytesMax) recorder.spareText = out;
  return text;
}

/**
 * Does a piece of recording. What goes wrong inside is counted and never reaches the host.
 *
 * @param action What is done, as in `Cannot <action>`.
 */
export function guarded<T>(recorder: Recorder, action: string, otherwise: T, fn: () => T): T {
  if (!recorder.recording) return otherwise;
  try {
    return fn();
  } catch (error) {
    recorder.failures.lost(`Cannot ${action}`, error);
    return otherwise;
  }
}
