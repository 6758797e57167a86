/**
 * `logs/traces/<trace id>.journal.jsonl`, which a running trace keeps, to a trace.
 *
 * @module
 */

import type { ProblemSink, Trace } from "../format/mod.ts";
import { JsonLineReader, type LineMapper, type LinePlace } from "./json_lines.ts";
import { isObject, type JsonObject, setKey } from "./json_value.ts";
import { traceIdOfFile } from "./trace_id_of_file.ts";
import { readTrace } from "./trace_reader.ts";

/** A journal, folded. */
export interface FoldedJournal {
  trace: Trace;
  /** The same as plain JSON, before defaults. */
  raw: JsonObject;
  /** Whether the journal says that the trace ended. */
  ended: boolean;
}

/** Folds a journal's lines into one trace: spans that have no end are still open. */
export class TraceJournalReader {
  readonly #file: string;
  readonly #problem: ProblemSink;
  readonly #lines: JsonLineReader<JsonObject>;
  readonly #trace: JsonObject = {};
  readonly #spans = new Map<string, JsonObject>();
  #ended = false;
  #count = 0;

  /** @param file The file's name for problems, relative to the session folder. */
  constructor(file: string, problem: ProblemSink) {
    this.#file = file;
    this.#problem = problem;
    this.#lines = new JsonLineReader(file, journalMapper, problem);
  }

  /** Takes the next chunk of the file. */
  push(chunk: Uint8Array): void {
    this.#foldAll(this.#lines.push(chunk));
  }

  /** The trace, or null where the journal holds no readable line. */
  finish(): FoldedJournal | null {
    this.#foldAll(this.#lines.finish());
    if (this.#count === 0) return null;
    const raw: JsonObject = {
      trace_id: traceIdOfFile(this.#file),
      status: "running",
      ...this.#trace,
      spans: [...this.#spans.values()],
    };
    const trace = readTrace(raw, this.#file, this.#problem);
    return trace && { trace, raw, ended: this.#ended };
  }

  #foldAll(lines: JsonObject[]): void {
    for (const line of lines) {
      this.#count++;
      this.#fold(line);
    }
  }

  #fold(line: JsonObject): void {
    const { kind, timestamp, ...rest } = line;
    switch (kind) {
      case "trace_start":
        merge(this.#trace, { started_at: timestamp, ...rest });
        break;
      case "trace_end":
        merge(this.#trace, { status: "success", completed_at: timestamp, timestamp, ...rest });
        this.#ended = true;
        break;
      case "spans":
        for (const span of line["spans"] as JsonObject[]) this.#foldSpan(span, {});
        break;
      case "span_start":
        this.#foldSpan(rest, { start_time: timestamp, parent: null, status: "running" });
        break;
      default:
        this.#foldSpan(rest, { end_time: timestamp, status: "success" });
    }
  }

  #foldSpan(fields: JsonObject, implied: JsonObject): void {
    const id = String(fields["span_id"] ?? "");
    const span = this.#spans.get(id) ?? {};
    if ("error" in fields && fields["error"]) implied["status"] = "error";
    // The metadata of the end replaces that of the start, unless there is none.
    merge(span, { ...implied, ...fields });
    this.#spans.set(id, span);
  }
}

const kinds = ["trace_start", "trace_end", "span_start", "span_end", "spans"];

const journalMapper: LineMapper<JsonObject> = {
  object(value: JsonObject, place: LinePlace): JsonObject | null {
    if (!kinds.includes(String(value["kind"]))) {
      place.lose("wrong_shape", `The line's kind is none of ${kinds.join(", ")}: left out`);
      return null;
    }
    if (value["kind"] === "spans") return ofSpans(value, place);
    const isSpan = String(value["kind"]).startsWith("span_");
    if (isSpan && typeof value["span_id"] !== "string") {
      place.lose("wrong_shape", "The line has no span_id: left out");
      return null;
    }
    return value;
  },
};

/** A line of whole spans, without those that are none. */
function ofSpans(value: JsonObject, place: LinePlace): JsonObject | null {
  const all = Array.isArray(value["spans"]) ? value["spans"] : [];
  const spans = all.filter((span) => isObject(span) && typeof span["span_id"] === "string");
  if (spans.length < all.length || all.length === 0) {
    place.lose("wrong_shape", "The line's spans are none, or lack a span_id: those are left out");
  }
  return spans.length === 0 ? null : { ...value, spans };
}

function merge(into: JsonObject, from: JsonObject): void {
  for (const key in from) {
    const value = from[key];
    if (value === undefined) continue;
    const isEmpty = isObject(value) && Object.keys(value).length === 0;
    if (isEmpty && isObject(into[key])) continue;
    setKey(into, key, value);
  }
}
