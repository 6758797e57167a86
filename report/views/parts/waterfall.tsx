/**
 * A trace's waterfall: spans by depth, with model calls and lock requests on the same axis.
 *
 * @module
 */

import type { VNode } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CriticalPath } from "../../../lib/analyse/critical_path.ts";
import { Duration, SearchBox } from "../../components/mod.ts";
import { countText } from "../../components/table_toolbar.tsx";
import { useVirtualScroll } from "../../components/virtual_scroll.ts";
import { RowsOnPaper } from "../../components/data_table.tsx";
import { printing } from "../../state/printing.ts";
import { focusDetails } from "../../state/focus.ts";
import { param, setParams } from "../../state/route.ts";
import { OpenWord } from "../../state/running.ts";
import { type Axis, ticks } from "./axis.ts";
import type { WaterfallRow } from "./span_rows.ts";
import { foldedRows, foundRows, pathRows } from "./span_rows.ts";
import { type Mark, MarkLane, WaterfallLine } from "./waterfall_line.tsx";

/** Height of the waterfall's head: the axis, and the lane of marks. */
const headHeight = 28;

/** Rows shown at once before the waterfall scrolls. */
const rowsShownMax = 13;

/** Properties of {@linkcode Waterfall}. */
export interface WaterfallProps {
  /** Every row, none folded. */
  rows: readonly WaterfallRow[];
  /** What the trace's end waited for; null where no span is known. */
  path: CriticalPath | null;
  axis: Axis;
  /** Moments of the whole trace: errors, state changes. */
  marks: readonly Mark[];
  /** The open row's key. */
  selected: string | null;
  onSelect(row: WaterfallRow | null): void;
}

/** The waterfall with its toolbar. */
export function Waterfall(props: WaterfallProps): VNode {
  const { path, axis, marks } = props;
  const onPath = param("path") === "1" && path !== null && path.steps.length > 0;
  const rows = useMemo(
    () => onPath ? pathRows(props.rows, path) : props.rows,
    [props.rows, path, onPath],
  );
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const search = param("span");
  const shown = useMemo(
    () => search ? foundRows(rows, search) : foldedRows(rows, closed),
    [rows, closed, search],
  );
  const parents = useMemo(() => rows.filter((row) => row.children > 0), [rows]);
  const toggle = (key: string) => {
    const next = new Set(closed);
    if (!next.delete(key)) next.add(key);
    setClosed(next);
  };
  return (
    <div class="waterfall-box">
      <div class="toolbar">
        <SearchBox
          label="Find a span"
          value={search}
          onInput={(text) => setParams({ span: text })}
        />
        <button
          type="button"
          class="button"
          disabled={parents.length === 0 || search !== ""}
          onClick={() =>
            setClosed(closed.size > 0 ? new Set() : new Set(parents.map((row) => row.key)))}
        >
          {closed.size > 0 ? "Unfold all" : "Fold all"}
        </button>
        <button
          type="button"
          class={onPath ? "button active" : "button"}
          aria-pressed={onPath}
          disabled={!path || path.steps.length === 0}
          title="Only what the trace's end waited for"
          onClick={() => setParams({ path: onPath ? null : "1" })}
        >
          Critical path
        </button>
        {onPath && <PathSum path={path} />}
        <span class="toolbar-space" />
        <Legend rows={rows} />
        <span class="toolbar-count toolbar-end" role="status">
          {countText(shown.length, rows.length)}
        </span>
      </div>
      <Grid
        {...props}
        rows={shown}
        closed={closed}
        toggle={toggle}
        axis={axis}
        marks={marks}
        onPath={onPath}
      />
    </div>
  );
}

/** What the path adds up to. */
function PathSum({ path }: { path: CriticalPath }): VNode {
  const self = path.steps.reduce((sum, step) => sum + step.self_ms, 0);
  return (
    <span class="muted">
      <Duration ms={self} /> in its spans
      {path.gap_ms >= 1 && (
        <>
          , <Duration ms={path.gap_ms} /> outside of them
        </>
      )}
    </span>
  );
}

interface GridProps extends WaterfallProps {
  onPath: boolean;
  closed: ReadonlySet<string>;
  toggle(key: string): void;
}

