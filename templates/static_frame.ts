/**
 * The words and shapes of the app's frame, for the view that is there before any script. A test
 * holds them equal to the app's own.
 *
 * @module
 */

import type { Counts } from "../lib/bundle/header.ts";
// Under another name, as formatters re-indent "html" templates, and white space shows here.
import { html as markup, type SafeHtml } from "./escape.ts";

/** A circle, the frame of several marks. */
const circle = "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6z";

/** One entry of the rail. */
export interface RailEntry {
  title: string;
  /** The icon's path on a 16 × 16 grid. */
  icon: string;
  count?: keyof Counts;
  failed?: keyof Counts;
}

/** The rail, in the app's order. */
export const railEntries: readonly RailEntry[] = [
  {
    title: "Overview",
    icon: "M2.5 2.5h4.5v5h-4.5zM9 2.5h4.5v3h-4.5zM9 8h4.5v5.5h-4.5zM2.5 10h4.5v3.5h-4.5z",
  },
  {
    title: "Tasks",
    icon: "M2.5 4l1.2 1.2 2-2.4M2.5 9.5l1.2 1.2 2-2.4M8 4.2h5.5M8 9.7h5.5",
    count: "tasks",
  },
  { title: "Plan", icon: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3M6 8h4M6 11h4" },
  { title: "Logs", icon: "M2.5 3.5h11M2.5 6.5h11M2.5 9.5h7M2.5 12.5h9", count: "logs" },
  {
    title: "LLM calls",
    icon: "M2.5 3h11v7.5h-6l-3 2.7v-2.7h-2zM5.5 6.7h.1M8 6.7h.1M10.5 6.7h.1",
    count: "llm_calls",
    failed: "llm_failed",
  },
  {
    title: "Performance",
    icon: "M2.5 13.5h11M4 13v-4M7 13v-8M10 13v-5.5M13 13v-10",
    count: "metrics",
  },
  {
    title: "Traces",
    icon: "M2.5 3.5h6M5 6.5h5M7 9.5h3M8.5 12.5h5",
    count: "traces",
    failed: "traces_failed",
  },
  {
    title: "Errors",
    icon: "M5.5 2h5l3.5 3.5v5l-3.5 3.5h-5l-3.5-3.5v-5zM8 5v3.6M8 11h.1",
    count: "errors",
    failed: "errors",
  },
  {
    title: "Locks",
    icon: "M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2",
    count: "lock_requests",
  },
  {
    title: "Changes",
    icon: "M4.5 2.5v5M2 5h5M9 11h5M12.5 2.5l-9 11",
    count: "changes",
  },
  {
    title: "Data problems",
    icon: "M8 2.2l6.2 11.3h-12.4zM8 6.5v3.2M8 11.6h.1",
    count: "problems",
    failed: "problems",
  },
  { title: "About", icon: `${circle}M8 7.4v3.4M8 5.2h.1` },
];

/** The shapes that stand for how something went. */
export const toneIcons = {
  ok: `${circle}M5.4 8.2l1.8 1.8l3.4-4`,
  error: "M5.5 2h5l3.5 3.5v5l-3.5 3.5h-5l-3.5-3.5v-5zM8 5v3.6M8 11h.1",
  warning: "M8 2.2l6.2 11.3h-12.4zM8 6.5v3.2M8 11.6h.1",
  info: `${circle}M8 7.4v3.4M8 5.2h.1`,
  running: `${circle}M8 5a3 3 0 0 1 0 6z`,
  neutral: `${circle}M5.5 8h5`,
} as const;

/** How something went. */
export type StaticTone = keyof typeof toneIcons;

/** How icons are drawn where a server's policy refuses the page's style. */
export const iconLook: SafeHtml =
  markup`fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"`;

/** An icon, drawn in the colour of the text around it. */
export function iconHtml(path: string, size: number): SafeHtml {
  return markup`<svg class="icon" width="${size}" height="${size}" viewBox="0 0 16 16" ${iconLook}>${markup`<path d="${path}"/></svg>`}`;
}

/** A tone's shape. */
export function toneHtml(tone: StaticTone, size: number): SafeHtml {
  return markup`<span class="tone-icon tone-${tone}">${iconHtml(toneIcons[tone], size)}</span>`;
}
