/**
 * Lists of any length in portions: the first entries, and a button that says how many are left. On
 * paper all of them.
 *
 * @module
 */

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { printedFoldMax, printing } from "../state/printing.ts";

/** Entries that a click adds, for each that was there at first. */
const growth = 10;

/** How much of a list is drawn. */
export interface Portion {
  /** Entries to draw. */
  shown: number;
  /** The button for more of them; null where none is left. */
  more: VNode | null;
}

/**
 * The part of a list that is drawn.
 *
 * @param total Entries of the list.
 * @param first Entries drawn at first.
 * @param noun What they are, in the plural: `paths`. Default: nothing is said.
 */
export function usePortion(total: number, first: number, noun = ""): Portion {
  const [added, setAdded] = useState(0);
  const all = printing.value !== "" && total <= printedFoldMax;
  const shown = all ? total : Math.min(total, first + added);
  const rest = total - shown;
  const next = Math.min(rest, growth * first);
  const more = rest > 0
    ? (
      <button type="button" class="fold" onClick={() => setAdded(added + next)}>
        Show {next < rest ? `${next.toLocaleString("en")} of ` : ""}
        {rest.toLocaleString("en")} more {noun}
      </button>
    )
    : null;
  return { shown, more };
}
