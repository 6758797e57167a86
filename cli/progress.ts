/**
 * A progress bar on stderr, for work that takes long enough to wonder.
 *
 * @module
 */

import type { Output } from "./io.ts";
import { clip } from "./text.ts";

/** Work shorter than this shows no bar, in milliseconds. */
const delayMs = 300;

/** Least time between two drawings, in milliseconds. */
const intervalMs = 100;

const barColumns = 24;

/** A bar that draws itself on a terminal and nowhere else. */
export interface Progress {
  /**
   * @param fraction How much is done, from 0 to 1.
   * @param what Says what is being done; asked only when the bar is drawn.
   */
  update(fraction: number, what: () => string): void;
  /** Takes the bar off the screen. */
  end(): void;
}

/**
 * Starts a bar. Without a terminal, or with `quiet`, nothing is ever drawn.
 *
 * @param now The time in milliseconds, from any fixed moment.
 */
export function startProgress(
  output: Output,
  { quiet = false, now = () => performance.now() }: { quiet?: boolean; now?: () => number } = {},
): Progress {
  if (quiet || !output.isTerminal) return { update() {}, end() {} };
  const started = now();
  let drawn = -Infinity;
  let isShown = false;
  return {
    update(fraction, what) {
      const time = now();
      if (time - started < delayMs || time - drawn < intervalMs) return;
      drawn = time;
      isShown = true;
      output.write(`\r${bar(fraction, what(), output.columns)}\x1b[K`);
    },
    end() {
      if (isShown) output.write("\r\x1b[K");
      isShown = false;
    },
  };
}

function bar(fraction: number, what: string, columns: number): string {
  const done = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(done * barColumns);
  const percent = `${Math.floor(done * 100)}%`.padStart(4);
  const text = `${"█".repeat(filled)}${"░".repeat(barColumns - filled)} ${percent}  ${what}`;
  return clip(text, columns - 1);
}
