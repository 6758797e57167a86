/**
 * Calls of models that failed or never ended, and calls that succeeded only after trying again.
 *
 * @module
 */

import { humanCount, humanDuration } from "../format/human.ts";
import { type EpochMs, type LlmTranscript, parseTime } from "../format/mod.ts";
import { limitFindings, plural, shorten } from "./evidence_order.ts";
import type { Evidence, Finding } from "./finding.ts";

/** Lost time from which retries are a warning and not a remark, in milliseconds. */
const retryLossWarningMs = 5000;

interface FailureGroup {
  /** Of one call, or of several. */
  title: (count: number) => string;
  message: string;
  count: number;
  time: EpochMs | null;
  evidence: Evidence;
}

/** Sums up failed, open and retried calls. */
export class ModelCalls {
  readonly #failures = new Map<string, FailureGroup>();
  #retried = 0;
  #retries = 0;
  #lost_ms = 0;
  #worst: { lost_ms: number; attempts: number; call: LlmTranscript; file: string } | undefined;

  addCall(call: LlmTranscript, file: string): void {
    const evidence: Evidence = {
      file,
      trace_id: call.trace_id,
      ...(call.span_id && { span_id: call.span_id }),
    };
    if (call.error) {
      const status = call.error.status === null ? "" : ` (HTTP ${call.error.status})`;
      this.#fail(`${call.error.type}${status}`, call.error.message, call, evidence);
    } else if (call.status === "running") {
      const seen = call.stream
        ? `${plural(call.stream.chunks, "chunk")} of it had come`
        : "None of it had come";
      const message = `${seen}. Its process was killed, or still ran when the session was read.`;
      const what = modelOf(call);
      const title = (count: number) => `Never ended: ${callsOf(count)} of ${what}`;
      this.#add(`running ${what}`, title, message, call, evidence);
    } else if (call.stream?.aborted) {
      const message = `The stream ended after ${plural(call.stream.chunks, "chunk")}.`;
      this.#fail("aborted stream", message, call, evidence);
    }
    this.#addRetries(call, file);
  }

  findings(): Finding[] {
    const failures = [...this.#failures.values()].map((
      { title, message, count, time, evidence },
    ) => ({
      kind: "failed_call" as const,
      severity: "error" as const,
      title: title(count),
      detail: shorten(message, 300) || "The provider gave no message.",
      evidence,
      time,
    }));
    failures.sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || 0);
    return [...limitFindings(failures), ...this.#retryFinding()];
  }

  #fail(error: string, message: string, call: LlmTranscript, evidence: Evidence): void {
    const what = `${error} from ${modelOf(call)}`;
    const title = (count: number) =>
      count === 1
        ? `Failed model call: ${what}`
        : `${humanCount(count)} failed model calls: ${what}`;
    this.#add(`failed ${what}`, title, message, call, evidence);
  }

  #add(
    key: string,
    title: FailureGroup["title"],
    message: string,
    call: LlmTranscript,
    evidence: Evidence,
  ): void {
    const time = parseTime(call.timestamp) ?? null;
    const group = this.#failures.get(key);
    if (group) group.count++;
    if (!group) this.#failures.set(key, { title, message, count: 1, time, evidence });
    else if (time !== null && (group.time === null || time < group.time)) {
      Object.assign(group, { message, time, evidence });
    }
  }

  #addRetries(call: LlmTranscript, file: string): void {
    const attempts = call.attempts ?? [];
    if (attempts.length < 2) return;
    let lost_ms = 0;
    for (const attempt of attempts.slice(0, -1)) {
      lost_ms += (attempt.duration_ms ?? 0) + (attempt.retry_delay_ms ?? 0);
    }
    this.#retried++;
    this.#retries += attempts.length - 1;
    this.#lost_ms += lost_ms;
    if (!this.#worst || lost_ms > this.#worst.lost_ms) {
      this.#worst = { lost_ms, attempts: attempts.length, call, file };
    }
  }

  #retryFinding(): Finding[] {
    if (!this.#worst) return [];
    const { call, file, attempts } = this.#worst;
    const errors = new Set(
      (call.attempts ?? []).slice(0, -1).flatMap(({ error, status }) =>
        error?.type ?? status ?? []
      ),
    );
    return [{
      kind: "retried_call",
      severity: this.#lost_ms >= retryLossWarningMs ? "warning" : "info",
      title: `${plural(this.#retried, "model call")} retried, ` +
        `${humanDuration(this.#lost_ms)} lost`,
      detail: `${plural(this.#retries, "retry", "retries")} in all. The worst took ${attempts} ` +
        `attempts in ${call.operation || "an unnamed operation"}` +
        (errors.size > 0 ? `, after ${[...errors].join(", ")}.` : "."),
      evidence: { file, trace_id: call.trace_id, ...(call.span_id && { span_id: call.span_id }) },
      time: parseTime(call.timestamp) ?? null,
    }];
  }
}

function modelOf({ model, provider }: LlmTranscript): string {
  return model || provider || "an unnamed model";
}

function callsOf(count: number): string {
  return count === 1 ? "a call" : `${humanCount(count)} calls`;
}
