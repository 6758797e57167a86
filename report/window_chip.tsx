/**
 * The time window in the top bar, and the way out of it.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanDuration } from "../lib/format/human.ts";
import { Icon } from "./components/icon.tsx";
import { timeText } from "./components/quantity.tsx";
import { useData } from "./data/context.ts";
import { setTimeWindow, type TimeWindow, timeWindow } from "./state/time_window.ts";

/** Windows shorter than this are told to the millisecond. */
const preciseMax_ms = 10_000;

/** The window, with a way to remove it; nothing where none is set. */
export function WindowChip(): VNode | null {
  const { time_range } = useData().header;
  const window = timeWindow.value;
  if (!window) return null;
  const text = windowText(window, time_range);
  return (
    <button
      type="button"
      class="chip window-chip"
      aria-pressed="true"
      title="Tables show what happened in this time; tasks, plan and data problems are whole. Click to clear."
      onClick={() => setTimeWindow(null)}
    >
      <Icon name="clock" size={14} />
      <span class="offscreen">Time window</span>
      <span class="figure">{text}</span> <span class="window-clear">clear</span>
      <Icon name="close" size={12} />
    </button>
  );
}

/** The window in words: `14:02:10 – 14:03:05, 55.0 s`. With the dates where it spans several. */
export function windowText(
  window: TimeWindow,
  whole: { start: number | null; end: number | null },
): string {
  const since = window.since ?? whole.start;
  const until = window.until ?? whole.end;
  const ms = since === null || until === null ? null : Math.max(0, until - since);
  const days = [since, until, whole.start, whole.end].map((time) =>
    time === null ? "" : timeText(time, "full").slice(0, 10)
  );
  const mode = new Set(days.filter((day) => day)).size > 1 ? "full" : "clock";
  const say = (time: number | null, open: string) => {
    if (time === null) return open;
    const text = timeText(time, mode);
    return ms !== null && ms >= preciseMax_ms ? text.replace(/\.\d+$/, "") : text;
  };
  return `${say(window.since, "start")} – ${say(window.until, "end")}` +
    (ms === null ? "" : `, ${humanDuration(ms)}`);
}
