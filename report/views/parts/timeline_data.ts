/**
 * What the overview's timeline shows: lanes of marks, and their outlines as few shapes.
 *
 * @module
 */

import type { Sections } from "../../../lib/bundle/sections.ts";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import { plainText } from "../../components/text.tsx";
import { endWord, type Tone } from "../../components/status.tsx";
import type { Times } from "../../state/time_window.ts";
import { type Axis, place } from "./axis.ts";
import { requestEnd, whoAsked } from "./lock_lanes.ts";
import { callTimes, lockTimes, momentTimes, traceTimes } from "./record_times.ts";

/** Something on a lane. Times are in milliseconds since the epoch. */
export interface Mark {
  start: number;
  end: number;
  /** Whether it never ended, as far as is known. */
  open: boolean;
  tone: Tone;
  /** One line: what it is. */
  label: string;
  /** Its record in the lane's view. */
  key: string;
  /** Which of the lane's tracks it is drawn on, from 0. */
  track: number;
}

/** A row of marks. */
export interface Lane {
  /** The view that the lane's title leads to. */
  view: string;
  title: string;
  /** In the order of their starts. */
  marks: Mark[];
  tracks: number;
  /** When each record happened; a record may have several marks. */
  times: Times[];
}

/** Most tracks of a lane: what happened at once is drawn side by side up to here. */
export const tracksMax = 4;

/** The colours of the table of calls; those that went well are no more than information here. */
const callTones = { ok: "info", error: "error", aborted: "warning", running: "running" } as const;

type Known = Pick<Sections, "errors" | "llm" | "locks" | "traces">;
type Found = Pick<Mark, "tone" | "label" | "key"> & { times: Times; open?: boolean };

/**
 * The lanes that have marks, from what went wrong to what merely happened.
 *
 * @param end The session's last moment: what was never given back reaches until then.
 */
export function timelineLanes({ errors, llm, locks, traces }: Known, end: number): Lane[] {
  const lockMarks = locks.flatMap((row): Found[] => {
    const key = row.lock_entry_id;
    const isOpen = requestEnd(row) === null;
    const last = requestEnd(row) ?? end;
    const waiting = row.acquired === null;
    return [{
      times: [row.requested, row.acquired ?? last],
      open: isOpen && waiting,
      tone: "warning",
      label: `${whoAsked(row)} waiting for ${row.operation || "the lock"}, ${row.outcome}`,
      key,
    }, {
      times: waiting ? [null, null] : [row.acquired, last],
      open: isOpen,
      tone: row.outcome === "broken" ? "error" : "ok",
      label: `${whoAsked(row)} holding for ${row.operation || "the lock"}, ${row.outcome}`,
      key,
    }];
  });
  const lanes = [
    laneOf("errors", "Errors", errors.map(momentTimes), errors, (row) => ({
      times: momentTimes(row),
      tone: "error",
      label: `${row.error_type}: ${row.error_message}`,
      key: recordKey(row.file),
    })),
    laneOf("traces", "Traces", traces.map(traceTimes), traces, (row) => ({
      times: traceTimes(row),
      open: row.status === "running",
      tone: row.failed ? "error" : row.status === "running" ? "running" : "neutral",
      label: `${row.operation}, ${endWord(row.status ?? "no trace file")}`,
      key: row.trace_id,
    })),
    laneOf("llm", "LLM calls", llm.map(callTimes), llm, (row) => ({
      times: callTimes(row),
      open: row.outcome === "running",
      tone: callTones[row.outcome],
      label: `${row.model}, ${endWord(row.outcome)}`,
      key: recordKey(row.file),
    })),
    laneOf("locks", "Locks", locks.map(lockTimes), lockMarks, (mark) => mark),
  ];
  return lanes.filter((lane) => lane.marks.length > 0);
}

function laneOf<Row>(
  view: string,
  title: string,
  times: Times[],
  rows: readonly Row[],
  find: (row: Row) => Found,
): Lane {
  const marks: Mark[] = [];
  for (const row of rows) {
    const { times: [start, end], open = false, tone, label, key } = find(row);
    if (start === null) continue;
    const last = Math.max(start, end ?? start);
    marks.push({
      start,
      end: last,
      open,
      tone,
      label: plainText(label.slice(0, 200)),
      key,
      track: 0,
    });
  }
  marks.sort((a, b) => a.start - b.start);
  return { view, title, marks, tracks: pack(marks), times };
}

/** Gives each mark the first track that is free; the last one takes what finds none. */
function pack(marks: readonly Mark[]): number {
  const ends: number[] = [];
  for (const mark of marks) {
    const free = ends.findIndex((end) => end <= mark.start);
    mark.track = free >= 0 ? free : Math.min(ends.length, tracksMax - 1);
    ends[mark.track] = Math.max(mark.end, ends[mark.track] ?? -Infinity);
  }
  return Math.max(1, ends.length);
}

/** Least width of a bar, in CSS pixels. */
const barMin = 2;

/** Bars narrower than this, in CSS pixels, become one where they touch. */
const aloneMin = 4;

/** How far the tip of an open end reaches, in CSS pixels. */
const tip = 5;

/** What went wrong is drawn last, in front of the rest. */
const drawnOrder: readonly Tone[] = ["neutral", "ok", "info", "warning", "running", "error"];

/** Where a track's bars are: the upper edge and the height, in CSS pixels. */
export type TrackPlace = (track: number) => readonly [top: number, height: number];

/**
 * The outlines of a lane's marks, one for each tone. However many marks there are, the outlines
 * have no more bars than fit beside each other.
 */
export function outlines(
  lane: Lane,
  axis: Axis,
  plot: number,
  placeOf: TrackPlace,
): [tone: Tone, path: string][] {
  const paths = new Map<Tone, string>();
  const bars = new Map<string, { mark: Mark; from: number; to: number }>();
  const draw = (name: string) => {
    const { mark, from, to } = bars.get(name)!;
    const [top, height] = placeOf(mark.track);
    const half = height / 2;
    const end = mark.open ? `l${tip} ${half}l-${tip} ${half}` : `v${height}`;
    const bar = `M${from.toFixed(1)} ${top}H${to.toFixed(1)}${end}H${from.toFixed(1)}z`;
    paths.set(mark.tone, (paths.get(mark.tone) ?? "") + bar);
  };
  for (const mark of lane.marks) {
    if (mark.end < axis.start || mark.start > axis.end) continue;
    const from = place(axis, mark.start) * plot;
    const to = Math.max(from + barMin, place(axis, mark.end) * plot);
    const name = `${mark.tone} ${mark.track}`;
    const bar = bars.get(name);
    const isNarrow = to - from < aloneMin || (bar && bar.to - bar.from < aloneMin);
    if (bar && from < bar.to + (isNarrow ? 1 : 0)) {
      bar.to = Math.max(bar.to, to);
      if (mark.open) bar.mark = mark;
      continue;
    }
    if (bar) draw(name);
    bars.set(name, { mark, from, to });
  }
  for (const name of bars.keys()) draw(name);
  return drawnOrder.flatMap((tone) => paths.has(tone) ? [[tone, paths.get(tone)!]] : []);
}

/** The marks no farther than `reach` milliseconds from a moment, the one to open first. */
export function marksNear(marks: readonly Mark[], time: number, reach: number): Mark[] {
  const distance = (mark: Mark) => Math.max(0, mark.start - time, time - mark.end);
  // Of several that cover the moment, the shortest: the longer ones can be reached beside it.
  return marks.filter((mark) => distance(mark) <= reach)
    .sort((a, b) => distance(a) - distance(b) || a.end - a.start - (b.end - b.start));
}
