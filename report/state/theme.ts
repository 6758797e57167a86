/**
 * Light, dark, or as the reader's system says.
 *
 * @module
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { keptTheme, showTheme, type Theme } from "./kept_theme.ts";
import { writeSetting } from "./settings.ts";

export type { Theme };

const current = signal<Theme>("auto");

/** The theme chosen. */
export const theme: ReadonlySignal<Theme> = current;

/** Applies the theme that was chosen in an earlier visit. */
export function restoreTheme(): void {
  apply(keptTheme());
}

/** Changes the theme, and remembers it where the browser allows. */
export function setTheme(next: Theme): void {
  apply(next);
  writeSetting("theme", next === "auto" ? null : next);
}

function apply(next: Theme): void {
  current.value = next;
  showTheme(next);
}
