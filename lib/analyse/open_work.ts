/**
 * What was open when a process died: traces that never ended, with their innermost open span.
 *
 * @module
 */

import { humanDuration } from "../format/human.ts";
import { parseTime, type Span, type Trace } from "../format/mod.ts";
import { limitFindings, plural } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";

/** Spans that a title names; the innermost ones matter. */
const namedSpansMax = 3;

/** Collects the traces that never ended. */
export class OpenWork {
  readonly #found: Finding[] = [];

  addTrace(trace: Trace, file: string): void {
    if (trace.status !== "running") return;
    const open = openSpans(trace);
    const inner = open.at(-1);
    const start = parseTime(trace.started_at) ?? null;
    const names = open.slice(-namedSpansMax).map((span) => span.name);
    if (open.length > names.length) names.unshift("…");
    const operation = trace.operation || trace.trace_id;
    const inside = names.join(" › ");
    this.#found.push({
      kind: "open_at_death",
      severity: "error",
      title: `Never ended: ${operation}` +
        (inside !== "" && inside !== operation ? `, inside ${inside}` : ""),
      detail:
        `${lastSign(trace, start)} Its process was killed, or still ran when the session was ` +
        (open.length > 0
          ? `read; ${plural(open.length, "span was", "spans were")} open.`
          : "read."),
      evidence: { file, trace_id: trace.trace_id, ...(inner && { span_id: inner.span_id }) },
      time: (inner && parseTime(inner.start_time)) ?? start,
    });
  }

  findings(): Finding[] {
    return limitFindings(this.#found.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0)));
  }
}

/** Spans without an end, in start order: the innermost one last. */
function openSpans(trace: Trace): Span[] {
  return trace.spans.filter((span) => span.status === "running")
    .toSorted((a, b) => (parseTime(a.start_time) ?? 0) - (parseTime(b.start_time) ?? 0));
}

function lastSign(trace: Trace, start: number | null): string {
  let last = start ?? -Infinity;
  for (const span of trace.spans) {
    for (const time of [span.start_time, span.end_time]) {
      last = Math.max(last, parseTime(time) ?? -Infinity);
    }
  }
  if (start === null || !Number.isFinite(last)) return "Nothing says when it began.";
  return `The last sign of it came ${humanDuration(last - start)} after its start.`;
}
