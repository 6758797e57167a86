/**
 * The one table: hundreds or millions of rows, searched, sorted, walked through by keys, copied.
 * What the reader chose is kept in the address.
 *
 * @module
 */

import type { CSSProperties, VNode } from "preact";
import { useRef } from "preact/hooks";
import { humanCount } from "../../lib/format/human.ts";
import { focusDetails } from "../state/focus.ts";
import { printing } from "../state/printing.ts";
import { openKey, route } from "../state/route.ts";
import { setTimeWindow, timeWindow } from "../state/time_window.ts";
import {
  type Column,
  type DataTableProps,
  formatSorting,
  type Sorting,
  type VirtualRows,
} from "./columns.ts";
import {
  type Cursor,
  isArray,
  type TableSettings,
  useCursor,
  useShownRows,
  useTableSettings,
} from "./table_state.ts";
import { Compact } from "./facets.tsx";
import { TableToolbar } from "./table_toolbar.tsx";
import { ToEnd } from "./to_end.tsx";
import { rowHeight, useVirtualScroll, type VirtualScroll } from "./virtual_scroll.ts";

export type { Column, DataTableProps, VirtualRows } from "./columns.ts";

/** Width from which on `wideOnly` columns are shown, in CSS pixels. */
export const wideTableWidth = 720;

/** Width below which the toolbar's filters are menus, so that it stays one line beside a drawer. */
const compactWidth = 760;

/** Room at both ends of a row, in CSS pixels. */
const edgeRoom = 12;

/** Height of the column headers, in CSS pixels. */
const headHeight = 28;

/** A table over rows in memory or virtual rows. */
export function DataTable<Row>(props: DataTableProps<Row>): VNode {
  const { columns, rows, variant = "page" } = props;
  const grid = useRef<HTMLDivElement>(null);
  const settings = useTableSettings(props);
  const shown = useShownRows(rows, columns, settings.search, settings.sorting);
  const scroll = useVirtualScroll(grid, shown.length, headHeight, !isArray(rows));
  const selected = props.selected === undefined ? route.value.key : props.selected;
  const select = (row: Row | null, replace = false) => {
    if (props.onSelect) props.onSelect(row);
    else openKey(row === null ? null : props.rowKey(row), { replace });
  };
  const cursor = useCursor(props, shown, selected, scroll);
  const visible = settings.visible.filter((column) =>
    !column.wideOnly || settings.chosen || scroll.width === 0 || scroll.width >= wideTableWidth
  );
  const sizes: CSSProperties = {
    "--table-columns": visible.map(columnSize).join(" "),
    "--table-columns-on-paper": visible.map((column) =>
      column.width
        ? `minmax(0, ${column.width}px)`
        : `minmax(${columnWidth(column) / 2}px, ${columnWidth(column)}fr)`
    ).join(" "),
    "--table-width": `${visible.reduce((sum, column) => sum + columnWidth(column), edgeRoom)}px`,
    "--table-rows": `${Math.min(shown.length, props.rowsMax ?? 12) * rowHeight + headHeight}px`,
  } as CSSProperties;

  return (
    <div class={`table table-${variant}`}>
      {variant === "page" && (
        <Compact.Provider
          value={scroll.width > 0 && scroll.width < (props.compactWidth ?? compactWidth)}
        >
          <TableToolbar
            table={props}
            settings={settings}
            shown={shown}
            total={props.total ?? rows.length}
          />
        </Compact.Provider>
      )}
      <div
        class="grid"
        role="grid"
        ref={grid}
        style={sizes}
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={shown.length + 1}
        aria-colcount={visible.length}
        aria-activedescendant={cursor.onScreen ? cursor.id : undefined}
        onKeyDown={(event) => onKey(event, cursor, shown, scroll, selected, select, props.rowKey)}
      >
        <Head columns={visible} settings={settings} virtual={!isArray(rows)} />
        {shown.length === 0 ? !props.waiting && <NoRows props={props} settings={settings} /> : (
          <Body
            props={props}
            columns={visible}
            shown={shown}
            scroll={scroll}
            cursor={cursor}
            selected={selected}
            select={select}
          />
        )}
      </div>
      {props.hasTail && <ToEnd scroll={scroll} rows={shown.length} grid={grid} />}
      {printing.value && (
        <RowsOnPaper scroll={scroll} shown={shown.length} total={props.total ?? rows.length} />
      )}
    </div>
  );
}

/** On paper: which rows these are, where they are not all. */
export function RowsOnPaper(
  { scroll: { first, end }, shown, total }: {
    scroll: VirtualScroll;
    shown: number;
    total: number;
  },
): VNode | null {
  if (end - first === total) return null;
  const rows = end - first === shown
    ? `All ${humanCount(shown)} rows that were shown`
    : `Rows ${humanCount(first + 1)} to ${humanCount(end)} of ${humanCount(shown)}`;
  return (
    <p class="note rows-on-paper">
      {rows}
      {shown < total && `, chosen by search and filters from ${humanCount(total)}`}.
    </p>
  );
}

