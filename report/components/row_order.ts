/**
 * Searching and sorting rows that are all in memory.
 *
 * @module
 */

import type { Column, Sorting } from "./columns.ts";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The rows in whose shown or hidden columns the text occurs, without regard to case. */
export function searchRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  text: string,
): readonly Row[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return rows;
  return rows.filter((row) =>
    columns.some((column) => column.text?.(row).toLowerCase().includes(wanted))
  );
}

/** The rows in order; those without a value come last, whatever the direction. Stable. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const key = sorting && columns.find((column) => column.id === sorting.id)?.sort;
  if (!key) return rows;
  const direction = sorting.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: known(key(row)) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      return a.value === b.value ? 0 : a.value === null ? 1 : -1;
    }
    return direction * compare(a.value, b.value);
  });
  return keyed.map(({ row }) => row);
}

function known(value: number | string | null): number | string | null {
  return value === "" || Number.isNaN(value) ? null : value;
}

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : collator.compare(String(a), String(b));
}
