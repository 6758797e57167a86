/**
 * Follows a session that is recorded: tells when to read it again.
 *
 * @module
 */

import { effect } from "@preact/signals";
import { liveState, setLiveState } from "../state/live.ts";
import { ask, RefusedError } from "./server_api.ts";

/** Least time between two readings, in milliseconds. */
export const refresh_ms = 1000;

/** How many times longer than a reading takes the time until the next one is. */
const restFactor = 4;

/** When a stream that the browser gave up is asked for again, in milliseconds. */
const reopen_ms = 2000;

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
 * @param path The session's route.
 * @param refresh Reads the session again. Called when something came, one call at a time, with rests
 * between that grow with the time that it takes.
 * @returns The way to stop.
 */
export function followSession(path: string, refresh: () => Promise<void>): () => void {
  let events: EventSource;
  let lastId = "";
  let isNew = false;
  let isBusy = false;
  let isStopped = false;
  /** Counts the endings, so that an answer that comes after one opens nothing. */
  let endings = 0;
  let notBefore = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;

  const look = () => {
    if (!isNew || isBusy || isStopped || document.hidden || liveState.peek() !== "live") return;
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(0, notBefore - performance.now()));
  };
  const run = async () => {
    isNew = false;
    isBusy = true;
    const start = performance.now();
    try {
      await refresh();
    } catch (error) {
      // What is on screen stays; the next try is after the rest.
      isNew = true;
      if (!isStopped) tell(error);
    }
    const took = performance.now() - start;
    notBefore = performance.now() + Math.max(refresh_ms, took * restFactor);
    isBusy = false;
    look();
  };
  const end = () => {
    endings += 1;
    clearTimeout(timer);
    clearTimeout(reopening);
    events.close();
  };
  const tell = (error: unknown) => {
    if (!(error instanceof RefusedError && error.status === 404)) return;
    end();
    setLiveState("gone");
  };
  const open = () => {
    const from = lastId ? `?last_event_id=${encodeURIComponent(lastId)}` : "";
    events = new EventSource(`${path}/stream${from}`);
    events.onopen = () => {
      setLiveState("live");
      // Something may have come before the stream began; where nothing did, the answer is short.
      isNew = true;
      look();
    };
    events.onerror = () => {
      // Browsers ask again by themselves, unless the answer was a refusal.
      if (events.readyState === EventSource.CLOSED) reopen();
      else setLiveState("lost");
    };
    events.addEventListener("begin", (event) => lastId = event.lastEventId);
    for (const kind of news) {
      events.addEventListener(kind, (event) => {
        lastId = event.lastEventId;
        isNew = true;
        look();
      });
    }
    events.addEventListener("gone", () => {
      end();
      setLiveState("gone");
    });
  };
  const reopen = () => {
    const asked = endings;
    ask(path).then(() => {
      if (asked !== endings) return;
      // It answers, and may only have no stream left: then what came is asked for.
      setLiveState("live");
      isNew = true;
      look();
      reopening = setTimeout(open, reopen_ms);
    }, (error) => {
      if (asked !== endings) return;
      setLiveState("lost");
      reopening = setTimeout(reopen, reopen_ms);
      tell(error);
    });
  };
  // A page out of sight follows nothing: browsers allow a server few connections over all pages.
  const onVisibility = () => {
    if (liveState.peek() === "gone") return;
    end();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  const stopWatching = effect(() => {
    if (liveState.value === "live") look();
  });
  return () => {
    isStopped = true;
    stopWatching();
    document.removeEventListener("visibilitychange", onVisibility);
    end();
  };
}
