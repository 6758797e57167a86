/**
 * Figures: human on screen, exact on hover.
 *
 * @module
 */

import type { VNode } from "preact";
import {
  humanBytes,
  humanClock,
  humanCost,
  humanCount,
  humanDuration,
  humanTime,
  isoTime,
} from "../../lib/format/human.ts";
import {
  distanceToNow,
  localClock,
  localTime,
  recordingStart,
  timeZone,
} from "../state/time_zone.ts";

/** A length of time in milliseconds; `–` for null and NaN. */
export function Duration({ ms }: { ms: number | null | undefined }): VNode {
  const known = typeof ms === "number" && Number.isFinite(ms);
  return known
    ? <span class="figure" title={`${ms} ms`}>{humanDuration(ms)}</span>
    : <Unknown title="No duration recorded" />;
}

/** A size in bytes. */
export function Bytes({ bytes }: { bytes: number | null | undefined }): VNode {
  return typeof bytes === "number"
    ? <span class="figure" title={`${humanCount(bytes)} bytes`}>{humanBytes(bytes)}</span>
    : <Unknown title="Size unknown" />;
}

/** A count with thousands set apart. */
export function Count({ value }: { value: number | null | undefined }): VNode {
  return typeof value === "number"
    ? <span class="figure">{humanCount(value)}</span>
    : <Unknown title="Not recorded" />;
}

/** Dollars; null is `unknown`, never 0. */
export function Cost({ dollars }: { dollars: number | null | undefined }): VNode {
  return typeof dollars === "number"
    ? <span class="figure" title={`${dollars} US dollars`}>{humanCost(dollars)}</span>
    : <span class="muted" title="The model's price is not known">unknown</span>;
}

/** Properties of {@linkcode Time}. */
export interface TimeProps {
  /** Milliseconds since the epoch; null and NaN are unknown. */
  value: number | null | undefined;
  /**
   * - `clock` (default): the time of day, for tables; relative, since the recording's start
   * - `full`: date and time; relative, `3 days ago`
   * - `relative`: `3 days ago`
   * - `offset`: since `from`, such as `+1.2 s`
   */
  mode?: "clock" | "full" | "relative" | "offset";
  /** What an offset counts from, in milliseconds since the epoch. */
  from?: number | null;
}

/** A moment, as the top bar says: in UTC, in the reader's zone or relative. The title is exact. */
export function Time({ value, mode = "clock", from }: TimeProps): VNode {
  const iso = isoTime(value);
  if (!iso) return <Unknown title="No time recorded" />;
  const time = value as number;
  return (
    <time
      class="figure"
      dateTime={iso}
      title={exactTime(time)}
    >
      {timeText(time, mode, from)}
    </time>
  );
}

/** A moment in every way there is, for the pointer. */
export function exactTime(time: number): string {
  return `${isoTime(time)} · ${localTime(time)} local · ${distanceToNow(time)}`;
}

/** The text of a {@linkcode Time}, for searching and copying. */
export function timeText(
  time: number,
  mode: TimeProps["mode"] = "clock",
  from?: number | null,
): string {
  const zone = timeZone.value;
  const start = mode === "offset" ? from : recordingStart.value;
  if (mode === "relative" || (zone === "relative" && mode === "full")) return distanceToNow(time);
  if ((mode === "offset" || zone === "relative") && typeof start === "number") {
    return `${time < start ? "−" : "+"}${humanDuration(Math.abs(time - start))}`;
  }
  const local = zone === "local";
  if (mode === "full") return local ? localTime(time) : humanTime(time);
  return local ? localClock(time) : humanClock(time);
}

function Unknown({ title }: { title: string }): VNode {
  return <span class="muted" title={title}>–</span>;
}
