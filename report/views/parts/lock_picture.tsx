/**
 * The lanes of a lock, drawn.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import { humanDuration } from "../../../lib/format/human.ts";
import { Badge, plainText, Text, timeText } from "../../components/mod.ts";
import { openKey, route } from "../../state/route.ts";
import type { TimeWindow } from "../../state/time_window.ts";
import { ticks } from "./axis.ts";
import { barAt, type BarKind, type Lane, type LaneBar, lockLanes } from "./lock_lanes.ts";

/** Lanes shown before the rest is folded. */
const lanesMax = 8;

/** Units across a lane; a bar is at least `barMin` units wide, so that none is lost. */
const box = 10_000;
const barMin = 12;

/** Top and height of each kind of bar in a lane 20 units high: thin waits, full holds. */
const shapes: Record<BarKind, readonly [top: number, height: number]> = {
  wait: [8, 4],
  waiting: [8, 4],
  timeout: [8, 4],
  hold: [3, 14],
  held: [3, 14],
  broken: [3, 14],
};

const words: Record<BarKind, string> = {
  wait: "waited",
  waiting: "still waits",
  timeout: "gave up waiting",
  hold: "held",
  held: "still holds",
  broken: "held until broken",
};

/** How near a click must be to a bar, as a share of the lane. */
const reach = 0.01;

/** One lane for each agent. A click opens the request; the table below lists them all. */
export function LockPicture(
  { requests, end, window }: {
    requests: readonly LockRequest[];
    end: number | null;
    window: TimeWindow | null;
  },
): VNode | null {
  const drawn = useMemo(() => lockLanes(requests, end, window), [requests, end, window]);
  const [all, setAll] = useState(false);
  if (!drawn) return null;
  const lanes = all ? drawn.lanes : drawn.lanes.slice(0, lanesMax);
  const hidden = drawn.lanes.length - lanes.length;
  return (
    <div class="lanes">
      <div class="lanes-grid" tabIndex={0} role="group" aria-label="Lanes">
        <div class="lane-axis">
          <span class="lane-name muted" title={`Since ${timeText(drawn.axis.start)}`}>
            elapsed
          </span>
          <div class="axis" aria-hidden="true">
            {ticks(drawn.axis, 6).map((tick) => (
              <span
                key={tick.at}
                class={tick.at > 0.93 ? "tick tick-last figure" : "tick figure"}
                style={{ left: `${tick.at * 100}%` }}
              >
                {tick.label}
              </span>
            ))}
          </div>
        </div>
        {lanes.map((lane) => <LaneView key={lane.agent} lane={lane} />)}
      </div>
      <div class="lanes-foot">
        <Legend lanes={drawn.lanes} />
        {hidden > 0 && (
          <button type="button" class="fold" onClick={() => setAll(true)}>
            Show {hidden} more agents
          </button>
        )}
      </div>
    </div>
  );
}

function LaneView({ lane }: { lane: Lane }): VNode {
  const [hover, setHover] = useState<LaneBar | null>(null);
  const chosen = lane.bars.filter((bar) => bar.request.lock_entry_id === route.value.key);
  const find = (event: MouseEvent) => {
    const area = (event.currentTarget as Element).getBoundingClientRect();
    return barAt(lane, (event.clientX - area.left) / area.width, reach);
  };
  const kinds = [...new Set(lane.bars.map((bar) => bar.kind))];
  const word = lane.requests === 1 ? "request" : "requests";
  return (
    <div class="lane">
      <span class="lane-name" title={`${plainText(lane.agent)}: ${lane.requests} ${word}`}>
        <Text value={lane.agent} max={60} bare={!lane.died} />
        {lane.died && <Badge tone="error">died</Badge>}
      </span>
      <div
        class={hover ? "lane-track lane-hover" : "lane-track"}
        title={hover ? barText(hover) : undefined}
        onMouseMove={(event) => setHover(find(event))}
        onMouseLeave={() => setHover(null)}
        onClick={(event) => {
          const bar = find(event);
          if (bar) openKey(bar.request.lock_entry_id);
        }}
      >
        <svg viewBox={`0 0 ${box} 20`} preserveAspectRatio="none" aria-hidden="true">
          {kinds.map((kind) => (
            <path
              key={kind}
              class={`lane-${kind}`}
              d={outline(lane.bars.filter((bar) => bar.kind === kind))}
            />
          ))}
          {chosen.map((bar) => (
            <path
              key={bar.kind}
              class="lane-chosen"
              d={outline([bar])}
              vector-effect="non-scaling-stroke"
            />
          ))}
        </svg>
      </div>
    </div>
  );
}

/** All bars as one path, so that a thousand requests are still one element. */
function outline(bars: readonly LaneBar[]): string {
  return bars.map(({ kind, from, to }) => {
    const [top, height] = shapes[kind];
    // A wait too short to see would hide the start of the hold after it.
    if (kind === "wait" && (to - from) * box < barMin) return "";
    const width = Math.max(barMin, (to - from) * box);
    const left = Math.min(from * box, box - barMin);
    return `M${left.toFixed(1)} ${top}h${width.toFixed(1)}v${height}h-${width.toFixed(1)}z`;
  }).join("");
}

function barText({ kind, request }: LaneBar): string {
  const ms = kind === "hold" || kind === "broken" ? request.hold_ms : request.wait_ms;
  const long = ms === null || kind === "held" || kind === "waiting" ? "" : ` ${humanDuration(ms)}`;
  const time = request.requested === null ? "" : `, requested ${timeText(request.requested)}`;
  return plainText(`${request.operation || "lock"}: ${words[kind]}${long}${time}`);
}

function Legend({ lanes }: { lanes: readonly Lane[] }): VNode {
  const shown = new Set(lanes.flatMap((lane) => lane.bars.map((bar) => bar.kind)));
  const entries: [BarKind, string][] = [
    ["wait", "waits"],
    ["hold", "holds"],
    ["timeout", "gave up"],
    ["broken", "broken"],
    ["held", "never released"],
    ["waiting", "still waits"],
  ];
  return (
    <ul class="legend">
      {entries.filter(([kind]) => shown.has(kind)).map(([kind, word]) => (
        <li key={kind}>
          <svg
            viewBox="0 0 20 20"
            width="16"
            height="16"
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <path class={`lane-${kind}`} d={`M1 ${shapes[kind][0]}h18v${shapes[kind][1]}h-18z`} />
          </svg>
          {word}
        </li>
      ))}
    </ul>
  );
}
