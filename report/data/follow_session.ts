/**
 * Follows a session that is recorded: tells when to read it again.
 *
 * @module
 */

import { effect } from "@preact/signals";
import { liveState, setLiveState } from "../state/live.ts";

/** Least time between two readings, in milliseconds. */
export const refresh_ms = 1000;

/** How many times longer than a reading takes the time until the next one is. */
const restFactor = 4;

/** The kinds of events that say that something came. */
const news = [
  "logs",
  "performance",
  "traces",
  "llm",
  "errors",
  "diffs",
  "problems",
  "changed",
] as const;

/**
 * Follows a session's stream.
 *
 * @param refresh Reads the session again. Called when something came, one call at a time, with rests
 * between that grow with the time that it takes.
 * @returns The way to stop.
 */
export function followSession(stream: string, refresh: () => Promise<void>): () => void {
  const events = new EventSource(stream);
  let isNew = false;
  let isBusy = false;
  let isStopped = false;
  let notBefore = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = () => {
    if (!isNew || isBusy || isStopped || liveState.peek() !== "live") return;
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(0, notBefore - performance.now()));
  };
  const run = async () => {
    isNew = false;
    isBusy = true;
    const start = performance.now();
    try {
      await refresh();
    } catch {
      // The connection tells whether the server is lost; what is on screen stays.
      isNew = true;
    }
    const took = performance.now() - start;
    notBefore = performance.now() + Math.max(refresh_ms, took * restFactor);
    isBusy = false;
    look();
  };
  for (const kind of news) {
    events.addEventListener(kind, () => {
      isNew = true;
      look();
    });
  }
  events.addEventListener("gone", () => {
    events.close();
    setLiveState("gone");
  });
  events.addEventListener("open", () => {
    if (liveState.peek() !== "paused") setLiveState("live");
    look();
  });
  events.addEventListener("error", () => setLiveState("lost"));
  const stopWatching = effect(() => {
    if (liveState.value === "live") look();
  });
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stopWatching();
    events.close();
    setLiveState(null);
  };
}
