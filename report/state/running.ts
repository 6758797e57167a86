/**
 * What still runs, in a session that is followed. In a report nothing does.
 *
 * @module
 */

import { signal } from "@preact/signals";
import { type Context, createContext } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { TraceRow } from "../../lib/bundle/sections.ts";
import type { EpochMs } from "../../lib/format/mod.ts";
import { type Loaded, useData, useSection } from "../data/context.ts";
import { liveState } from "./live.ts";

/** How often what runs grows on screen, in milliseconds. */
const tick_ms = 1000;

/** The word for something that has no end, though its process lives. */
export const runningWord = "still running";

/** The word for something that has no end. */
export const neverEnded = "never ended";

/** The word for spans without an end in the part of the page that is about one trace. */
export const OpenWord: Context<string> = createContext(neverEnded);

const now = signal(0);

/** Now, or when it was last followed, where something runs; else null. Subscribes the caller. */
function useNow(): EpochMs | null {
  const isRunning = (useData().header.running ?? []).length > 0;
  const isFollowed = isRunning && liveState.value === "live";
  useEffect(() => {
    if (!isFollowed) return;
    const tick = () => void (now.value = Date.now());
    tick();
    const timer = setInterval(tick, tick_ms);
    return () => clearInterval(timer);
  }, [isFollowed]);
  return isRunning ? now.value : null;
}

/** A trace, and whether its process lives, as far as is known. */
export interface FollowedTrace extends TraceRow {
  running?: true;
}

/** The session's traces; those that run have lasted until now. */
export function useTraces(): Loaded<FollowedTrace[]> {
  const traces = useSection("traces");
  const { running } = useData().header;
  const time = useNow();
  return useMemo(() => {
    if (time === null || !traces.value) return traces;
    const ids = new Set(running);
    const value = traces.value.map((row): FollowedTrace =>
      ids.has(row.trace_id)
        ? { ...row, end: Math.max(row.end ?? 0, time) || null, running: true }
        : row
    );
    return { ...traces, value };
  }, [traces.value, traces.error, traces.loading, running, time]);
}
