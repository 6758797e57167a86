/**
 * Tables of figures, for people and for documents.
 *
 * @module
 */

import process from "node:process";

/** A table; the first column names its rows. */
export interface Table {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Prints a table on standard output, as Markdown or in columns. */
export function printTable(
  { title, head, rows }: Table,
  { markdown }: { markdown: boolean },
): void {
  const all = [head, ...rows];
  const lines = markdown ? markdownLines(all) : alignedLines(all);
  process.stdout.write(`${markdown ? "" : `${title}\n`}${lines.join("\n")}\n\n`);
}

function markdownLines([head, ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head!), line(head!.map(() => "---")), ...rows.map(line)];
}

function alignedLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)
    );
    return `  ${cells.join("  ")}`;
  });
}

/** A figure with three digits or more; `–` where it was not measured. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
