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

/** A table under its title, of the last rows where there are many; nothing where there are none. */
export function printSection(
  output: Output,
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  total: number = rows.length,
): void {
  if (rows.length === 0) return;
  output.write(`\n${bold(output, `${title} (${total.toLocaleString("en")})`)}\n`);
  printRows(output, columns, rows, total);
}

/** A table of the last rows, and how many are not shown. */
export function printRows(
  output: Output,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  total: number = rows.length,
): void {
  const shown = rows.slice(-rowsShownMax);
  const hidden = total - shown.length;
  if (hidden > 0) {
    output.write(`… ${hidden.toLocaleString("en")} before these; --json has them\n`);
  }
  printTable(output, columns, shown);
}

/** A recorded moment, with its day: `2026-11-22 08:14:17.585`. */
export function moment(text: string | null | undefined): string {
  return humanTime(parseTime(text));
}

/** A recorded moment without its day. */
export function clock(text: string | null | undefined): string {
  return humanClock(parseTime(text));
}

/** The name of a session in a row, where several sessions are listed. */
export function sessionColumn(several: boolean): Column[] {
  return several ? [{ title: "SESSION", widthMin: 12 }] : [];
}
