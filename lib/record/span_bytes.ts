/**
 * The record of a span as bytes: for spans that ended well and have nothing but values, which is
 * nearly all where there are very many.
 *
 * @module
 */

import type { Redactor } from "../redact/mod.ts";
import { textBytes } from "../runtime/mod.ts";
import { millisecondsText } from "./duration_text.ts";
import { PlainBytes } from "./plain_bytes.ts";
import type { RunningSpan } from "./running_span.ts";
import { shortNumberMax, type SpanIds } from "./span_id.ts";
import type { TimeText } from "./time_text.ts";

/** Room for a record, besides its name. */
const roomBytes = 4 * 1024;

/** What a record takes at most behind its values. */
const tailBytesMax = 500;

const metadataBytes = textBytes(',"metadata":');
const noParent = '","parent":null';

/** Writes records of spans, piece by piece: those that come again are bytes already. */
export class SpanBytes {
  readonly #times: TimeText;
  readonly #json: PlainBytes;
  readonly #idHead: Uint8Array;
  readonly #parentHead: Uint8Array;
  /** The last start and end, in epoch milliseconds. */
  #start = NaN;
  #end = NaN;
  /** What a record without a parent has behind its id. */
  #rootTail: Uint8Array = new Uint8Array();
  /** What another one has behind its parent's id. */
  #tail: Uint8Array = new Uint8Array();

  constructor(redactor: Redactor, times: TimeText, ids: SpanIds) {
    this.#times = times;
    this.#json = new PlainBytes(redactor);
    this.#idHead = textBytes(`,"span_id":"${ids.prefix}`);
    this.#parentHead = textBytes(`","parent":"${ids.prefix}`);
  }

  /**
   * Adds the record of a span that ended well to its trace's.
   *
   * @param duration Milliseconds.
   * @param end Epoch milliseconds.
   * @returns Its number; -1 where it has to be written as text.
   */
  add(span: RunningSpan, duration: number, end: number): number {
    const { label, parent, number, trace: { records } } = span;
    if (number > shortNumberMax) return -1;
    const head = label.recordHeadBytes;
    const out = records.begin(roomBytes + head.length);
    out.copy(head);
    out.text(millisecondsText(duration));
    out.copy(metadataBytes);
    const { count } = records;
    // A getter among the values may have run spans itself, whose records took this one's place.
    if (!this.#json.object(span.metadata, out) || records.count !== count) return -1;
    if (out.room < tailBytesMax) return -1;
    this.#setTimes(span.startedAt, end);
    out.copy(this.#idHead);
    out.hex(number);
    if (parent === undefined) out.copy(this.#rootTail);
    else {
      out.copy(this.#parentHead);
      out.hex(parent.number);
      out.copy(this.#tail);
    }
    return records.end();
  }

  #setTimes(start: number, end: number): void {
    const startMs = Math.floor(start);
    const endMs = Math.floor(end);
    if (startMs === this.#start && endMs === this.#end) return;
    const times = `,"start_time":"${this.#times.of(startMs)}","end_time":"${
      this.#times.of(endMs)
    }","status":"success","error":null}`;
    this.#rootTail = textBytes(noParent + times);
    this.#tail = textBytes(`"${times}`);
    this.#start = startMs;
    this.#end = endMs;
  }
}
