/**
 * The timeline's picture, with everything that the pointer, fingers and keys do on it.
 *
 * @module
 */

import type { SVGAttributes, TargetedMouseEvent, VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { humanDuration } from "../../../lib/format/human.ts";
import { timeText } from "../../components/mod.ts";
import { navigate } from "../../state/route.ts";
import { setTimeWindow, timeWindow } from "../../state/time_window.ts";
import { axisHeight, binWidth, endRoom, labelWidth, Picture } from "./timeline_picture.tsx";
import {
  type Choice,
  hitsAt,
  hitText,
  inOrder,
  perPixel,
  type Place,
  type PlotProps,
  reach_px,
  said,
  spoken,
  type Spot,
} from "./timeline_place.ts";
import { panned, showing, zoomed, zoomMin_ms, zoomStep } from "./timeline_zoom.ts";

/** Fingers nearer to each other than this zoom no further, in CSS pixels. */
const pinchMin_px = 20;

/** How much a click on a crowd zooms in. */
const crowdZoom = 8;

/** Zooming by the wheel, for each pixel that it reports. */
const wheelZoom = 0.005;

/** The picture and what is said of the place under the pointer or the keys. */
export function Plot(props: PlotProps): VNode {
  const { axis, whole, rows, plot } = props;
  const [spot, setSpot] = useState<Spot | null>(null);
  const [choice, setChoice] = useState<Choice | null>(null);
  const pointer = usePointer(props, { setSpot, setChoice });
  const hits = spot && spot.y !== null ? hitsAt(props, spot as Place) : null;
  const last = rows.at(-1)!;
  return (
    <>
      <svg
        {...pointer}
        class={hits ? "timeline-svg timeline-hit" : "timeline-svg"}
        width={labelWidth + plot + endRoom}
        height={last.top + last.height + axisHeight}
        role="slider"
        tabIndex={0}
        aria-label="Timeline: arrows move, Shift and arrows choose a time, plus and minus zoom"
        aria-valuemin={0}
        aria-valuemax={Math.round(axis.end - axis.start)}
        aria-valuenow={Math.round((spot?.time ?? axis.start) - axis.start)}
        aria-valuetext={spoken(spot?.time ?? null, choice, props)}
        onKeyDown={(event) => {
          const next = keyed(event, props, spot, choice);
          if (!next) return;
          event.preventDefault();
          setSpot(next.spot);
          setChoice(next.choice);
        }}
        onKeyUp={(event) => {
          if (event.key === "Shift" && isLong(choice, props)) keep(choice);
        }}
        onBlur={() => {
          setSpot(null);
          setChoice(null);
        }}
      >
        <Picture
          {...props}
          cursor={spot?.time ?? null}
          chosen={choice && inOrder(choice)}
          window={timeWindow.value}
        />
      </svg>
      <p class="timeline-note">
        {spot
          ? `${timeText(spot.time)}, ${humanDuration(spot.time - whole.start)} after the start: ` +
            (hits ? hitText(hits) : said(spot.time, props))
          : "Click a mark to open it; drag to choose a time for every table; Ctrl and wheel to zoom."}
      </p>
    </>
  );
}

/** Whether a choice is more than a click. */
function isLong(choice: Choice | null, props: PlotProps): choice is Choice {
  return choice !== null && Math.abs(choice.to - choice.from) >= reach_px * perPixel(props) * 0.99;
}

type PlotEvent = TargetedMouseEvent<SVGSVGElement>;

function placeOf(event: PlotEvent, props: PlotProps): Place {
  const box = event.currentTarget.getBoundingClientRect();
  const x = Math.min(props.plot, Math.max(0, event.clientX - box.left - labelWidth));
  return { time: props.axis.start + x * perPixel(props), y: event.clientY - box.top };
}

/** What mouse and fingers do: point, click, drag over a time, pinch, turn the wheel. */
function usePointer(
  props: PlotProps,
  { setSpot, setChoice }: {
    setSpot(spot: Spot | null): void;
    setChoice(choice: Choice | null): void;
  },
): SVGAttributes<SVGSVGElement> {
  const fingers = useRef(new Map<number, number>()).current;
  const isPinch = useRef(false);
  const from = useRef(0);
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, event.clientX);
      isPinch.current = fingers.size > 1;
      from.current = placeOf(event, props).time;
      if (isPinch.current) setChoice(null);
    },
    onPointerMove: (event) => {
      const before = fingers.get(event.pointerId);
      const place = placeOf(event, props);
      if (before !== undefined) fingers.set(event.pointerId, event.clientX);
      if (before === undefined || !isPinch.current) setSpot(place);
      if (before === undefined) return;
      if (!isPinch.current) setChoice({ from: from.current, to: place.time });
      else if (fingers.size === 2) pinch(event, before, fingers, props);
    },
    onPointerLeave: () => fingers.size === 0 && setSpot(null),
    onPointerUp: (event) => {
      if (!fingers.delete(event.pointerId) || isPinch.current) return;
      const place = placeOf(event, props);
      const drag = { from: from.current, to: place.time };
      setChoice(null);
      if (isLong(drag, props)) keep(drag);
      else click(place, props);
    },
    onPointerCancel: (event) => {
      fingers.delete(event.pointerId);
      setChoice(null);
    },
    onDblClick: (event) => {
      if (!hitsAt(props, placeOf(event, props))) props.zoomTo(props.whole);
    },
    onWheel: (event) => turnWheel(event, props),
  };
}

