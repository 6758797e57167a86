/**
 * Whether what is on screen follows a session that is still recorded. Only a served page does.
 *
 * @module
 */

import { type ReadonlySignal, signal } from "@preact/signals";

/**
 * How the page follows the open session: `live` as it is recorded, `paused` by the reader, `lost` as
 * the server does not answer, `gone` as the session was removed. Null where nothing is followed.
 */
export type LiveState = "live" | "paused" | "lost" | "gone" | null;

const current = signal<LiveState>(null);

/** How the open session is followed. */
export const liveState: ReadonlySignal<LiveState> = current;

/** Says how the open session is followed. */
export function setLiveState(state: LiveState): void {
  if (current.peek() !== "paused" || state !== "lost") current.value = state;
}

/** Stops following, or goes on. */
export function togglePaused(): void {
  const state = current.peek();
  if (state === "live" || state === "lost") current.value = "paused";
  else if (state === "paused") current.value = "live";
}
