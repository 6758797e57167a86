/**
 * The session at a glance: errors, traces, model calls and locks on one axis, with the density of
 * log lines below. Dragging over it sets the time window of every table.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { EmptyState, Section } from "../../components/mod.ts";
import { useData, useLogsLoaded, useSection } from "../../data/context.ts";
import { widthHere } from "../../state/printing.ts";
import { param, setParams } from "../../state/route.ts";
import { timeWindow } from "../../state/time_window.ts";
import { type Axis, narrowed } from "./axis.ts";
import { LogMissing } from "./log_missing.tsx";
import { rowDensity } from "./log_times_data.ts";
import { timelineLanes } from "./timeline_data.ts";
import { binWidth, endRoom, Labels, labelWidth, laneRows } from "./timeline_picture.tsx";
import { Plot } from "./timeline_plot.tsx";
import { TimelineTable } from "./timeline_table.tsx";
import { formatZoom, parseZoom, zoomed, zoomStep } from "./timeline_zoom.ts";

/** How long zooming must rest before the address says it, in milliseconds: browsers limit that. */
const restFor_ms = 250;

/**
 * The records of all lanes, once they are there: the timeline and what stands below it are drawn at
 * once, as a lane that came later would push the others down.
 */
export function useLaneRecords(): Parameters<typeof timelineLanes>[0] | null {
  const errors = useSection("errors").value;
  const llm = useSection("llm").value;
  const locks = useSection("locks").value;
  const traces = useSection("traces").value;
  return useMemo(
    () => errors && llm && locks && traces ? { errors, llm, locks, traces } : null,
    [errors, llm, locks, traces],
  );
}

/** The timeline of the whole session, or of the part that the address zooms to. */
export function Timeline(): VNode {
  const { start, end } = useData().header.time_range;
  const whole = useMemo(
    () => start === null || end === null ? null : { start, end: Math.max(end, start + 1) },
    [start, end],
  );
  if (whole) return <TimelineOf whole={whole} />;
  return (
    <Section title="Timeline">
      <EmptyState title="No moment is known">
        <p>Nothing in this session carries a time that could be read.</p>
      </EmptyState>
    </Section>
  );
}

function TimelineOf({ whole }: { whole: Axis }): VNode {
  const { logs } = useData();
  const loaded = useLogsLoaded();
  const known = useLaneRecords();
  const rows = useMemo(
    () => laneRows(known ? timelineLanes(known, whole.end) : []),
    [known, whole],
  );
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [axis, zoomTo] = useZoom(whole);
  const plot = Math.max(0, width - labelWidth - endRoom);
  const bins = Math.max(1, Math.floor(plot / binWidth));
  const density = useMemo(
    () => plot > 0 && loaded > 0 ? rowDensity(logs.columns, loaded, axis, bins) : null,
    [logs, loaded, axis, bins, plot > 0],
  );
  const window = timeWindow.value;
  const isTable = param("table") !== "";
  const zoomBy = (factor: number) =>
    zoomTo(zoomed(axis, whole, factor, (axis.start + axis.end) / 2));
  const actions = (
    <>
      {window && (
        <Tool
          title="Zoom to the time window"
          onClick={() => zoomTo(narrowed(whole, window.since, window.until))}
        >
          Window
        </Tool>
      )}
      <Tool title="Zoom in (+)" onClick={() => zoomBy(zoomStep)}>+</Tool>
      <Tool title="Zoom out (-)" onClick={() => zoomBy(1 / zoomStep)}>−</Tool>
      <Tool title="Show all of the time (0, or a double click)" onClick={() => zoomTo(whole)}>
        All
      </Tool>
      <Tool
        title="The timeline as a table"
        pressed={isTable}
        onClick={() => setParams({ table: isTable ? null : "1" })}
      >
        Table
      </Tool>
    </>
  );
  return (
    <Section title="Timeline" actions={actions}>
      <div class="timeline" ref={frame}>
        <LogMissing />
        {width > 0 && known && (
          <div class="timeline-frame">
            <Labels rows={rows} />
            <Plot
              axis={axis}
              whole={whole}
              rows={rows}
              density={density}
              plot={plot}
              zoomTo={zoomTo}
            />
          </div>
        )}
        {isTable && (
          <TimelineTable
            axis={axis}
            rows={rows}
            columns={logs.columns}
            loaded={loaded}
            zoomTo={zoomTo}
          />
        )}
      </div>
    </Section>
  );
}

function Tool({ title, pressed, onClick, children }: {
  title: string;
  pressed?: boolean;
  onClick(): void;
  children: ComponentChildren;
}): VNode {
  return (
    <button
      type="button"
      class="button"
      title={title}
      aria-label={title}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** What is shown, and the way to change it; the address follows when zooming rests. */
function useZoom(whole: Axis): [axis: Axis, zoomTo: (axis: Axis) => void] {
  const zoom = param("zoom");
  const kept = useMemo(() => parseZoom(zoom, whole), [zoom, whole]);
  const [live, setLive] = useState<Axis | null>(null);
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => {
      setLive(null);
      setParams({ zoom: formatZoom(live, whole) });
    }, restFor_ms);
    return () => clearTimeout(timer);
  }, [live]);
  return [live ?? kept, setLive];
}

function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const node = element.current!;
    const measure = () => setWidth(node.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return widthHere(width);
}
