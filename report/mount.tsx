/**
 * Puts the app in the place of the static first view.
 *
 * @module
 */

import { render } from "preact";
import type { DataSource } from "../lib/bundle/data_source.ts";
import { App } from "./app.tsx";
import { defineIcons } from "./components/icon.tsx";
import type { SessionsSource } from "./data/sessions_source.ts";
import { showFailure } from "./load_failure.ts";
import { SessionsApp } from "./sessions_app.tsx";
import { startRouting } from "./state/route.ts";

/** The id of the element that holds the static first view, then the app. */
export const rootElementId = "planloop";

/** Replaces the static first view; both draw the same frame, so nothing jumps. */
export function mount(source: DataSource | SessionsSource): void {
  const root = document.getElementById(rootElementId);
  if (!root) throw new Error(`Cannot start the app: the page has no element "${rootElementId}".`);
  startRouting();
  defineIcons(document.documentElement);
  const still = [...root.childNodes];
  root.replaceChildren();
  try {
    render("head" in source ? <SessionsApp sessions={source} /> : <App source={source} />, root);
  } catch (error) {
    // Better what was there than an empty page.
    root.replaceChildren(...still);
    showFailure(error);
  }
}
