/**
 * A list of records: filters, table, and the record that the address names in a drawer beside it.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import {
  type Column,
  DataTable,
  type DataTableProps,
  DeadLink,
  Split,
} from "../../components/mod.ts";
import { route } from "../../state/route.ts";
import { type Times, useInside } from "../../state/time_window.ts";
import { type FacetOf, useFaceted } from "./faceted.tsx";

/** Properties of {@linkcode RecordList}. */
export interface RecordListProps<Row>
  extends Pick<DataTableProps<Row>, "label" | "defaultSort" | "copyRows" | "tone" | "empty"> {
  /** One record in words: `LLM call`. */
  noun: string;
  /** Every record, none filtered out. */
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** Must be the same on every call. */
  facets?: readonly FacetOf<Row>[];
  /** The record's key in the address. */
  rowKey(row: Row): string;
  /** When a record happened, for the time window; must always say the same. Default: none has. */
  times?(row: Row): Times;
  /** The open record's details. */
  drawer(row: Row): ComponentChildren;
}

const noFacets: readonly FacetOf<never>[] = [];

/** The records with their filters; one may be open. */
export function RecordList<Row>(
  { noun, rows, facets = noFacets, times, drawer, ...table }: RecordListProps<Row>,
): VNode {
  const shown = useFaceted<Row>(useInside(rows, times), facets);
  const { key } = route.value;
  const open = key === null ? undefined : rows.find((row) => table.rowKey(row) === key);
  return (
    <Split
      drawer={open !== undefined && drawer(open)}
      notice={key !== null && open === undefined && <DeadLink noun={noun} name={key} />}
    >
      <DataTable<Row> {...table} rows={shown.rows} total={rows.length} toolbar={shown.toolbar} />
    </Split>
  );
}
