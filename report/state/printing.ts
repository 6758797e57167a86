/**
 * Printing: what is folded on screen is whole on paper, and a table's rows stand one below the other.
 *
 * @module
 */

import { signal } from "@preact/signals";
import { options } from "preact";
import { useEffect } from "preact/hooks";

/** Most rows of a list on paper. */
export const printedRowsMax = 200;

/** Longest folded text, and most entries of a folded list, that are unfolded on paper. */
export const printedFoldMax = 100_000;

/** Most folds that are unfolded on paper; and how deep, where one holds others. */
const foldsMax = 500;
const roundsMax = 4;

/** How long the log's text is waited for, in milliseconds. */
const textWait_ms = 3000;

/**
 * Empty on screen. On paper: `all`, or `sight` where the browser gave no time to fetch more than
 * what is in sight.
 */
export const printing: { value: "" | "sight" | "all" } = signal<"" | "sight" | "all">("");

/** Width of A4 and of US Letter without margins, in CSS pixels, about. */
const paperWidth = 700;

/** A width on screen, or on paper, which has no time to measure itself. Subscribes the caller. */
export function widthHere(onScreen: number): number {
  return printing.value ? Math.min(onScreen, paperWidth) : onScreen;
}

/** Prints the view, with as many rows as go on paper. */
export async function printView(): Promise<void> {
  printing.value = "all";
  const end = performance.now() + textWait_ms;
  do await new Promise((drawn) => setTimeout(drawn, 50)); while (
    document.querySelector(".on-its-way") && performance.now() < end
  );
  print();
}

/** Makes the page ready whenever it is printed, and as it was afterwards. */
export function usePrinting(): void {
  useEffect(() => {
    let opened: HTMLElement[] = [];
    const before = () => {
      // The browser takes its picture right after this, so everything is drawn at once.
      const { debounceRendering } = options;
      options.debounceRendering = (draw) => draw();
      try {
        printing.value ||= "sight";
        opened = unfold();
      } finally {
        if (debounceRendering) options.debounceRendering = debounceRendering;
        else delete options.debounceRendering;
      }
    };
    const after = () => {
      for (const fold of opened.reverse()) if (fold.isConnected && isOpen(fold)) fold.click();
      opened = [];
      printing.value = "";
    };
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
}

/** Unfolds what is folded in the view, and returns what can be folded again. */
function unfold(): HTMLElement[] {
  const opened: HTMLElement[] = [];
  const seen = new Set<HTMLElement>();
  for (let round = 0; round < roundsMax; round++) {
    const folds = [...document.querySelectorAll<HTMLElement>(
      "main :is(.fold, .finding-more, .json-toggle, summary)",
    )].filter((fold) => !seen.has(fold) && !isOpen(fold) && sizeOf(fold) <= printedFoldMax);
    for (const fold of folds.slice(0, Math.max(0, foldsMax - seen.size))) {
      seen.add(fold);
      fold.click();
      if (fold.isConnected) opened.push(fold);
    }
  }
  return opened;
}

function isOpen(fold: HTMLElement): boolean {
  return fold.localName === "summary"
    ? (fold.parentElement as HTMLDetailsElement).open
    : fold.ariaExpanded === "true";
}

/** How much a fold holds, as it says itself. */
function sizeOf(fold: HTMLElement): number {
  return Number(/[\d,]*$/.exec(fold.textContent.replace(/[^\d,]+$/, ""))![0].replaceAll(",", ""));
}
