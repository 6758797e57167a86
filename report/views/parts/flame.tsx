/**
 * The flame of a trace: what the time was spent in, from the top down.
 *
 * @module
 */

import type { VNode } from "preact";
import { useContext, useMemo, useRef, useState } from "preact/hooks";
import { humanCount, humanDuration } from "../../../lib/format/human.ts";
import { DeadLink, Duration, plainText, Text } from "../../components/mod.ts";
import { param, setParams } from "../../state/route.ts";
import { OpenWord } from "../../state/running.ts";
import { type FlameBar, flameBars, type FlameNode, flameNodeOf, flameOf } from "./flame_data.ts";
import type { WaterfallRow } from "./span_rows.ts";

/** Height of a level, in CSS pixels. */
const level_px = 22;

/** Bars narrower than this share of the picture carry no name. */
const namedMin = 0.02;

/** Kinds that are said in words too. */
const marked = new Set(["running", "error"]);

type KindWords = Readonly<Record<FlameNode["kind"], string>>;

function kindWordsOf(running: string): KindWords {
  return { span: "span", llm: "model call", running, error: "failed" };
}

/** The flame with its legend and the way up. */
export function Flame({ rows }: { rows: readonly WaterfallRow[] }): VNode {
  const flame = useMemo(() => flameOf(rows), [rows]);
  const zoom = param("zoom");
  if (!flame || flame.top.work_ms === 0) {
    return <p class="note">A flame shows spans that took time; this trace has none.</p>;
  }
  const from = flameNodeOf(flame, zoom);
  if (!from) {
    const leave = () => setParams({ zoom: null });
    return <DeadLink noun="bar" name={zoom} place="this flame" onDismiss={leave} />;
  }
  return <Picture key={from.key} top={flame.top} from={from} />;
}

function Picture({ top, from }: { top: FlameNode; from: FlameNode }): VNode {
  const kindWords = kindWordsOf(useContext(OpenWord));
  const bars = useMemo(() => flameBars(from), [from]);
  const [cursor, setCursor] = useState(0);
  const tree = useRef<HTMLDivElement>(null);
  const kinds = Object.entries(kindWords).filter(([kind]) =>
    bars.some(({ node }) => node.kind === kind)
  );
  const focus = (index: number) => {
    if (index < 0) return;
    setCursor(index);
    tree.current?.querySelectorAll<HTMLElement>(".flame-bar")[index]?.focus();
  };
  const levels = (bars.at(-1)?.level ?? 0) + 1;
  const hidden = count(from) - bars.length;
  return (
    <div class="flame-box">
      <div class="toolbar">
        <button type="button" class="button" disabled={from === top} onClick={() => zoomTo(top)}>
          Whole trace
        </button>
        <span class="muted">
          <Duration ms={from.work_ms} /> of work
        </span>
        <span class="toolbar-space" />
        <ul class="legend" aria-label="Legend">
          {kinds.map(([kind, words]) => (
            <li key={kind}>
              <span class={`legend-bar bar bar-${kind}`} aria-hidden="true" />
              {words}
            </li>
          ))}
        </ul>
      </div>
      <div
        class="flame"
        role="tree"
        aria-label="Time by span"
        ref={tree}
        style={{ height: `${levels * level_px}px` }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const bar = bars[cursor]!;
          if (event.key === "Enter" || event.key === " ") click(bar);
          else if (event.key === "Backspace") zoomTo(from.parent ?? top);
          else {
            const to = step(bars, cursor, event.key);
            if (to === null) return;
            focus(to);
          }
          event.preventDefault();
        }}
      >
        {bars.map((bar, index) => (
          <div
            key={index}
            class={`flame-bar flame-${bar.node.kind}`}
            role="treeitem"
            tabIndex={index === cursor ? 0 : -1}
            aria-level={bar.level + 1}
            aria-label={words(bar, from, kindWords)}
            aria-selected={bar.node === from}
            title={words(bar, from, kindWords)}
            style={{
              top: `${bar.level * level_px}px`,
              left: `${bar.left * 100}%`,
              width: `${bar.width * 100}%`,
            }}
            onFocus={() => setCursor(index)}
            onClick={() => click(bar)}
          >
            {bar.width >= namedMin && <Text value={bar.node.name} max={120} bare />}
            {bar.width >= namedMin && marked.has(bar.node.kind) &&
              ` (${kindWords[bar.node.kind]})`}
          </div>
        ))}
      </div>
      <p class="note">
        Width is time spent. Spans of one name below the same parent are one bar, and parallel work
        adds up. A click or Enter looks closer, at the top bar it steps back; arrow keys walk.
        {hidden > 0 && ` ${humanCount(hidden)} narrow bars are not drawn.`}
      </p>
    </div>
  );
}

/** Looks closer at a bar, or from the one that is looked at to the one above. */
function click({ node, level }: FlameBar): void {
  zoomTo(level === 0 ? node.parent ?? node : node);
}

function zoomTo(node: FlameNode): void {
  setParams({ zoom: node.key || null }, { push: true });
}

/** Bars from one down, itself included. */
function count(from: FlameNode): number {
  const nodes = [from];
  for (let index = 0; index < nodes.length; index++) {
    // One by one: a call with a hundred thousand arguments overflows the stack.
    for (const child of nodes[index]!.children) nodes.push(child);
  }
  return nodes.length;
}

function words({ node, width }: FlameBar, from: FlameNode, kindWords: KindWords): string {
  const parts = [
    node.name,
    ...(node.kind === "span" ? [] : [kindWords[node.kind]]),
    `${humanDuration(node.work_ms)}, ${(width * 100).toFixed(1)} %`,
    `self ${humanDuration(node.self_ms)}`,
    ...(node.count > 1 ? [`${humanCount(node.count)} times`] : []),
    ...(node === from ? ["looked at"] : []),
  ];
  return plainText(parts.join(", "));
}

/** Where a key leads from a bar; null for a key without a meaning here, -1 for nowhere. */
function step(bars: readonly FlameBar[], at: number, key: string): number | null {
  const bar = bars[at]!;
  const beside = (index: number) => bars[index]?.level === bar.level ? index : -1;
  const steps: Record<string, () => number> = {
    ArrowDown: () => bars.findIndex((other) => other.node.parent === bar.node),
    ArrowUp: () => bars.findIndex((other) => other.node === bar.node.parent),
    ArrowRight: () => beside(at + 1),
    ArrowLeft: () => beside(at - 1),
    Home: () => 0,
    End: () => bars.length - 1,
  };
  return Object.hasOwn(steps, key) ? steps[key]!() : null;
}
