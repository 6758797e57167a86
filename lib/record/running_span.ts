/**
 * A span while it is open, and what the code inside it holds of it.
 *
 * @module
 */

import { formatTime, type SpanError, type SpanEvent } from "../format/mod.ts";
import type { Scope } from "./context.ts";
import type { OpenCall } from "./llm_call.ts";
import { cleanText } from "./log_writer.ts";
import { cleanObject, guarded, type Recorder } from "./recorder.ts";
import { nameLengthMax, type SpanName } from "./span_name.ts";
import type { RunningTrace } from "./running_trace.ts";
import { copyValues, mergeValues } from "./values.ts";

/** Most events of one span; further ones are counted in its metadata as `events_left_out`. */
export const spanEventsMax = 1000;

/** What the code inside a span can do with it. */
export interface SpanHandle {
  /** Unique in its trace. */
  readonly id: string;
  /** The id of the span's trace. */
  readonly traceId: string;
  /** What is done. */
  readonly name: string;
  /** The span's values: what is added before its end is recorded with it. */
  readonly metadata: Record<string, unknown>;
  /** Notes variables, which an error report inside the span will show. Later values replace earlier. */
  set(variables: object): void;
  /** Notes a moment inside the span. */
  event(name: string, metadata?: object): void;
}

/** How a span ended. */
export interface SpanEnding {
  /** Milliseconds. */
  readonly duration: number;
  /** Epoch milliseconds. */
  readonly end: number;
  readonly error: SpanError | null;
  /** Its values, as JSON. */
  readonly metadata: string;
}

const noVariables: Readonly<Record<string, unknown>> = Object.freeze({});
const noEvents: readonly SpanEvent[] = Object.freeze([]);

/**
 * A span that has not ended, which is also the scope of what runs inside it. There are very many:
 * what few of them need is made when needed.
 */
export class RunningSpan implements Scope {
  readonly recorder: Recorder;
  readonly trace: RunningTrace;
  readonly traceId: string;
  readonly operation: string;
  readonly span: RunningSpan = this;
  /** The model call that it began in. */
  readonly call: OpenCall | undefined;
  readonly parent: RunningSpan | undefined;
  /** The number of its id. */
  readonly number: number;
  readonly label: SpanName;
  /** As the caller gave and changes it. */
  readonly metadata: Record<string, unknown>;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** On the monotonic clock. */
  readonly startedMono: number;
  /** Whether the trace was made for this span alone, and ends with it. */
  readonly endsTrace: boolean;
  /** The metadata as the journal has it, as JSON. */
  metadataTold = "";
  /** Whether the journal has its start. */
  told = false;
  /** Its place among the open spans that wait to be written into the journal; else -1. */
  waits = -1;
  /** How it ended, where its record does not say it all: it was told, or failed. */
  ending: SpanEnding | undefined = undefined;
  /** Its place among the trace's spans; -1 where the trace keeps no more. */
  slot = -1;
  ended = false;
  eventsLeftOut = 0;
  #variables: Record<string, unknown> | undefined = undefined;
  #events: SpanEvent[] | undefined = undefined;

  constructor(
    trace: RunningTrace,
    parent: RunningSpan | undefined,
    name: unknown,
    metadata: object,
    endsTrace: boolean,
    call: OpenCall | undefined,
  ) {
    const { recorder } = trace;
    const { clock } = recorder.runtime;
    this.recorder = recorder;
    this.trace = trace;
    this.traceId = trace.id;
    this.operation = trace.operation;
    this.call = call;
    this.parent = parent;
    this.number = recorder.spanIds.next();
    this.label = recorder.spanNames.of(recorder, name);
    this.metadata = copyValues(recorder, metadata);
    this.startedMono = clock.monotonic();
    this.startedAt = clock.now(this.startedMono);
    this.endsTrace = endsTrace;
  }

  get id(): string {
    return this.recorder.spanIds.text(this.number);
  }

  get name(): string {
    return this.label.text;
  }

  /** As set by the caller; merged, not yet cleaned. */
  get variables(): Readonly<Record<string, unknown>> {
    return this.#variables ?? noVariables;
  }

  /** Whether it may have variables or events. */
  get hasNotes(): boolean {
    return this.#variables !== undefined || this.#events !== undefined;
  }

  get events(): readonly SpanEvent[] {
    return this.#events ?? noEvents;
  }

  /** Adds variables. */
  set(variables: object): void {
    mergeValues(this.recorder, this.#variables ??= {}, variables);
  }

  /** Adds an event, or counts it where there are too many. */
  event(name: string, metadata: object): void {
    const events = this.#events ??= [];
    if (events.length >= spanEventsMax) {
      this.eventsLeftOut += 1;
      return;
    }
    const { recorder } = this;
    guarded(recorder, "note an event of a span", undefined, () => {
      events.push({
        name: cleanText(recorder, name, nameLengthMax),
        timestamp: formatTime(recorder.runtime.clock.now()),
        metadata: cleanObject(recorder, metadata),
      });
    });
  }
}

/** What callers hold: nothing of the recorder can be reached through it, printed or changed. */
export class Handle implements SpanHandle {
  readonly #span: RunningSpan;

  constructor(span: RunningSpan) {
    this.#span = span;
  }

  get id(): string {
    return this.#span.id;
  }

  get traceId(): string {
    return this.#span.trace.id;
  }

  get name(): string {
    return this.#span.name;
  }

  get metadata(): Record<string, unknown> {
    return this.#span.metadata;
  }

  // Functions of their own, as callers may take them out: `({ set }) => set({ a: 1 })`.
  get set(): (variables: object) => void {
    return (variables) => this.#span.set(variables);
  }

  get event(): (name: string, metadata?: object) => void {
    return (name, metadata = {}) => this.#span.event(name, metadata);
  }
}
