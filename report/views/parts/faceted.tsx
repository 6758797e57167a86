/**
 * Filtering a table's rows by the values of some columns.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import {
  countOptions,
  facetMatches,
  Facets,
  facetValues,
  type Tone,
} from "../../components/mod.ts";
import { param } from "../../state/route.ts";

/** A column that rows can be filtered by. */
export interface FacetOf<Row> {
  /** Name of the parameter in the address. */
  param: string;
  label: string;
  /** The row's value; empty for none. */
  value(row: Row): string;
  /** How a value is shown; default: as it is. */
  title?(value: string): string;
  tone?(value: string): Tone;
  /** Values of a fixed set become chips; free text becomes a menu. */
  chips?: boolean;
}

/** Rows that pass the filters, and the filters for the toolbar. */
export interface Faceted<Row> {
  rows: readonly Row[];
  toolbar: VNode;
}

/** Filters rows by the facets that the address sets. `facets` must be the same on every call. */
export function useFaceted<Row>(
  rows: readonly Row[],
  facets: readonly FacetOf<Row>[],
): Faceted<Row> {
  const chosen = facets.map((facet) => param(facet.param)).join("\u0000");
  const kept = useMemo(() => {
    const sets = facets.map((facet) => facetValues(facet.param));
    if (sets.every((set) => set === null)) return rows;
    return rows.filter((row) =>
      facets.every((facet, index) => facetMatches(sets[index] ?? null, facet.value(row)))
    );
  }, [rows, chosen, facets]);
  const options = useMemo(
    () =>
      facets.map((facet) =>
        countOptions(rows.map((row) => facet.value(row))).map((option) => ({
          ...option,
          label: facet.title?.(option.value) ?? (option.value || "(none)"),
          ...(facet.tone ? { tone: facet.tone(option.value) } : {}),
        }))
      ),
    [rows, facets],
  );
  return {
    rows: kept,
    toolbar: (
      <>
        {facets.map((facet, index) => (
          <Facets
            key={facet.param}
            param={facet.param}
            label={facet.label}
            menu={!facet.chips}
            options={options[index] ?? []}
          />
        ))}
      </>
    ),
  };
}
