/**
 * Filters by the values of a column, kept in the address.
 *
 * @module
 */

import { type Context, createContext, type VNode } from "preact";
import { useContext, useState } from "preact/hooks";
import { humanCount } from "../../lib/format/human.ts";
import { param, setParams } from "../state/route.ts";
import { Menu, MenuItem } from "./menu.tsx";
import type { Tone } from "./status.tsx";
import { Text } from "./text.tsx";

/** One value to filter by. */
export interface FacetOption {
  value: string;
  /** Default: the value. */
  label?: string;
  /** Rows that have it, before any filter. */
  count?: number;
  tone?: Tone;
}

/** Properties of {@linkcode Facets}. */
export interface FacetsProps {
  /** The parameter in the address, such as `level`. */
  param: string;
  label: string;
  options: readonly FacetOption[];
  /** How many values there will be, where they are still being counted; default: the options. */
  expected?: number;
  /** Always a menu, however few the values. */
  menu?: boolean;
}

/** Up to so many values are chips in the toolbar; more are a menu with a search box. */
export const chipsMax = 5;

/** Most values that a menu lists at once; the search box finds the others. */
export const menuOptionsMax = 200;

/** Whether room is scarce, so that every facet is a menu. */
export const Compact: Context<boolean> = createContext(false);

/** The chosen values of a facet; null where every value is let through. Subscribes the caller. */
export function facetValues(name: string): ReadonlySet<string> | null {
  const text = param(name);
  return text ? new Set(text.split(",").map(decodeValue)) : null;
}

/** Whether a value is let through. */
export function facetMatches(chosen: ReadonlySet<string> | null, value: string): boolean {
  return chosen === null || chosen.has(value);
}

/** The parameter for a choice of values; null for none. */
export function facetParam(values: Iterable<string>): string | null {
  return [...values].map((value) => encodeURIComponent(value)).join(",") || null;
}

/** Counts values, most frequent first, as options. */
export function countOptions(values: Iterable<string>): FacetOption[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([value, count]) => ({ value, count }));
}

/** Chips for few values, a menu for many. */
export function Facets(
  { param: name, label, options, expected = 0, menu }: FacetsProps,
): VNode | null {
  const compact = useContext(Compact);
  const chosen = facetValues(name);
  const values = Math.max(options.length, expected);
  if (values === 0 || (values === 1 && !chosen)) return null;
  const toggle = (value: string) => {
    const next = new Set(chosen);
    if (!next.delete(value)) next.add(value);
    setParams({ [name]: facetParam(next) }, { push: true });
  };
  if (!menu && !compact && options.length <= chipsMax) {
    return (
      <div class="chips" role="group" aria-label={label}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            class={`chip${option.tone ? ` tone-${option.tone}` : ""}`}
            aria-pressed={chosen?.has(option.value) ?? false}
            onClick={() => toggle(option.value)}
          >
            <Text value={optionLabel(option)} max={32} bare />
            {option.count !== undefined && (
              <span class="chip-count">{humanCount(option.count)}</span>
            )}
          </button>
        ))}
      </div>
    );
  }
  const title = chosen
    ? `${label}: ${chosen.size === 1 ? [...chosen][0] || "(none)" : chosen.size}`
    : label;
  return (
    <Menu label={title} active={chosen !== null}>
      {() => <FacetMenu name={name} options={options} chosen={chosen} toggle={toggle} />}
    </Menu>
  );
}

function FacetMenu(
  { name, options, chosen, toggle }: {
    name: string;
    options: readonly FacetOption[];
    chosen: ReadonlySet<string> | null;
    toggle(value: string): void;
  },
): VNode {
  const [find, setFind] = useState("");
  const found = options.filter((option) =>
    optionLabel(option).toLowerCase().includes(find.toLowerCase())
  );
  const shown = found.slice(0, menuOptionsMax);
  return (
    <div class="facet-menu">
      <input
        type="text"
        class="facet-find"
        placeholder="Find a value"
        aria-label="Find a value"
        value={find}
        onInput={(event) => setFind(event.currentTarget.value)}
      />
      <div class="facet-options">
        {shown.map((option) => (
          <label key={option.value} class="menu-item">
            <input
              type="checkbox"
              checked={chosen?.has(option.value) ?? false}
              onChange={() => toggle(option.value)}
            />
            <Text class="facet-label" value={optionLabel(option)} max={80} />
            {option.count !== undefined && (
              <span class="chip-count">{humanCount(option.count)}</span>
            )}
          </label>
        ))}
        {found.length > shown.length && (
          <p class="muted facet-more">
            {humanCount(found.length - shown.length)} more: type to find
          </p>
        )}
        {found.length === 0 && <p class="muted facet-more">No such value.</p>}
      </div>
      {chosen && <MenuItem onClick={() => setParams({ [name]: null })}>Clear this filter</MenuItem>}
    </div>
  );
}

function optionLabel(option: FacetOption): string {
  return option.label ?? (option.value || "(none)");
}

function decodeValue(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
