/**
 * Named values: a name, and its value as text or as a tree.
 *
 * @module
 */

import type { VNode } from "preact";
import { JsonTree, LongText, Text, usePortion } from "../../components/mod.ts";

/** Values shown at first; ten times as many are added by each "show more". */
export const variablesMax = 12;

/** Values by name. */
export function Variables({ values }: { values: Record<string, unknown> }): VNode {
  const names = Object.keys(values);
  const { shown, more } = usePortion(names.length, variablesMax);
  return (
    <>
      <dl class="variables">
        {names.slice(0, shown).map((name) => (
          <div key={name} class="variable">
            <dt class="mono">
              <Text value={name} max={80} bare />
            </dt>
            <dd class="mono">
              <Value name={name} value={values[name]} />
            </dd>
          </div>
        ))}
      </dl>
      {more}
    </>
  );
}

function Value({ name, value }: { name: string; value: unknown }): VNode {
  if (typeof value === "string") return <LongText value={value} max={400} />;
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    return <JsonTree value={value} label={name} depth={1} />;
  }
  const kind = value === null ? "null" : typeof value;
  return <span class={`json-${kind}`}>{JSON.stringify(value) ?? "undefined"}</span>;
}
