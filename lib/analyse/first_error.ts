/**
 * The first thing that went wrong: what comes later is often only its echo.
 *
 * @module
 */

import {
  type EpochMs,
  type ErrorReport,
  type LlmTranscript,
  parseTime,
  type SpanError,
  type Trace,
} from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import type { Evidence, Finding } from "./finding.ts";
import { plural, shorten } from "./evidence_order.ts";

/** An error report this much later than a log line of its trace is about the same error, in ms. */
const sameErrorMs = 2000;

/** The name that recorders give the span of a try of a model call. */
const callSpanName = "llm_call";

/** A failed span's time and its call's may differ by their rounding, in ms. */
const roundingMs = 2;

interface Candidate {
  time: EpochMs | null;
  what: string;
  operation: string;
  detail: string;
  evidence: Evidence;
}

/** Keeps the earliest error of a session, and counts the others. */
export class FirstError {
  #first: Candidate | undefined;
  /** Errors in the log that are of no trace. */
  #countOfNone = 0;
  /** By trace, its errors in the log and its error reports: most errors reported are logged, too. */
  readonly #counts = new Map<string, { logged: number; reported: number }>();
  /** The earliest report of each trace: it says more than the log line about the same error. */
  readonly #reports = new Map<string, Candidate>();
  /** Failed tries of model calls, which count only where no later try succeeded. */
  readonly #tries: Candidate[] = [];
  /** By trace, from when to when a model call ran that succeeded after a failed try. */
  readonly #recovered = new Map<string, [from: EpochMs, to: EpochMs][]>();

  addLog(record: LogRecord): void {
    if (record.level !== "ERROR" && record.level !== "CRITICAL") return;
    if (record.trace_id === null) this.#countOfNone++;
    else this.#countsOf(record.trace_id).logged++;
    if (!this.#isEarlier(record.time)) return;
    this.#first = {
      time: record.time,
      what: shorten(record.message || record.event || "a line without message"),
      operation: record.operation,
      detail: `${record.level} in the log.`,
      evidence: {
        file: record.file,
        line: record.line,
        ...(record.trace_id !== null && { trace_id: record.trace_id }),
      },
    };
  }

  addReport(report: ErrorReport, file: string): void {
    const candidate: Candidate = {
      time: parseTime(report.timestamp) ?? null,
      what: shorten(`${report.error_type}: ${report.error_message}`),
      operation: report.operation ?? report.function,
      detail: `Thrown in ${report.function || "an unnamed function"}${thrownAt(report)}.`,
      evidence: { file, trace_id: report.trace_id },
    };
    this.#countsOf(report.trace_id).reported++;
    const known = this.#reports.get(report.trace_id);
    if (!known || isBefore(candidate.time, known.time)) {
      this.#reports.set(report.trace_id, candidate);
    }
    this.#take(candidate);
  }

  addTrace(trace: Trace, file: string): void {
    const evidence = { file, trace_id: trace.trace_id };
    const operation = trace.operation || "a trace";
    for (const span of trace.spans) {
      if (span.status !== "error") continue;
      const candidate: Candidate = {
        time: parseTime(span.end_time ?? span.start_time) ?? null,
        what: shorten(spanErrorText(span.error)),
        operation: span.name,
        detail: `The span ${span.name} of ${operation} ended in an error.`,
        evidence: { ...evidence, span_id: span.span_id },
      };
      if (span.name === callSpanName) this.#tries.push(candidate);
      else this.#take(candidate);
    }
    // A span that failed before says more about where; this is for what was thrown beside the spans.
    if (trace.status !== "error") return;
    this.#take({
      time: parseTime(trace.completed_at ?? trace.started_at) ?? null,
      what: shorten(spanErrorText(trace.error)),
      operation: trace.operation,
      detail: `The trace of ${trace.operation || "an operation"} ended in an error.`,
      evidence,
    });
  }

  addCall(call: LlmTranscript, file: string): void {
    const start = parseTime(call.timestamp);
    if (!call.error) {
      if (start !== undefined && call.attempts?.some((attempt) => attempt.error)) {
        const known = this.#recovered.get(call.trace_id) ?? [];
        known.push([start - roundingMs, start + (call.duration_ms ?? 0) + roundingMs]);
        this.#recovered.set(call.trace_id, known);
      }
      return;
    }
    this.#take({
      time: start === undefined ? null : start + (call.duration_ms ?? 0),
      what: shorten(`${call.error.type}: ${call.error.message}`),
      operation: call.operation,
      detail: `The call of ${call.model || "a model"} failed.`,
      evidence: { file, trace_id: call.trace_id, ...(call.span_id && { span_id: call.span_id }) },
    });
  }

  findings(): Finding[] {
    for (const failed of this.#tries.splice(0)) {
      if (!this.#isRecovered(failed)) this.#take(failed);
    }
    const first = this.#first && this.#withReport(this.#first);
    if (!first) return [];
    const count = this.#count();
    const others = count > 1 ? ` ${plural(count, "error")} logged or reported.` : "";
    return [{
      kind: "first_error",
      severity: "error",
      title: `First error${first.operation ? ` in ${first.operation}` : ""}: ${first.what}`,
      detail: first.detail + others,
      evidence: first.evidence,
      time: first.time,
    }];
  }

  #countsOf(trace_id: string): { logged: number; reported: number } {
    let counts = this.#counts.get(trace_id);
    if (!counts) this.#counts.set(trace_id, counts = { logged: 0, reported: 0 });
    return counts;
  }

  /** An error report of a trace and an error in its log are taken as one fault, pair by pair. */
  #count(): number {
    let count = this.#countOfNone;
    for (const { logged, reported } of this.#counts.values()) count += Math.max(logged, reported);
    return count;
  }

  #isRecovered({ time, evidence }: Candidate): boolean {
    const calls = this.#recovered.get(evidence.trace_id ?? "") ?? [];
    return time !== null && calls.some(([from, to]) => from <= time && time <= to);
  }

  #withReport(first: Candidate): Candidate {
    const report = this.#reports.get(first.evidence.trace_id ?? "");
    if (!report || report.time === null || first.time === null) return first;
    return report.time - first.time <= sameErrorMs ? report : first;
  }

  #take(candidate: Candidate): void {
    if (this.#isEarlier(candidate.time)) this.#first = candidate;
  }

  #isEarlier(time: EpochMs | null): boolean {
    return this.#first === undefined || isBefore(time, this.#first.time);
  }
}

function spanErrorText(error: SpanError | null): string {
  return error ? `${error.type}: ${error.message}` : "failed";
}

/** A known time comes before an unknown one. */
function isBefore(time: EpochMs | null, other: EpochMs | null): boolean {
  return time !== null && (other === null || time < other);
}

function thrownAt(report: ErrorReport): string {
  const frame = report.stack_trace.at(-1);
  return frame ? ` at ${frame.file}:${frame.line}` : "";
}
