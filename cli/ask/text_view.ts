/**
 * Parts of the views on a terminal.
 *
 * @module
 */

import { humanClock, humanTime, parseTime } from "../../lib/format/mod.ts";
import type { Output } from "../io.ts";
import { bold } from "../style.ts";
import { type Column, printTable } from "../table.ts";
import { printable } from "../text.ts";

/** Rows of a table that are shown on a terminal; `--json` has all. */
export const rowsShownMax = 100;

/** Facts, each with its name in front; empty ones are left out. */
export function printFacts(
  output: Output,
  facts: readonly (readonly [name: string, value: string])[],
): void {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  for (const [name, value] of facts) {
    if (value !== "") output.write(`${bold(output, name.padEnd(width))}${printable(value)}\n`);
  }
}

/** Which rows of a long table are shown: the last of those by time, the first of those by weight. */
export type Shown = "first" | "last";

/** A table under its title; nothing where there are no rows. */
export function printSection(
  output: Output,
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { total = rows.length, shown }: { total?: number; shown: Shown },
): void {
  if (rows.length === 0) return;
  output.write(`\n${bold(output, `${title} (${total.toLocaleString("en")})`)}\n`);
  printRows(output, columns, rows, { total, shown });
}

/** A table of at most {@linkcode rowsShownMax} rows, and how many are not shown. */
export function printRows(
  output: Output,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { total = rows.length, shown }: { total?: number; shown: Shown },
): void {
  const hidden = (total - Math.min(rows.length, rowsShownMax)).toLocaleString("en");
  const isFirst = shown === "first";
  if (hidden !== "0" && !isFirst) output.write(`… ${hidden} before these; --json has them\n`);
  printTable(output, columns, isFirst ? rows.slice(0, rowsShownMax) : rows.slice(-rowsShownMax));
  if (hidden !== "0" && isFirst) output.write(`… and ${hidden} more; --json has them\n`);
}

/** A recorded moment, with its day: `2026-11-22 08:14:17.585`. */
export function moment(text: string | null | undefined): string {
  return humanTime(parseTime(text));
}

/** A recorded moment to the second. */
export function second(text: string | null | undefined): string {
  return moment(text).replace(/\.\d+$/, "");
}

/** A recorded moment without its day. */
export function clock(text: string | null | undefined): string {
  return humanClock(parseTime(text));
}

/** The name of a session in a row, where several sessions are listed. */
export function sessionColumn(several: boolean): Column[] {
  return several ? [{ title: "SESSION", widthMin: 12 }] : [];
}
