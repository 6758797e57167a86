/**
 * Named values: a name, and its value as text or as a tree.
 *
 * @module
 */

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { JsonTree, LongText, Text } from "../../components/mod.ts";

/** Values shown before the rest is folded. */
export const variablesMax = 50;

/** Values by name. */
export function Variables({ values }: { values: Record<string, unknown> }): VNode {
  const [open, setOpen] = useState(false);
  const names = Object.keys(values);
  const shown = open ? names : names.slice(0, variablesMax);
  return (
    <>
      <dl class="variables">
        {shown.map((name) => (
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
      {names.length > shown.length && (
        <button
          type="button"
          class="fold"
          onClick={() => setOpen(true)}
        >
          Show {names.length - shown.length} more
        </button>
      )}
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
