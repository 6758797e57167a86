/**
 * What a table remembers: its settings in the address, its rows in order, its cursor.
 *
 * @module
 */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useDataIfAny } from "../data/context.ts";
import { keepColumns, keptColumns } from "../state/kept_columns.ts";
import { liveState } from "../state/live.ts";
import { param, route, setParams } from "../state/route.ts";
import {
  type Column,
  type DataTableProps,
  formatSorting,
  parseSorting,
  type Sorting,
  type VirtualRows,
} from "./columns.ts";
import { searchRows, sortRows } from "./row_order.ts";
import type { VirtualScroll } from "./virtual_scroll.ts";

/** What the address says of a table. */
export interface TableSettings<Row> {
  search: string;
  sorting: Sorting | null;
  /** The columns to show, in order. */
  visible: readonly Column<Row>[];
  /** Whether the reader chose them. */
  chosen: boolean;
  set(name: "q" | "sort" | "cols", value: string | null): void;
}

/**
 * Reads a table's settings from the address; columns that it does not name are as the reader last
 * chose them. Subscribes the caller.
 */
export function useTableSettings<Row>(props: DataTableProps<Row>): TableSettings<Row> {
  const prefix = props.name ? `${props.name}.` : "";
  const session = useDataIfAny()?.header.session.id ?? "";
  const table = `${route.value.view} ${props.label}`;
  const cols = param(`${prefix}cols`) || keptColumns(session, table);
  const wanted = new Set(cols.split(","));
  const known = props.columns.filter((column) => wanted.has(column.id));
  const chosen = known.length > 0;
  const visible = chosen ? known : props.columns.filter((column) => !column.hidden);
  return {
    search: param(`${prefix}q`),
    sorting: parseSorting(param(`${prefix}sort`) || props.defaultSort || ""),
    visible,
    chosen,
    set: (name, value) => {
      if (name === "cols") keepColumns(session, table, value);
      setParams({ [prefix + name]: value });
    },
  };
}

/** The rows in the order and choice of the settings. */
export function useShownRows<Row>(
  rows: readonly Row[] | VirtualRows<Row>,
  columns: readonly Column<Row>[],
  search: string,
  sorting: Sorting | null,
): VirtualRows<Row> {
  const sort = formatSorting(sorting);
  return useMemo(() => {
    if (!isArray(rows)) return rows;
    const found = sortRows(searchRows(rows, columns, search), columns, sorting);
    return { length: found.length, at: (index: number) => found[index]! };
  }, [rows, columns, search, sort]);
}

/** The row that the keys move. */
export interface Cursor {
  index: number;
  id: string;
  onScreen: boolean;
  move(index: number): void;
}

let tables = 0;

/** Keeps the cursor; it starts at the open row. */
export function useCursor<Row>(
  props: DataTableProps<Row>,
  shown: VirtualRows<Row>,
  selected: string | null,
  scroll: VirtualScroll,
): Cursor {
  const [index, setIndex] = useState(0);
  const prefix = useMemo(() => `t${++tables}`, []);
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    const isKnown = revealed.current === selected;
    revealed.current = selected;
    if (selected === null) return;
    if (index < shown.length && props.rowKey(shown.at(index)) === selected) return;
    const found = findKey(props, shown, selected);
    if (found < 0) {
      revealed.current = null;
      return;
    }
    setIndex(found);
    // Where rows come by themselves, the reader may have scrolled away from the open one.
    if (!isKnown || liveState.peek() === null) scroll.reveal(found);
  }, [selected, shown]);
  const at = Math.min(index, Math.max(0, shown.length - 1));
  return {
    index: at,
    id: `${prefix}-${at}`,
    onScreen: at >= scroll.first && at < scroll.end,
    move: (to) => {
      const next = Math.min(Math.max(0, to), shown.length - 1);
      setIndex(next);
      scroll.reveal(next);
    },
  };
}

/** Rows looked through for the open row's key; a virtual source may know a quicker way. */
const keySearchRowsMax = 100_000;

function findKey<Row>(
  props: DataTableProps<Row>,
  shown: VirtualRows<Row>,
  key: string,
): number {
  if (props.indexOfKey) return props.indexOfKey(key);
  const end = Math.min(shown.length, keySearchRowsMax);
  for (let i = 0; i < end; i += 1) if (props.rowKey(shown.at(i)) === key) return i;
  return -1;
}

/** Whether rows are all in memory. */
export function isArray<Row>(rows: readonly Row[] | VirtualRows<Row>): rows is readonly Row[] {
  return Array.isArray(rows);
}
