/**
 * Small ways to show a record: facts, code, links to traces.
 *
 * @module
 */

import { type ComponentChildren, isValidElement, type VNode } from "preact";
import { useState } from "preact/hooks";
import { href } from "../state/route.ts";
import { CopyButton } from "./copy_button.tsx";
import { plainText, Text, type TextProps } from "./text.tsx";

/** A name and what stands beside it; a null, undefined or empty value leaves the line out. */
export type Fact = readonly [name: string, value: ComponentChildren];

/** Facts in two columns. */
export function KeyValue({ items }: { items: readonly Fact[] }): VNode {
  return (
    <dl class="facts">
      {items.filter(([, value]) =>
        value !== null && value !== undefined && value !== "" && value !== false
      ).map((
        [name, value],
      ) => (
        <div key={name} class="fact">
          <dt>{name}</dt>
          {isText(value)
            ? (
              <dd class={value.props.class} title={value.props.title}>
                <Text {...value.props} bare />
              </dd>
            )
            : <dd>{value}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Whether a value is recorded text on one line, which its place can hold by itself. */
function isText(value: ComponentChildren): value is VNode<TextProps> {
  return isValidElement(value) && value.type === Text && !("block" in value.props);
}

/** Lines of code or output shown before the rest is folded. */
export const codeLinesMax = 400;

/** Recorded code or output, with a button to copy it. */
export function Code(
  { text, label = "Code", wrap }: { text: string; label?: string; wrap?: boolean },
): VNode {
  const [open, setOpen] = useState(false);
  const lines = text.split("\n");
  const folded = !open && lines.length > codeLinesMax;
  return (
    <div class="code">
      <pre class={wrap ? "wrap" : undefined} tabIndex={0} aria-label={label}>
        <code>
          <Text value={folded ? lines.slice(0, codeLinesMax).join("\n") : text} block />
        </code>
      </pre>
      {folded && (
        <button type="button" class="fold" onClick={() => setOpen(true)}>
          Show all {lines.length.toLocaleString("en")} lines
        </button>
      )}
      <span class="code-copy">
        <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => text} />
      </span>
    </div>
  );
}

/** A link to everything that shares a trace id; `–` where there is none. */
export function TraceLink({ id, full }: { id: string | null | undefined; full?: boolean }): VNode {
  if (!id) return <span class="muted" title="No trace">–</span>;
  return (
    <a class="trace-link mono" href={href("traces", id)} title={`Trace ${plainText(id)}`}>
      <Text value={full ? id : shortTraceId(id)} bare />
    </a>
  );
}

/** The part of a trace id that tells traces apart: `tr_20251118081417_abc123` → `abc123`. */
export function shortTraceId(id: string): string {
  const match = /^tr_\d{14}_([0-9a-f]{6,})$/.exec(id);
  if (match) return match[1]!;
  return id.length > 18 ? `${id.slice(0, 8)}…${id.slice(-8)}` : id;
}