function onKey<Row>(
  event: KeyboardEvent,
  cursor: Cursor,
  shown: VirtualRows<Row>,
  scroll: VirtualScroll,
  selected: string | null,
  select: (row: Row | null, replace?: boolean) => void,
  rowKey: (row: Row) => string,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target !== event.currentTarget && event.key !== "Escape") return;
  const steps: Record<string, number> = {
    ArrowDown: cursor.index + 1,
    j: cursor.index + 1,
    ArrowUp: cursor.index - 1,
    k: cursor.index - 1,
    PageDown: cursor.index + scroll.pageRows,
    PageUp: cursor.index - scroll.pageRows,
    Home: 0,
    End: shown.length - 1,
  };
  const to = steps[event.key];
  if (to !== undefined && shown.length > 0) {
    cursor.move(to);
    const next = Math.min(Math.max(0, to), shown.length - 1);
    if (selected !== null) select(shown.at(next), true);
  } else if (event.key === "Enter" && shown.length > 0) {
    const row = shown.at(cursor.index);
    if (selected !== null && rowKey(row) === selected) focusDetails();
    else select(row, selected !== null);
  } else if (event.key === "Escape" && selected !== null) {
    select(null);
  } else return;
  event.preventDefault();
}

function Head<Row>(
  { columns, settings, virtual }: {
    columns: readonly Column<Row>[];
    settings: TableSettings<Row>;
    virtual: boolean;
  },
): VNode {
  return (
    <div class="grid-head" role="rowgroup">
      <div class="grid-row" role="row" aria-rowindex={1}>
        {columns.map((column) => {
          const sortable = virtual ? column.sortable === true : column.sort !== undefined;
          const sorted = settings.sorting?.id === column.id ? settings.sorting : null;
          const order = sorted ? (sorted.descending ? "descending" : "ascending") : "none";
          return (
            <div
              key={column.id}
              role="columnheader"
              class={column.align === "right" ? "cell cell-right" : "cell"}
              aria-sort={sortable ? order : undefined}
            >
              {sortable
                ? (
                  <button
                    type="button"
                    class="sort-button"
                    onClick={() => settings.set("sort", nextSorting(column, sorted))}
                  >
                    {column.title}
                  </button>
                )
                : column.title}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Figures first descending, words first ascending; the third click restores the rows' own order. */
function nextSorting<Row>(column: Column<Row>, sorted: Sorting | null): string | null {
  const descendingFirst = column.align === "right";
  if (!sorted) return formatSorting({ id: column.id, descending: descendingFirst });
  if (sorted.descending === descendingFirst) {
    return formatSorting({ id: column.id, descending: !descendingFirst });
  }
  return null;
}

function Body<Row>(
  { props, columns, shown, scroll, cursor, selected, select }: {
    props: DataTableProps<Row>;
    columns: readonly Column<Row>[];
    shown: VirtualRows<Row>;
    scroll: VirtualScroll;
    cursor: Cursor;
    selected: string | null;
    select(row: Row | null, replace?: boolean): void;
  },
): VNode {
  const drawn: VNode[] = [];
  for (let index = scroll.first; index < scroll.end; index += 1) {
    const row = shown.at(index);
    const key = props.rowKey(row);
    const tone = props.tone?.(row);
    const open = key === selected;
    drawn.push(
      <div
        key={index}
        id={index === cursor.index ? cursor.id : undefined}
        role="row"
        class={`grid-row${tone ? ` row-${tone}` : ""}${
          index === cursor.index ? " row-cursor" : ""
        }`}
        aria-rowindex={index + 2}
        aria-selected={open}
        style={{ transform: `translateY(${scroll.top(index)}px)` }}
        onClick={(event) => {
          if (isInteractive(event) || String(getSelection()) !== "") return;
          cursor.move(index);
          select(open ? null : row, selected !== null);
        }}
      >
        {columns.map((column) => (
          <div
            key={column.id}
            role="gridcell"
            class={cellClass(column, row)}
            style={column.style?.(row)}
            title={column.hint?.(row)}
          >
            {column.cell(row)}
          </div>
        ))}
      </div>,
    );
  }
  return (
    <div class="grid-body" role="rowgroup" style={{ height: `${scroll.height}px` }}>{drawn}</div>
  );
}

function NoRows<Row>(
  { props, settings }: { props: DataTableProps<Row>; settings: TableSettings<Row> },
): VNode {
  // Rows may be made of what is inside the time window, so that none is no sign of none at all.
  const none = (props.total ?? props.rows.length) === 0 && !timeWindow.value;
  return (
    <div class="grid-empty" role="row">
      <div role="gridcell">
        {none ? props.empty ?? <p class="muted">Nothing here.</p> : (
          <div class="no-match">
            <p>No row matches.</p>
            {settings.search
              ? (
                <button type="button" class="button" onClick={() => settings.set("q", null)}>
                  Clear the search
                </button>
              )
              : timeWindow.value && (
                <button
                  type="button"
                  class="button"
                  onClick={() => setTimeWindow(null)}
                >
                  Clear the time window
                </button>
              )}
          </div>
        )}
      </div>
    </div>
  );
}

function cellClass<Row>(column: Column<Row>, row: Row): string {
  const look = column.look?.(row);
  return `cell${column.align === "right" ? " cell-right" : ""}${column.mono ? " mono" : ""}${
    look ? ` ${look}` : ""
  }`;
}

function columnSize<Row>(column: Column<Row>): string {
  return column.width ? `${column.width}px` : `minmax(${columnWidth(column)}px, 1fr)`;
}

function columnWidth<Row>(column: Column<Row>): number {
  return column.width ?? column.minWidth ?? 160;
}

function isInteractive(event: Event): boolean {
  return event.target instanceof Element &&
    event.target.closest("a, button, input, summary") !== null;
}
