/**
 * Keeping the current one of a row of links in sight where the row is wider than the window.
 *
 * @module
 */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Scrolls the link that is marked as current into its row, whenever `current` changes. Only the row
 * itself is moved, never the page around it.
 */
export function useCurrentInSight<Row extends HTMLElement>(
  current: string,
): RefObject<Row | null> {
  const row = useRef<Row>(null);
  useEffect(() => {
    const link = row.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (!row.current || !link || row.current.scrollWidth <= row.current.clientWidth) return;
    const from = row.current.getBoundingClientRect();
    const box = link.getBoundingClientRect();
    row.current.scrollLeft += box.left + box.width / 2 - (from.left + from.width / 2);
  }, [current]);
  return row;
}
