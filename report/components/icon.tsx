/**
 * The app's icons: one path each, drawn in the colour of the text around them.
 *
 * @module
 */

import type { VNode } from "preact";

/** Paths on a 16 × 16 grid, drawn with a 1.5 px line. */
export const iconPaths = {
  overview: "M2.5 2.5h4.5v5h-4.5zM9 2.5h4.5v3h-4.5zM9 8h4.5v5.5h-4.5zM2.5 10h4.5v3.5h-4.5z",
  tasks: "M2.5 4l1.2 1.2 2-2.4M2.5 9.5l1.2 1.2 2-2.4M8 4.2h5.5M8 9.7h5.5",
  plan: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3M6 8h4M6 11h4",
  logs: "M2.5 3.5h11M2.5 6.5h11M2.5 9.5h7M2.5 12.5h9",
  llm: "M2.5 3h11v7.5h-6l-3 2.7v-2.7h-2zM5.5 6.7h.1M8 6.7h.1M10.5 6.7h.1",
  performance: "M2.5 13.5h11M4 13v-4M7 13v-8M10 13v-5.5M13 13v-10",
  traces: "M2.5 3.5h6M5 6.5h5M7 9.5h3M8.5 12.5h5",
  errors: "M5.5 2h5l3.5 3.5v5l-3.5 3.5h-5l-3.5-3.5v-5zM8 5v3.6M8 11h.1",
  locks: "M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2",
  changes: "M4.5 2.5v5M2 5h5M9 11h5M12.5 2.5l-9 11",
  problems: "M8 2.2l6.2 11.3h-12.4zM8 6.5v3.2M8 11.6h.1",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM10.4 10.4l3.1 3.1",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  link:
    "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.8-.8",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  sun:
    "M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM8 1.2v1.3M8 13.5v1.3M1.2 8h1.3M13.5 8h1.3M3.2 3.2l.9.9M11.9 11.9l.9.9M3.2 12.8l.9-.9M11.9 4.1l.9-.9",
  moon: "M13 9.6a5.5 5.5 0 0 1-6.6-6.6a5.5 5.5 0 1 0 6.6 6.6z",
  auto: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM8 2.2v11.6",
  back: "M9.5 3.5l-4.5 4.5l4.5 4.5",
  chevron: "M6 4l4 4l-4 4",
  down: "M4 6l4 4l4-4",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  check: "M3.5 8.5l3 3l6-7",
  clock: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM8 5v3.2l2.2 1.3",
  external: "M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3l-6 6",
  ok: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM5.4 8.2l1.8 1.8l3.4-4",
  info: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM8 7.4v3.4M8 5.2h.1",
  running: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM8 5a3 3 0 0 1 0 6z",
  neutral: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6zM5.5 8h5",
} as const;

/** An icon's name. */
export type IconName = keyof typeof iconPaths;

/** An icon. It says nothing to a screen reader: the words beside it do. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): VNode {
  return <i class="icon" style={iconStyle(name, size)} />;
}

/** The style of an element of the class `icon-before`: the icon stands before what it holds. */
export function iconStyle(name: IconName, size = 14): string {
  return `--icon:var(--icon-${name});--icon-size:${size}px`;
}

/**
 * Makes the icons known to the styles, as masks: an icon is one element then, or none where it
 * stands before its words.
 */
export function defineIcons({ style }: HTMLElement): void {
  for (const [name, path] of Object.entries(iconPaths)) {
    const image = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" ` +
      `stroke="red" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">` +
      `<path d="${path}"/></svg>`;
    style.setProperty(
      `--icon-${name}`,
      `url("data:image/svg+xml,${encodeURIComponent(image)}")`,
    );
  }
}
