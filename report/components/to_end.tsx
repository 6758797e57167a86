/**
 * The way to the end of a list that grows.
 *
 * @module
 */

import type { RefObject, VNode } from "preact";
import { liveState } from "../state/live.ts";
import type { VirtualScroll } from "./virtual_scroll.ts";

/** A button to the last row, where a list that is recorded is looked at elsewhere. */
export function ToEnd(
  { scroll, rows, grid }: {
    scroll: VirtualScroll;
    rows: number;
    grid: RefObject<HTMLElement | null>;
  },
): VNode | null {
  if (liveState.value !== "live" || scroll.isAtEnd) return null;
  return (
    <button
      type="button"
      class="button to-end"
      title="Go to the last row, and stay there while rows come"
      onClick={() => {
        scroll.reveal(rows - 1);
        grid.current?.focus();
      }}
    >
      Follow the end
    </button>
  );
}
