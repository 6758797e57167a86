/**
 * The record of a span as bytes: for spans that ended well and have nothing but values, which is
 * nearly all where there are very many.
 *
 * @module
 */

import { textBytes } from "../runtime/mod.ts";
import { millisecondsText } from "./duration_text.ts";
import type { PlainJson } from "./plain_json.ts";
import type { RunningSpan } from "./running_span.ts";
import { contextLimits } from "./serialise.ts";
import { shortNumberMax, type SpanIds } from "./span_id.ts";
import type { TimeText } from "./time_text.ts";

/** What most records take at most, in bytes. */
const recordBytes = 1024;

const metadataBytes = textBytes(',"metadata":');
/** Stands where the digits of an id will be. */
const noDigits = "00000000";

/** Writes records of spans, piece by piece: those that come again are bytes already. */
export class SpanBytes {
  readonly #times: TimeText;
  readonly #json: PlainJson;
  /** What stands around the digits of a span's id and of its parent's. */
  readonly #idHead: string;
  readonly #parentHead: string;
  /** Where those digits stand in a tail. */
  readonly #idAt: number;
  readonly #parentAt: number;
  /** The last start and end, in epoch milliseconds. */
  #start = NaN;
  #end = NaN;
  /** What a record has behind its values, but for the ids' digits: without a parent, and with one. */
  #rootTail: Uint8Array = new Uint8Array();
  #tail: Uint8Array = new Uint8Array();

  constructor(json: PlainJson, times: TimeText, ids: SpanIds) {
    this.#times = times;
    this.#json = json;
    this.#idHead = `,"span_id":"${ids.prefix}`;
    this.#parentHead = `","parent":"${ids.prefix}`;
    this.#idAt = this.#idHead.length;
    this.#parentAt = this.#idAt + noDigits.length + this.#parentHead.length;
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
    const out = records.begin(recordBytes);
    out.copy(head);
    out.text(millisecondsText(duration));
    out.copy(metadataBytes);
    const { begun } = records;
    if (!this.#json.object(span.metadata, contextLimits, out)) return -1;
    // A getter among the values may have run spans itself, whose records took this one's place.
    if (records.begun !== begun) return -1;
    this.#setTimes(span.startedAt, end);
    const tail = parent === undefined ? this.#rootTail : this.#tail;
    out.copy(tail);
    out.overwriteHex(number, tail.length - this.#idAt);
    if (parent !== undefined) out.overwriteHex(parent.number, tail.length - this.#parentAt);
    return records.end();
  }

  #setTimes(start: number, end: number): void {
    const startMs = Math.floor(start);
    const endMs = Math.floor(end);
    if (startMs === this.#start && endMs === this.#end) return;
    const times = `,"start_time":"${this.#times.of(startMs)}","end_time":"${
      this.#times.of(endMs)
    }","status":"success","error":null}`;
    const id = this.#idHead + noDigits;
    this.#rootTail = textBytes(`${id}","parent":null${times}`);
    this.#tail = textBytes(`${id}${this.#parentHead}${noDigits}"${times}`);
    this.#start = startMs;
    this.#end = endMs;
  }
}
