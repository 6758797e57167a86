/**
 * Table rows as JSON, and as Markdown for a ticket.
 *
 * @module
 */

import type { Column } from "./columns.ts";
import { plainText } from "./text.tsx";

/** Most rows that are copied at once. */
export const copyRowsMax = 2000;

/** Longest cell in a Markdown table, in UTF-16 units. */
export const markdownCellLengthMax = 300;

/** Rows as indented JSON. */
export function rowsToJson(rows: readonly unknown[]): string {
  return JSON.stringify(rows, null, 2);
}

/** Rows as a Markdown table of the columns that have a text. */
export function rowsToMarkdown<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): string {
  const shown = columns.filter((column) => column.text);
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(shown.map((column) => markdownCell(column.title))),
    line(shown.map((column) => column.align === "right" ? "---:" : "---")),
    ...rows.map((row) => line(shown.map((column) => markdownCell(column.text!(row))))),
  ].join("\n") + "\n";
}

/** Text that cannot break out of its cell, nor become markup, a mention or a link. */
export function markdownCell(text: string): string {
  const cut = text.length > markdownCellLengthMax
    ? `${text.slice(0, markdownCellLengthMax)}…`
    : text;
  return plainText(cut.replace(/\s+/g, " ")).replace(/[\\`*_{}[\]<>|#!~@&]/g, "\\$&").trim();
}
