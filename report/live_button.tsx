/**
 * Tells whether the page follows its session, and stops it or goes on.
 *
 * @module
 */

import type { VNode } from "preact";
import { type LiveState, liveState, togglePaused } from "./state/live.ts";

const words: Readonly<Record<NonNullable<LiveState>, readonly [word: string, hint: string]>> = {
  live: ["Live", "Shows what is recorded as it comes: click to pause"],
  paused: ["Paused", "Shows the session as it was: click to go on"],
  lost: ["No connection", "The server does not answer: it is asked again and again"],
  gone: ["Removed", "The session was removed: this is what was read of it last"],
};

/** The button; nothing on a page that follows nothing. */
export function LiveButton(): VNode | null {
  const state = liveState.value;
  if (!state) return null;
  const [word, hint] = words[state];
  const isFixed = state === "gone";
  return (
    <button
      type="button"
      class={`button live live-${state}`}
      title={hint}
      aria-pressed={isFixed ? undefined : state !== "paused"}
      disabled={isFixed}
      onClick={togglePaused}
    >
      {word}
    </button>
  );
}

const sentences: Partial<Record<NonNullable<LiveState>, string>> = {
  lost: "The server does not answer; it is asked again and again. Is planloop web still running? " +
    "What was read of it last is still here.",
  gone:
    "This session was removed from its home. What was read of it last is still here; a reload " +
    "would lose it.",
};

/** Says what became of the connection where that matters; said to screen readers, too. */
export function LiveNote(): VNode | null {
  const state = liveState.value;
  // Always there on a page that follows: only what changes inside is said.
  return state && <p class="live-note" role="status">{sentences[state]}</p>;
}