function Grid(props: GridProps): VNode {
  const { rows, axis, marks, selected, onSelect, closed, toggle } = props;
  const grid = useRef<HTMLDivElement>(null);
  const scroll = useVirtualScroll(grid, rows.length, headHeight);
  const [cursor, setCursor] = useState(0);
  const at = Math.min(cursor, Math.max(0, rows.length - 1));
  const move = (to: number) => {
    const next = Math.min(Math.max(0, to), rows.length - 1);
    setCursor(next);
    scroll.reveal(next);
    const row = rows[next];
    if (selected !== null && row) onSelect(row);
  };
  useEffect(() => {
    const found = selected === null ? -1 : rows.findIndex((row) => row.key === selected);
    if (found < 0) return;
    setCursor(found);
    scroll.reveal(found);
  }, [selected]);
  const drawn: VNode[] = [];
  for (let index = scroll.first; index < scroll.end; index++) {
    const row = rows[index];
    if (!row) break;
    drawn.push(
      <WaterfallLine
        key={row.key}
        row={row}
        axis={axis}
        top={scroll.top(index)}
        index={index}
        cursor={index === at}
        open={row.key === selected}
        folded={closed.has(row.key)}
        onPath={props.onPath}
        onToggle={() => toggle(row.key)}
        onOpen={() => {
          setCursor(index);
          onSelect(row.key === selected ? null : row);
        }}
      />,
    );
  }
  const inView = at >= scroll.first && at < scroll.end;
  const height = headHeight + (marks.length > 0 ? 20 : 0) +
    Math.min(rows.length, rowsShownMax) * 28 + 2;
  return (
    <div
      class="waterfall"
      role="treegrid"
      aria-label="Spans, model calls and lock requests"
      aria-rowcount={rows.length + 1}
      aria-colcount={4}
      aria-activedescendant={inView && rows.length > 0 ? `wf-${at}` : undefined}
      tabIndex={0}
      ref={grid}
      style={{ height: `${height}px` }}
      onKeyDown={(event) => onKey(event, { ...props, at, move, pageRows: scroll.pageRows })}
    >
      <Head axis={axis} onPath={props.onPath} />
      {marks.length > 0 && <MarkLane marks={marks} axis={axis} />}
      <div class="waterfall-body" role="rowgroup" style={{ height: `${scroll.height}px` }}>
        {drawn}
        {rows.length === 0 && (
          <div class="waterfall-none" role="row">
            <span role="gridcell">No row matches.</span>
          </div>
        )}
      </div>
      {printing.value && <RowsOnPaper scroll={scroll} shown={rows.length} total={rows.length} />}
    </div>
  );
}

interface KeyContext extends GridProps {
  at: number;
  pageRows: number;
  move(to: number): void;
}

function onKey(event: KeyboardEvent, context: KeyContext): void {
  const { rows, at, move, closed, toggle, onSelect, selected, pageRows } = context;
  const row = rows[at];
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target !== event.currentTarget) return;
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    j: at + 1,
    ArrowUp: at - 1,
    k: at - 1,
    PageDown: at + pageRows,
    PageUp: at - pageRows,
    Home: 0,
    End: rows.length - 1,
  };
  const to = steps[event.key];
  const folds = row.children > 0;
  if (to !== undefined) move(to);
  else if (event.key === "Enter" && row.key === selected) focusDetails();
  else if (event.key === "Enter" || event.key === " ") onSelect(row.key === selected ? null : row);
  else if (event.key === "ArrowRight" && folds && closed.has(row.key)) toggle(row.key);
  else if (event.key === "ArrowRight") move(at + 1);
  else if (event.key === "ArrowLeft" && folds && !closed.has(row.key)) toggle(row.key);
  else if (event.key === "ArrowLeft") move(parentIndex(rows, at));
  else return;
  event.preventDefault();
}

function parentIndex(rows: readonly WaterfallRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  for (let index = at - 1; index >= 0; index--) {
    if ((rows[index]?.depth ?? 0) < depth) return index;
  }
  return at;
}

function Head({ axis, onPath }: { axis: Axis; onPath: boolean }): VNode {
  return (
    <div class="waterfall-head" role="rowgroup">
      <div class="waterfall-row" role="row" aria-rowindex={1}>
        <div role="columnheader" class="wf-name">Span</div>
        <div role="columnheader" class="wf-track">
          <span class="offscreen">Time since the trace began</span>
          {ticks(axis, 6).map((tick) => (
            <span
              key={tick.at}
              class={tick.at > 0.94 ? "tick tick-last figure" : "tick figure"}
              style={{ left: `${tick.at * 100}%` }}
              aria-hidden="true"
            >
              {tick.label}
            </span>
          ))}
        </div>
        <div role="columnheader" class="wf-figure">Duration</div>
        <div
          role="columnheader"
          class="wf-figure wf-self"
          title={onPath ? "What the span adds to the path" : "Time in which no child ran"}
        >
          {onPath ? "On path" : "Self"}
        </div>
      </div>
    </div>
  );
}

function legendOf(running: string): [kind: string, words: string][] {
  return [
    ["span", "span"],
    ["critical", "on the critical path"],
    ["error", "failed"],
    ["running", running],
    ["llm", "model call"],
    ["lock", "lock"],
  ];
}

function Legend({ rows }: { rows: readonly WaterfallRow[] }): VNode {
  const kinds = useMemo(() => {
    const found = new Set<string>();
    for (const row of rows) {
      const marked = row.status === "error" || row.status === "running";
      if (row.kind !== "span") found.add(row.kind);
      else if (marked) found.add(row.status);
      else if (!row.node?.critical) found.add("span");
      if (row.node?.critical) found.add("critical");
    }
    return found;
  }, [rows]);
  const openWord = useContext(OpenWord);
  return (
    <ul class="legend" aria-label="Legend">
      {legendOf(openWord).filter(([kind]) => kinds.has(kind)).map(([kind, words]) => (
        <li key={kind}>
          <span class={`legend-bar bar bar-${kind}`} aria-hidden="true" />
          {words}
        </li>
      ))}
    </ul>
  );
}
