/**
 * A table on a terminal.
 *
 * @module
 */

import type { Output } from "./io.ts";
import { bold } from "./style.ts";
import { clip, pad, printable, textWidth } from "./text.ts";

/** A column: its title and how it yields when the terminal is narrow. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /**
   * Where the table is too wide, columns with this are cut: to this many characters, the rightmost
   * first. Others, and what people copy, stay whole as long as possible.
   */
  readonly widthMin?: number;
}

const gap = "  ";

/** Prints rows under their titles, cut to the terminal's width; blanks at the end are left out. */
export function printTable(
  output: Output,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): void {
  const cells = rows.map((row) => row.map(printable));
  const widths = columnWidths(columns, cells, output.columns);
  const titles = columns.map((column) => column.title);
  output.write(`${bold(output, line(titles, columns, widths))}\n`);
  for (const row of cells) output.write(`${line(row, columns, widths)}\n`);
}

function line(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): string {
  const padded = columns.map((column, index) => {
    const width = widths[index] ?? 0;
    return pad(clip(cells[index] ?? "", width), width, column.align);
  });
  return padded.join(gap).trimEnd();
}

/** Every column as wide as its widest cell; those that may be cut give way, the rightmost first. */
function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  columnsMax: number,
): number[] {
  const widths = columns.map((column, index) =>
    rows.reduce(
      (width, row) => Math.max(width, textWidth(row[index] ?? "")),
      textWidth(column.title),
    )
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) +
    gap.length * (columns.length - 1) - columnsMax;
  for (let index = columns.length - 1; index >= 0 && excess > 0; index--) {
    const width = widths[index]!;
    const cut = Math.min(excess, Math.max(0, width - (columns[index]!.widthMin ?? width)));
    widths[index] = width - cut;
    excess -= cut;
  }
  return widths;
}