function pinch(
  event: PlotEvent & { pointerId: number },
  before: number,
  fingers: ReadonlyMap<number, number>,
  props: PlotProps,
): void {
  const { axis, whole, zoomTo } = props;
  const other = [...fingers].find(([id]) => id !== event.pointerId)![1];
  const gap = (x: number) => Math.max(pinchMin_px, Math.abs(x - other));
  const box = event.currentTarget.getBoundingClientRect();
  const middle = (before + other) / 2 - box.left - labelWidth;
  const at = axis.start + middle * perPixel(props);
  const next = zoomed(axis, whole, gap(event.clientX) / gap(before), at);
  zoomTo(panned(next, whole, (before - event.clientX) / 2 * perPixel(props)));
}

function turnWheel(event: PlotEvent & WheelEvent, props: PlotProps): void {
  const { axis, whole, zoomTo } = props;
  const sideways = event.deltaX || (event.shiftKey ? event.deltaY : 0);
  const isPart = axis.end - axis.start < whole.end - whole.start;
  if (event.ctrlKey || event.metaKey) {
    const factor = Math.exp(-event.deltaY * wheelZoom);
    zoomTo(zoomed(axis, whole, factor, placeOf(event, props).time));
  } else if (sideways !== 0 && isPart) {
    zoomTo(panned(axis, whole, sideways * perPixel(props)));
  } else return;
  event.preventDefault();
}

/** Opens the mark at a place, zooms in on a crowd, or shows the log lines of a bar. */
function click(place: Place, props: PlotProps): void {
  const { axis, whole, rows, density, zoomTo } = props;
  const hits = hitsAt(props, place);
  if (hits?.isCrowd && axis.end - axis.start > zoomMin_ms) {
    zoomTo(zoomed(axis, whole, crowdZoom, place.time));
    return;
  }
  if (hits) {
    navigate(hits.lane.view, hits.marks[0]!.key);
    return;
  }
  const row = rows.find(({ top, height }) => place.y >= top && place.y < top + height);
  const step = binWidth * perPixel(props);
  const bin = Math.floor((place.time - axis.start) / step);
  if (!row?.params || !density?.all[bin]) return;
  if (row.params["level"] && !density.warnings[bin] && !density.errors[bin]) return;
  const since = Math.floor(axis.start + bin * step);
  const until = Math.ceil(axis.start + (bin + 1) * step);
  navigate("logs", null, { ...row.params, since: String(since), until: String(until) });
}

/** What a key leaves chosen; null where it means nothing here. */
function keyed(
  event: KeyboardEvent,
  props: PlotProps,
  spot: Spot | null,
  choice: Choice | null,
): { spot: Spot | null; choice: Choice | null } | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const { axis, whole, zoomTo } = props;
  const step = binWidth * perPixel(props);
  const at = spot?.time ?? Math.max(axis.start, timeWindow.value?.since ?? axis.start);
  const moves: Record<string, number> = {
    ArrowLeft: at - step,
    ArrowRight: spot || event.shiftKey ? at + step : at,
    Home: axis.start,
    End: axis.end,
  };
  const zooms: Record<string, number> = { "+": zoomStep, "=": zoomStep, "-": 1 / zoomStep };
  const to = moves[event.key];
  const factor = zooms[event.key];
  if (to !== undefined) {
    const time = Math.min(whole.end, Math.max(whole.start, to));
    zoomTo(showing(axis, whole, time));
    return {
      spot: { time, y: null },
      choice: event.shiftKey ? { from: choice?.from ?? at, to: time } : null,
    };
  }
  if (factor !== undefined) {
    zoomTo(zoomed(axis, whole, factor, spot?.time ?? (axis.start + axis.end) / 2));
  } else if (event.key === "0") zoomTo(whole);
  else if (event.key === "Enter") keep(choice ?? { from: at, to: at + step });
  else if (event.key === "Escape" && timeWindow.value) {
    setTimeWindow(null);
    return { spot, choice: null };
  } else return null;
  return { spot, choice };
}

function keep(choice: Choice): void {
  setTimeWindow(inOrder(choice));
}
