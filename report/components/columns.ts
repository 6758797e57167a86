/**
 * What a table shows: its columns and its rows.
 *
 * @module
 */

import type { ComponentChildren } from "preact";

/** A column of a {@linkcode DataTable}. */
export interface Column<Row> {
  /** Short and stable: it appears in links, such as `duration`. */
  id: string;
  title: string;
  /** What the cell shows. Recorded text goes through `Text`. */
  cell(row: Row): ComponentChildren;
  /** Further classes of the cell itself, so that its text needs no element of its own. */
  look?(row: Row): string | undefined;
  /** The style of the cell itself, such as the properties of a bar that is drawn in it. */
  style?(row: Row): string;
  /** What the pointer sees on the cell; for values that the cell itself shows shortened. */
  hint?(row: Row): string | undefined;
  /** The cell as plain text, for searching and copying. Absent: the column takes no part in either. */
  text?(row: Row): string;
  /** What the column is sorted by; null sorts last. Absent: no sorting by this column. */
  sort?(row: Row): number | string | null;
  /** For virtual rows, whose order the caller decides: whether the header offers sorting. */
  sortable?: boolean;
  /** Default `left`; `right` for figures. */
  align?: "left" | "right";
  /** In CSS pixels; without it the column shares the room that is left. */
  width?: number;
  /** Least width of a column without a width, in CSS pixels; default 160. */
  minWidth?: number;
  /** Set in the monospaced face. */
  mono?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Shown only where the table is wide (720 px or more), so not beside an open drawer. */
  wideOnly?: boolean;
}

/** Rows that exist only when asked for, already filtered and sorted by the caller. */
export interface VirtualRows<Row> {
  readonly length: number;
  at(index: number): Row;
}

/** Properties of a {@linkcode DataTable}. */
export interface DataTableProps<Row> {
  /** An array is searched and sorted by the table itself; virtual rows by the caller. */
  rows: readonly Row[] | VirtualRows<Row>;
  columns: readonly Column<Row>[];
  /** Unique and stable; becomes the key in the address. */
  rowKey(row: Row): string;
  /** What the table holds, for screen readers: `Errors`. */
  label: string;
  /** The open row's key. Default: the address's key. */
  selected?: string | null;
  /** Called when a row is opened, or with null when it is closed. Default: the address follows. */
  onSelect?(row: Row | null): void;
  /** Shown in place of rows where there are none at all; usually an `EmptyState`. */
  empty?: ComponentChildren;
  /** More of the toolbar, such as `Facets`; stands after the search box. */
  toolbar?: ComponentChildren;
  /** Prefix of this table's parameters in the address, where a page has several tables. */
  name?: string;
  /** Sorting at first: `duration`, or `-duration` for descending. Default: the rows' own order. */
  defaultSort?: string;
  /**
   * `page` (default) fills the height that is left and scrolls inside. `inline` is as high as its
   * rows, up to `rowsMax`, and has no toolbar.
   */
  variant?: "page" | "inline";
  /** Rows shown at once by an inline table; default 12. */
  rowsMax?: number;
  /** Total before filtering, for "12 of 340"; default: the array's length. */
  total?: number;
  /** What to copy for these rows, called before any copying; default: the rows themselves. */
  copyRows?(rows: Row[]): unknown[] | Promise<unknown[]>;
  /** Where the row with a key stands among virtual rows, -1 for nowhere; default: a search. */
  indexOfKey?(key: string): number;
  /** Marks a row: `error`, `warning`, `muted`. */
  tone?(row: Row): "error" | "warning" | "muted" | undefined;
  /** Width below which the toolbar's filters are menus, in CSS pixels; default 760. */
  compactWidth?: number;
  /** Label of the search box; default `Search`. */
  searchLabel?: string;
  /** What the rows are is not known yet: that there are none says nothing. */
  waiting?: boolean;
  /** New rows come at the end: where the reader is elsewhere, a button leads there. */
  hasTail?: boolean;
}

/** Sorting as it stands in the address: a column's id, with `-` in front for descending. */
export interface Sorting {
  id: string;
  descending: boolean;
}

/** Reads a sorting parameter; null where there is none. */
export function parseSorting(text: string): Sorting | null {
  if (!text) return null;
  return text.startsWith("-")
    ? { id: text.slice(1), descending: true }
    : { id: text, descending: false };
}

/** The inverse of {@linkcode parseSorting}. */
export function formatSorting(sorting: Sorting | null): string {
  return sorting ? `${sorting.descending ? "-" : ""}${sorting.id}` : "";
}
