/**
 * Light, dark, or as the reader's system says.
 *
 * @module
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { readSetting, writeSetting } from "./settings.ts";

/** A choice of theme. */
export type Theme = "auto" | "light" | "dark";

const current = signal<Theme>("auto");

/** The theme chosen. */
export const theme: ReadonlySignal<Theme> = current;

/** Applies the theme that was chosen in an earlier visit. */
export function restoreTheme(): void {
  const kept = readSetting("theme");
  apply(kept === "light" || kept === "dark" ? kept : "auto");
}

/** Changes the theme, and remembers it where the browser allows. */
export function setTheme(next: Theme): void {
  apply(next);
  writeSetting("theme", next === "auto" ? null : next);
}

function apply(next: Theme): void {
  current.value = next;
  const root = document.documentElement;
  if (next === "auto") delete root.dataset["theme"];
  else root.dataset["theme"] = next;
}
