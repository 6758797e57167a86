/**
 * Whether what is on screen follows what is still recorded. Only a served page does.
 *
 * @module
 */

import { type ReadonlySignal, signal } from "@preact/signals";

/**
 * How the page follows: `live` as it is recorded, `paused` by the reader, `lost` as the server does
 * not answer, `gone` as the open session was removed. Null where nothing is followed.
 */
export type LiveState = "live" | "paused" | "lost" | "gone" | null;

const current = signal<LiveState>(null);

/** How the page follows. */
export const liveState: ReadonlySignal<LiveState> = current;

/** Says how the server answers; a reader's pause lasts until the reader ends it. */
export function setLiveState(state: "live" | "lost" | "gone"): void {
  if (current.peek() !== "paused" || state === "gone") current.value = state;
}

/** Stops following, or goes on. */
export function togglePaused(): void {
  const state = current.peek();
  if (state === "live" || state === "lost") current.value = "paused";
  else if (state === "paused") current.value = "live";
}
