/**
 * What was open when a process died: traces that never ended, with their innermost open span.
 *
 * @module
 */

import { humanDuration } from "../format/human.ts";
import { type EpochMs, parseTime, type Span, type Trace } from "../format/mod.ts";
import { limitFindings, plural } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";
import { lastSign } from "./last_sign.ts";

/** Spans that a title names; the innermost ones matter. */
const namedSpansMax = 3;

/** Traces whose last record is remembered: those that were told of last. */
export const seenTracesMax = 10_000;

interface OpenTrace {
  trace: Trace;
  file: string;
}

/** A trace's latest moment, in a ring of all by when they were told of. */
interface LastSeen {
  id: string;
  time: EpochMs;
  before: LastSeen;
  after: LastSeen;
}

/** Collects the traces that never ended. */
export class OpenWork {
  readonly #open: OpenTrace[] = [];
  readonly #seen = new Map<string, LastSeen>();
  /** The trace that was told of last; behind it comes the one that was silent for longest. */
  #latest: LastSeen | undefined;

  /** Any record is a sign of life of its trace. */
  addSign(id: string | null, time: EpochMs | null | undefined): void {
    if (id === null || time === null || time === undefined) return;
    let seen = this.#seen.get(id);
    if (!seen) seen = this.#begin(id, time);
    else if (time > seen.time) seen.time = time;
    if (seen === this.#latest) return;
    seen.before.after = seen.after;
    seen.after.before = seen.before;
    this.#putLast(seen);
  }

  /** A trace that was not told of, or is forgotten; perhaps in the place of another one now forgotten. */
  #begin(id: string, time: EpochMs): LastSeen {
    let seen: LastSeen | undefined;
    if (this.#seen.size >= seenTracesMax) {
      seen = this.#latest!.after;
      this.#seen.delete(seen.id);
      seen.id = id;
      seen.time = time;
    } else {
      seen = { id, time } as LastSeen;
      seen.before = seen.after = seen;
    }
    this.#seen.set(id, seen);
    return seen;
  }

  #putLast(seen: LastSeen): void {
    const before = this.#latest ?? seen;
    const after = this.#latest?.after ?? seen;
    seen.before = before;
    seen.after = after;
    before.after = seen;
    after.before = seen;
    this.#latest = seen;
  }

  addTrace(trace: Trace, file: string): void {
    if (trace.status === "running") this.#open.push({ trace, file });
  }

  findings(): Finding[] {
    const found = this.#open.map((open) => this.#finding(open));
    return limitFindings(found.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0)));
  }

  #finding({ trace, file }: OpenTrace): Finding {
    const open = openSpans(trace);
    const inner = open.at(-1);
    const start = parseTime(trace.started_at) ?? null;
    const last = Math.max(
      lastSign(trace) ?? -Infinity,
      this.#seen.get(trace.trace_id)?.time ?? -Infinity,
    );
    const names = open.slice(-namedSpansMax).map((span) => span.name);
    if (open.length > names.length) names.unshift("…");
    const operation = trace.operation || trace.trace_id;
    const inside = names.join(" › ");
    return {
      kind: "open_at_death",
      severity: "error",
      title: `Never ended: ${operation}` +
        (inside !== "" && inside !== operation ? `, inside ${inside}` : ""),
      detail:
        `${signText(start, last)} Its process was killed, or still ran when the session was ` +
        (inner ? `read; ${openSince(open, last)}.` : "read."),
      evidence: { file, trace_id: trace.trace_id, ...(inner && { span_id: inner.span_id }) },
      time: (inner && parseTime(inner.start_time)) ?? start,
    };
  }
}

/** Spans without an end, in start order: the innermost one last. */
function openSpans(trace: Trace): Span[] {
  return trace.spans.filter((span) => span.status === "running")
    .toSorted((a, b) => (parseTime(a.start_time) ?? 0) - (parseTime(b.start_time) ?? 0));
}

/** How many spans were open, and for how long those that a title names. */
function openSince(open: readonly Span[], last: EpochMs): string {
  const ages = open.slice(-namedSpansMax).flatMap((span) => {
    const start = parseTime(span.start_time);
    return start === undefined || last < start
      ? []
      : [`${span.name} for ${humanDuration(last - start)}`];
  });
  return `${plural(open.length, "span was", "spans were")} open` +
    (ages.length === 0 ? "" : `: ${ages.join(", ")}`);
}

function signText(start: EpochMs | null, last: EpochMs): string {
  if (start === null || !Number.isFinite(last)) return "Nothing says when it began.";
  return `The last sign of it came ${humanDuration(last - start)} after its start.`;
}
