/**
 * A strip over the log's table: how many of the lines that pass the filters fall where in time.
 * Dragging over it, or choosing with the keys, keeps the lines of that time.
 *
 * @module
 */

import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { humanCount, humanDuration } from "../../../lib/format/human.ts";
import { timeText } from "../../components/mod.ts";
import { useData } from "../../data/context.ts";
import type { LogView } from "../../state/log_view.ts";
import { widthHere } from "../../state/printing.ts";
import { setTimeWindow } from "../../state/time_window.ts";
import { type Axis, narrowed } from "./axis.ts";
import { barPath, type Density, rowDensity, timesOf } from "./log_times_data.ts";

const barWidth = 5;
const stripHeight = 22;
/** Room at both ends of the strip, in CSS pixels. */
const sideRoom = 24;

/** The strip; nothing where no line has a time. */
export function LogTimes({ view }: { view: LogView }): VNode | null {
  const { columns } = useData().logs;
  const { loaded, query, rows } = view;
  const whole = useMemo(() => timesOf(columns, loaded), [columns, loaded]);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const isThere = whole !== null;
  useLayoutEffect(() => {
    const node = frame.current;
    if (!node) return;
    const measure = () => setWidth(node.clientWidth - sideRoom);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, [isThere]);
  const bins = Math.max(1, Math.floor(widthHere(width) / barWidth));
  const axis = useMemo(
    () => whole && narrowed(whole, query.since, query.until),
    [whole, query.since, query.until],
  );
  const density = useMemo(
    () => axis && width > 0 ? rowDensity(columns, rows, axis, bins) : null,
    [columns, rows, axis, bins, width > 0],
  );
  if (!axis) return null;
  return (
    <div class="times" ref={frame}>
      {density && <Strip axis={axis} density={density} bins={bins} />}
    </div>
  );
}

/** Bars from the one where a choice began to the one under the pointer or the keys. */
interface Choice {
  from: number;
  to: number;
  /** Whether the pointer is down, or Shift was held. */
  isOpen: boolean;
}

function Strip(
  { axis, density, bins }: { axis: Axis; density: Density; bins: number },
): VNode {
  const [choice, setChoice] = useState<Choice | null>(null);
  const paths = useMemo(() => pathsOf(density), [density]);
  const low = choice && Math.min(choice.from, choice.to);
  const high = choice && Math.max(choice.from, choice.to);
  const step = (axis.end - axis.start) / bins;
  const timeOf = (bin: number) => axis.start + bin * step;
  const binAt = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return clamp(Math.floor((event.clientX - box.left) / barWidth), bins);
  };
  const keep = () => {
    if (low === null || high === null) return;
    setChoice(null);
    setTimeWindow({ since: timeOf(low), until: timeOf(high + 1) });
  };
  const said = low === null || high === null
    ? `one bar is ${humanDuration(step)}`
    : `${timeText(timeOf(low))} – ${timeText(timeOf(high + 1))}: ${lineCount(density, low, high)}`;
  return (
    <>
      <svg
        width={bins * barWidth}
        height={stripHeight}
        role="slider"
        tabIndex={0}
        aria-label="Lines over time; Enter keeps the lines of a time"
        aria-valuemin={0}
        aria-valuemax={bins - 1}
        aria-valuenow={choice?.to ?? 0}
        aria-valuetext={said}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setChoice({ from: binAt(event), to: binAt(event), isOpen: true });
        }}
        onPointerMove={(event) => {
          const to = binAt(event);
          setChoice((old) => old?.isOpen ? { ...old, to } : { from: to, to, isOpen: false });
        }}
        onPointerLeave={() => setChoice((old) => old?.isOpen ? old : null)}
        onPointerUp={() => choice?.isOpen && keep()}
        onPointerCancel={() => setChoice(null)}
        onBlur={() => setChoice(null)}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const at = choice?.to ?? 0;
          const moves: Record<string, number> = {
            ArrowLeft: at - 1,
            ArrowRight: choice ? at + 1 : 0,
            Home: 0,
            End: bins - 1,
          };
          const to = moves[event.key];
          if (to !== undefined) {
            const next = clamp(to, bins);
            const from = event.shiftKey && choice ? choice.from : next;
            setChoice({ from, to: next, isOpen: false });
          } else if (event.key === "Enter" || event.key === " ") keep();
          else if (event.key === "Escape" && choice) setChoice(null);
          else return;
          event.preventDefault();
        }}
      >
        <path class="times-base" d={`M0 ${stripHeight - 0.5}h${bins * barWidth}`} />
        {paths.map(([look, d]) => <path key={look} class={look} d={d} />)}
        {low !== null && high !== null && (
          <rect
            class="times-chosen"
            x={low * barWidth}
            width={(high - low + 1) * barWidth}
            height={stripHeight}
          />
        )}
      </svg>
      <div class="times-note" aria-hidden="true">
        <span>{timeText(axis.start)}</span>
        <span>
          {said}
          {low === null && <span class="times-hint">: drag to choose a time</span>}
        </span>
        <span>{timeText(axis.end)}</span>
      </div>
    </>
  );
}

/** Errors stand in front of warnings, which stand in front of the rest. */
function pathsOf({ all, warnings, errors, max }: Density): [look: string, path: string][] {
  const both = warnings.map((count, bin) => count + errors[bin]!);
  return ([["density-all", all], ["density-warning", both], ["density-error", errors]] as const)
    .map(([look, counts]) => [look, barPath(counts, max, barWidth, stripHeight)]);
}

function lineCount({ all, errors }: Density, low: number, high: number): string {
  const total = (counts: Uint32Array) =>
    counts.subarray(low, high + 1).reduce((sum, count) => sum + count, 0);
  const lines = total(all);
  const failed = total(errors);
  return `${humanCount(lines)} ${lines === 1 ? "line" : "lines"}` +
    (failed > 0 ? `, ${humanCount(failed)} ${failed === 1 ? "error" : "errors"}` : "");
}

function clamp(bin: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, bin));
}
