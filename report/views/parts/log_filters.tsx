/**
 * The log's filters for a toolbar, and what is still being worked out.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { levels } from "../../../lib/format/mod.ts";
import type { LogDictionaries } from "../../../lib/bundle/sections.ts";
import {
  type FacetOption,
  Facets,
  Icon,
  levelTone,
  plainText,
  Text,
} from "../../components/mod.ts";
import { useData, useLogArrival } from "../../data/context.ts";
import { countWords } from "../../kernels/filter.ts";
import type { Answer, LogView } from "../../state/log_view.ts";
import { setParams } from "../../state/route.ts";

/** Width of the table below which every filter is a menu, in CSS pixels. */
export const compactFilterWidth = 1020;

/** Most values of a menu: the most frequent ones. */
export const facetValuesMax = 2000;

/** Facets, chips of the filters that have no facet, and notices. */
export function LogFilters(
  { words, view, order }: {
    words: LogDictionaries;
    view: LogView;
    /** The answer that sorting waits for. */
    order?: Answer<unknown>;
  },
): VNode {
  const { header, logs } = useData();
  const { text, missing } = useLogArrival();
  const { loaded, query, found, patterns } = view;
  const options = useMemo(() => {
    const { operation, event, trace, file } = logs.columns;
    return {
      operation: wordOptions(words.operations, operation, loaded),
      event: wordOptions(words.events, event, loaded, 1),
      trace: wordOptions(words.traces, trace, loaded, 1),
      file: wordOptions(words.files, file, loaded),
    };
  }, [words, logs, loaded]);
  const errors = [missing, found.error, patterns.error, order?.error].filter((error) => error);
  return (
    <>
      <Facets
        param="level"
        label="Level"
        options={levels.filter((level) => header.levels[level] > 0 || query.level?.has(level))
          .map((level) => ({ value: level, count: header.levels[level], tone: levelTone(level) }))}
      />
      <Facets
        param="operation"
        label="Operation"
        options={options.operation}
        expected={words.operations.length}
        menu
      />
      <Facets
        param="event"
        label="Event"
        options={options.event}
        expected={words.events.length - 1}
        menu
      />
      <Facets
        param="trace"
        label="Trace"
        options={options.trace}
        expected={words.traces.length - 1}
        menu
      />
      <Facets param="file" label="File" options={options.file} expected={words.files.length} menu />
      {query.pattern && (
        <FilterChip
          label={`Remove the filter by pattern: ${plainText(query.pattern)}`}
          clear={{ pattern: null }}
        >
          pattern <Text class="mono" value={query.pattern} max={32} />
        </FilterChip>
      )}
      {loaded < logs.rows && !missing && (
        <span class="toolbar-note toolbar-wait" role="status">
          reading {Math.floor(100 * loaded / logs.rows)} %
        </span>
      )}
      {found.waiting && <Waiting what="searching" text={text} />}
      {patterns.waiting && <Waiting what="grouping" text={text} />}
      {order?.waiting && <Waiting what="sorting" text={text} />}
      {errors.map((error) => (
        <span key={error} class="toolbar-note tone-error" role="alert">{error}</span>
      ))}
    </>
  );
}

/** What the worker is at, and how much of the text it has for that. */
function Waiting({ what, text }: { what: string; text: number }): VNode {
  const share = text < 1 ? `, text ${Math.floor(100 * text)} % there` : "";
  return <span class="toolbar-note toolbar-wait" role="status">{what}…{share}</span>;
}

function FilterChip(
  { label, clear, children }: {
    label: string;
    clear: Record<string, null>;
    children: ComponentChildren;
  },
): VNode {
  return (
    <button
      type="button"
      class="chip"
      aria-pressed="true"
      title={label}
      onClick={() => setParams(clear, { push: true })}
    >
      <span>{children}</span>
      <Icon name="close" size={12} />
    </button>
  );
}

/** The words that rows have, the most frequent first; `first` leaves out words in front of it. */
export function wordOptions(
  words: readonly string[],
  column: Uint8Array | Uint16Array | Uint32Array,
  loaded: number,
  first = 0,
): FacetOption[] {
  const counts = countWords(column, loaded, words.length);
  // Count and place in one number each: a million words are sorted without an object for each.
  const keys = new Float64Array(words.length);
  for (let i = first; i < words.length; i++) {
    if (counts[i]! > 0) keys[i] = counts[i]! * placesMax + (placesMax - 1 - i);
  }
  keys.sort();
  const options: FacetOption[] = [];
  for (let at = keys.length - 1; at >= 0 && options.length < facetValuesMax; at--) {
    const key = keys[at]!;
    if (key === 0) break;
    const i = placesMax - 1 - key % placesMax;
    options.push({ value: words[i]!, count: counts[i]! });
  }
  return options;
}

/** More than any dictionary has words. */
const placesMax = 2 ** 25;
