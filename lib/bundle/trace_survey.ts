/**
 * A first look at a session: which traces it holds, which of them began inside which, and in which
 * of them something failed or never ended.
 *
 * @module
 */

import { isFailure, neverEnded } from "../analyse/failure.ts";
import type { BundleSource } from "./bundle_source.ts";
import { logRowsOf } from "./log_rows.ts";

/** What is known of the traces of a session. Memory grows with the traces, not with the records. */
export class TraceSurvey {
  /** The traces that began inside a trace, by its id. Those without any are there too. */
  readonly #inner = new Map<string, string[]>();
  /** Traces in which something failed, or that never ended. */
  readonly #wrong = new Set<string>();

  /** Reads a session once. */
  static async of(source: BundleSource): Promise<TraceSurvey> {
    const survey = new TraceSurvey();
    for await (const batch of logRowsOf(source)) {
      for (const record of batch) survey.#note(record.trace_id, isFailure.log(record));
    }
    for await (const { record } of source.traces()) {
      survey.#note(record.trace_id, isFailure.trace(record) || neverEnded.trace(record));
      const outer = record.parent_trace_id;
      if (outer === undefined || outer === record.trace_id) continue;
      survey.#note(outer, false);
      survey.#inner.get(outer)!.push(record.trace_id);
    }
    for await (const { record } of source.llmTranscripts()) {
      survey.#note(record.trace_id, isFailure.call(record) || neverEnded.call(record));
    }
    for await (const { record } of source.errors()) survey.#note(record.trace_id, true);
    for await (const { record } of source.diffs()) survey.#note(record.trace_id, false);
    return survey;
  }

  /** Every trace id that anything in the session carries. */
  get ids(): string[] {
    return [...this.#inner.keys()];
  }

  /** The traces in which something failed, or that never ended, with all that began inside them. */
  wentWrong(): Set<string> {
    return this.#withInner([...this.#wrong]);
  }

  /** A trace, with all that began inside it. */
  family(trace: string): Set<string> {
    return this.#withInner([trace]);
  }

  #withInner(open: string[]): Set<string> {
    const found = new Set<string>();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...this.#inner.get(id) ?? []);
    }
    return found;
  }

  #note(id: string | null, isWrong: boolean): void {
    if (id === null || id === "") return;
    if (!this.#inner.has(id)) this.#inner.set(id, []);
    if (isWrong) this.#wrong.add(id);
  }
}
