/**
 * The theme that was chosen in an earlier visit.
 *
 * @module
 */

import { readSetting } from "./settings.ts";

/** A choice of theme. */
export type Theme = "auto" | "light" | "dark";

/** The choice that was kept; `auto` where none was. */
export function keptTheme(): Theme {
  const kept = readSetting("theme");
  return kept === "light" || kept === "dark" ? kept : "auto";
}

/** Shows the page in the theme that was kept. */
export function showKeptTheme(): void {
  showTheme(keptTheme());
}

/** Shows the page in a theme. */
export function showTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}
