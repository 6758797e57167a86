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
import type { TimeText } from "./time_text.ts";

/** Room for a record, besides its name. */
const roomBytes = 4 * 1024;

/** What the ids of a span and its parent take at most, with what stands around them. */
const idsBytesMax = 100;

const metadataBytes = textBytes(',"metadata":');
const idBytes = textBytes(',"span_id":"');
const parentBytes = textBytes('","parent":"');
const noParentBytes = textBytes('","parent":null');
const quote = 34;

/** Writes records of spans, piece by piece: those that come again are bytes already. */
export class SpanBytes {
  readonly #times: TimeText;
  readonly #json: PlainBytes;
  /** The last start and end, in epoch milliseconds, and what a record has from its start on. */
  #start = NaN;
  #end = NaN;
  #tail: Uint8Array = new Uint8Array();

  constructor(redactor: Redactor, times: TimeText) {
    this.#times = times;
    this.#json = new PlainBytes(redactor);
  }

  /**
   * Adds the record of a span that ended well to its trace's.
   *
   * @param duration Milliseconds.
   * @param end Epoch milliseconds.
   * @returns Its number; -1 where it has to be written as text.
   */
  add(span: RunningSpan, duration: number, end: number): number {
    const { label, parent, trace } = span;
    const { recorder, records } = trace;
    const head = label.recordHeadBytes;
    const tail = this.#tailOf(span.startedAt, end);
    const out = records.begin(roomBytes + head.length);
    out.copy(head);
    out.text(millisecondsText(duration));
    out.copy(metadataBytes);
    const { count } = records;
    // A getter among the values may have run spans itself, whose records took this one's place.
    if (!this.#json.object(span.metadata, out) || records.count !== count) return -1;
    if (out.room < tail.length + idsBytesMax) return -1;
    out.copy(idBytes);
    recorder.spanIds.write(span.number, out);
    if (parent === undefined) out.copy(noParentBytes);
    else {
      out.copy(parentBytes);
      recorder.spanIds.write(parent.number, out);
      out.byte(quote);
    }
    out.copy(tail);
    return records.end();
  }

  #tailOf(start: number, end: number): Uint8Array {
    const startMs = Math.floor(start);
    const endMs = Math.floor(end);
    if (startMs !== this.#start || endMs !== this.#end) {
      this.#tail = textBytes(
        `,"start_time":"${this.#times.of(startMs)}","end_time":"${this.#times.of(endMs)}",` +
          '"status":"success","error":null}',
      );
      this.#start = startMs;
      this.#end = endMs;
    }
    return this.#tail;
  }
}
