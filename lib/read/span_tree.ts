/**
 * How the spans of a trace enclose each other.
 *
 * @module
 */

import { parseTime, type Span } from "../format/mod.ts";

/** A span as it was read; what the file does not say is null. */
export type LooseSpan = Omit<Span, "span_id"> & { span_id: string | null };

/** Whether the file says how spans enclose each other, or their times have to. */
export type ParentSource = "file" | "times";

/**
 * Gives every span an id (`s1`, `s2`, … in the order of their start) and, where the file has no
 * parents, the parent that encloses it in time.
 *
 * @param report Receives what contradicts itself; such a span becomes a root.
 * @returns In the order of the start; spans without a time keep their place.
 */
export function linkSpans(
  spans: readonly LooseSpan[],
  parents: ParentSource,
  report: (reason: string) => void,
): Span[] {
  const ordered = inStartOrder(spans);
  const linked = giveIds(ordered, report);
  if (parents === "times") encloseByTime(linked);
  else checkParents(linked, report);
  return linked;
}

/** Outer before inner: by start, then the longer first, then the later in the file first. */
function inStartOrder(spans: readonly LooseSpan[]): LooseSpan[] {
  const keyed = spans.map((span, index) => ({
    span,
    index,
    start: parseTime(span.start_time),
    end: parseTime(span.end_time) ?? Infinity,
  }));
  if (keyed.some(({ start }) => start === undefined)) return [...spans];
  keyed.sort((a, b) =>
    a.start! - b.start! || (a.end === b.end ? b.index - a.index : b.end - a.end)
  );
  return keyed.map(({ span }) => span);
}

function giveIds(spans: readonly LooseSpan[], report: (reason: string) => void): Span[] {
  const taken = new Set(spans.map(({ span_id }) => span_id));
  const used = new Set<string>();
  let number = 0;
  const fresh = () => {
    do number++; while (taken.has(`s${number}`));
    return `s${number}`;
  };
  return spans.map((span) => {
    let id = span.span_id ?? fresh();
    if (used.has(id)) {
      const renamed = fresh();
      report(`Span id ${JSON.stringify(id)} is used more than once: the later one is ${renamed}`);
      id = renamed;
    }
    used.add(id);
    return Object.assign(span, { span_id: id });
  });
}

function encloseByTime(spans: Span[]): void {
  const open: { id: string; end: number }[] = [];
  for (const span of spans) {
    const start = parseTime(span.start_time);
    if (start === undefined) continue;
    const end = parseTime(span.end_time) ?? Infinity;
    while (open.length > 0 && !(open[open.length - 1]!.end >= end)) open.pop();
    span.parent = open[open.length - 1]?.id ?? null;
    open.push({ id: span.span_id, end });
  }
}

function checkParents(spans: Span[], report: (reason: string) => void): void {
  const byId = new Map(spans.map((span) => [span.span_id, span]));
  const rooted = new Set<string>();
  for (const span of spans) {
    if (span.parent !== null && !byId.has(span.parent)) {
      report(
        `Span ${span.span_id} has the parent ${JSON.stringify(span.parent)}, which is missing`,
      );
      span.parent = null;
    }
  }
  for (const span of spans) {
    const path: Span[] = [];
    const onPath = new Set<string>();
    let at: Span | undefined = span;
    while (at && !rooted.has(at.span_id)) {
      if (onPath.has(at.span_id)) {
        report(`Span ${at.span_id} is enclosed by itself: shown as a root`);
        at.parent = null;
        break;
      }
      onPath.add(at.span_id);
      path.push(at);
      at = at.parent === null ? undefined : byId.get(at.parent);
    }
    for (const { span_id } of path) rooted.add(span_id);
  }
}
