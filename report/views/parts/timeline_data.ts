/**
 * What the overview's timeline shows: lanes of marks, and how many log lines fall where.
 *
 * @module
 */

import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import type { Sections } from "../../../lib/bundle/sections.ts";
import { plainText } from "../../components/text.tsx";
import type { Tone } from "../../components/status.tsx";
import { href } from "../../state/route.ts";
import { recordKey } from "../../../lib/bundle/record_key.ts";

/** Something on a lane. Times are in milliseconds since the epoch. */
export interface Mark {
  start: number;
  end: number;
  tone: Tone;
  /** One line: what it is. */
  label: string;
  href: string;
}

/** A row of marks. */
export interface Lane {
  /** The view that the lane's title leads to. */
  view: string;
  title: string;
  marks: readonly Mark[];
}

/** Log lines by time: how many fall into each bin, by severity. */
export interface Density {
  all: Uint32Array;
  warnings: Uint32Array;
  errors: Uint32Array;
  /** The fullest bin. */
  max: number;
}

type Known = Pick<Sections, "errors" | "llm" | "locks" | "traces">;

/** The lanes that have marks, from what went wrong to what merely happened. */
export function timelineLanes({ errors, llm, locks, traces }: Known): Lane[] {
  const lanes: Lane[] = [
    {
      view: "errors",
      title: "Errors",
      marks: marksOf(errors, (row) => ({
        start: row.time,
        end: row.time,
        tone: "error",
        label: `${row.error_type}: ${row.error_message}`,
        href: href("errors", recordKey(row.file)),
      })),
    },
    {
      view: "traces",
      title: "Traces",
      marks: marksOf(traces, (row) => ({
        start: row.start,
        end: row.end ?? row.start,
        tone: row.failed ? "error" : row.status === "running" ? "running" : "neutral",
        label: `${row.operation}, ${row.status ?? "no trace file"}`,
        href: href("traces", row.trace_id),
      })),
    },
    {
      view: "llm",
      title: "LLM calls",
      marks: marksOf(llm, (row) => ({
        start: row.time,
        end: row.time === null ? null : row.time + (row.duration_ms ?? 0),
        tone: row.outcome === "ok" ? "info" : row.outcome === "error" ? "error" : "warning",
        label: `${row.model}, ${row.outcome}`,
        href: href("llm", recordKey(row.file)),
      })),
    },
    {
      view: "locks",
      title: "Locks",
      marks: locks.flatMap((row) => {
        const link = href("locks", row.lock_entry_id);
        const who = row.agent ?? row.operation;
        const waited: MaybeMark = {
          start: row.requested,
          end: row.acquired ?? row.released ?? row.requested,
          tone: "warning",
          label: `${who} waiting, ${row.outcome}`,
          href: link,
        };
        const held: MaybeMark = {
          start: row.acquired,
          end: row.released ?? row.acquired,
          tone: row.outcome === "broken" ? "error" : "ok",
          label: `${who} holding, ${row.outcome}`,
          href: link,
        };
        return marksOf([waited, held], (mark) => mark);
      }),
    },
  ];
  return lanes.filter((lane) => lane.marks.length > 0);
}

type MaybeMark = Omit<Mark, "start" | "end"> & { start: number | null; end: number | null };

function marksOf<Row>(rows: readonly Row[], mark: (row: Row) => MaybeMark): Mark[] {
  const marks: Mark[] = [];
  for (const row of rows) {
    const { start, end, label, ...rest } = mark(row);
    if (start === null) continue;
    marks.push({ ...rest, start, end: Math.max(start, end ?? start), label: plainText(label) });
  }
  return marks;
}

/** Counts the loaded log lines in equal bins of time. */
export function logDensity(
  columns: LogColumns,
  loaded: number,
  start: number,
  end: number,
  bins: number,
): Density {
  const all = new Uint32Array(bins);
  const warnings = new Uint32Array(bins);
  const errors = new Uint32Array(bins);
  const scale = bins / Math.max(1, end - start);
  for (let row = 0; row < loaded; row++) {
    const time = columns.time[row]!;
    if (!(time >= start && time <= end)) continue;
    const bin = Math.min(bins - 1, Math.floor((time - start) * scale));
    all[bin]!++;
    const level = columns.level[row]!;
    if (level >= 3) errors[bin]!++;
    else if (level === 2) warnings[bin]!++;
  }
  return { all, warnings, errors, max: all.reduce((most, count) => Math.max(most, count), 0) };
}

/** The mark nearest to a moment, no farther than `reach` milliseconds; the smallest where several cover it. */
export function nearestMark(marks: readonly Mark[], time: number, reach: number): Mark | null {
  let best: Mark | null = null;
  let bestScore = Infinity;
  for (const mark of marks) {
    const distance = Math.max(0, mark.start - time, time - mark.end);
    if (distance > reach) continue;
    const score = distance * 1e6 + (mark.end - mark.start);
    if (score < bestScore) {
      best = mark;
      bestScore = score;
    }
  }
  return best;
}
