/**
 * Which rows of a long list are on screen. Browsers stop at some millions of pixels, so the list's
 * height is capped; beyond the cap the scroll bar moves over the list in proportion, while wheel
 * and keys still move by rows.
 *
 * @module
 */

import type { RefObject } from "preact";
import { liveState } from "../state/live.ts";
import { printedRowsMax, printing, widthHere } from "../state/printing.ts";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Height of a row, in CSS pixels. */
export const rowHeight = 28;

/** Tallest list, in CSS pixels; Firefox stops at 17.8 million. */
export const spacerHeightMax = 8_000_000;

/** Rows drawn above and below what is seen. */
export const overscanRows = 1;

/** Most rows in the page at once, whatever the window's height. */
export const drawnRowsMax = 60;

/** What to draw. */
export interface VirtualScroll {
  /** Height of the element that holds the rows. */
  height: number;
  first: number;
  /** The row after the last one. */
  end: number;
  /** Distance of a row from the top of that element. */
  top(row: number): number;
  /** Rows that fit on the screen. */
  pageRows: number;
  /** The scroll container's width, for dropping columns. */
  width: number;
  /** Whether the last row is on screen. */
  isAtEnd: boolean;
  /** Moves the least that brings a row on screen. */
  reveal(row: number): void;
}

/** The geometry without a browser: pure, so it can be tested. */
export interface ScrollGeometry {
  height: number;
  /** Pixels of list for a pixel of scroll bar, 1 up to the cap. */
  scale: number;
  /** Largest distance of the list's top edge from the window's, in list pixels. */
  offsetMax: number;
}

/** Works out a list's height and scale. */
export function scrollGeometry(rows: number, viewHeight: number): ScrollGeometry {
  const real = rows * rowHeight;
  const height = Math.min(real, spacerHeightMax);
  const offsetMax = Math.max(0, real - viewHeight);
  const barMax = Math.max(0, height - viewHeight);
  return { height, scale: barMax > 0 ? offsetMax / barMax : 1, offsetMax };
}

/**
 * Follows a scroll container that has a head of `headHeight` pixels stuck to its top.
 *
 * @param isFetched Rows have to be fetched, so that only those in sight are there at any time.
 */
export function useVirtualScroll(
  container: RefObject<HTMLElement | null>,
  rows: number,
  headHeight: number,
  isFetched = false,
): VirtualScroll {
  const [current, setView] = useState({ height: 600, width: 0, scrollTop: 0, offset: 0 });
  const isPrinting = printing.value !== "";
  const onScreen = useRef(current);
  if (!isPrinting) onScreen.current = current;
  // Paper changes sizes and scrolls; what counts there is what was in sight on screen.
  const view = onScreen.current;
  const place = useRef({ offset: 0, scrollTop: 0 });
  const bodyHeight = Math.max(rowHeight, view.height - headHeight);
  const geometry = scrollGeometry(rows, bodyHeight);

  const moveTo = (offset: number) => {
    const element = container.current;
    if (!element) return;
    const next = Math.min(Math.max(0, offset), geometry.offsetMax);
    element.scrollTop = next / geometry.scale;
    place.current = { offset: next, scrollTop: element.scrollTop };
    setView((old) => ({ ...old, ...place.current }));
  };

  // Who stands at the end of a list that grows while it is recorded stays there.
  const endBefore = useRef(geometry.offsetMax);
  useLayoutEffect(() => {
    const before = endBefore.current;
    endBefore.current = geometry.offsetMax;
    const isAtEnd = before > 0 && place.current.offset >= before - 1;
    if (liveState.peek() === "live" && isAtEnd && geometry.offsetMax > before) {
      moveTo(geometry.offsetMax);
    }
  }, [geometry.offsetMax]);

  useLayoutEffect(() => {
    const element = container.current!;
    const onScroll = () => {
      const { scrollTop } = element;
      // Our own move: its exact offset is known already; the bar's position is coarser.
      if (Math.abs(scrollTop - place.current.scrollTop) < 1) return;
      place.current = { scrollTop, offset: scrollTop * geometry.scale };
      setView((old) => ({ ...old, ...place.current }));
    };
    const onWheel = (event: WheelEvent) => {
      if (geometry.scale === 1 || event.ctrlKey || event.deltaY === 0) return;
      const unit = event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? bodyHeight : 1;
      event.preventDefault();
      moveTo(place.current.offset + event.deltaY * unit);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      element.removeEventListener("scroll", onScroll);
      element.removeEventListener("wheel", onWheel);
    };
  }, [geometry.scale, geometry.offsetMax, bodyHeight]);

  useLayoutEffect(() => {
    const element = container.current!;
    const measure = () =>
      setView((old) => ({ ...old, height: element.clientHeight, width: element.clientWidth }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (!isPrinting) return;
    const { offset } = place.current;
    return () => moveTo(offset);
  }, [isPrinting]);
  // Fewer rows than before, after a filter: the browser clamps the bar, the offset follows.
  const offset = Math.min(view.offset, geometry.offsetMax);
  const scrollTop = Math.min(view.scrollTop, Math.max(0, geometry.height - bodyHeight));
  const first = Math.max(0, Math.floor(offset / rowHeight) - overscanRows);
  const seenEnd = Math.ceil((offset + bodyHeight) / rowHeight);
  const end = Math.min(rows, seenEnd + overscanRows, first + drawnRowsMax);
  if (printing.value === "all" || (isPrinting && !isFetched)) {
    const from = Math.max(0, Math.min(Math.floor(offset / rowHeight), rows - printedRowsMax));
    return onPaper(from, Math.min(rows, from + printedRowsMax));
  }
  if (isPrinting) return onPaper(first, end);
  return {
    height: geometry.height,
    first,
    end,
    top: (row) => scrollTop + row * rowHeight - offset,
    pageRows: Math.max(1, Math.floor(bodyHeight / rowHeight)),
    width: view.width,
    isAtEnd: offset >= geometry.offsetMax - 1,
    reveal: (row) => {
      const from = place.current.offset;
      const top = row * rowHeight;
      if (top < from) moveTo(top);
      else if (top + rowHeight > from + bodyHeight) moveTo(top + rowHeight - bodyHeight);
    },
  };
}

/** On paper nothing scrolls: the rows one below the other. */
function onPaper(first: number, end: number): VirtualScroll {
  return {
    height: (end - first) * rowHeight,
    first,
    end,
    top: (row) => (row - first) * rowHeight,
    pageRows: end - first,
    width: widthHere(Infinity),
    isAtEnd: true,
    reveal: () => {},
  };
}
