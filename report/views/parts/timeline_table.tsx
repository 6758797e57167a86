/**
 * The timeline as a table: how much of each kind there is in equal parts of the time shown.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanCount } from "../../../lib/format/human.ts";
import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import { timeText } from "../../components/mod.ts";
import { href } from "../../state/route.ts";
import { isInside } from "../../state/time_window.ts";
import type { Axis } from "./axis.ts";
import type { LaneRow } from "./timeline_picture.tsx";

/** Parts that the time is cut into. */
export const slicesMax = 6;

/** The table; each count leads to its records. */
export function TimelineTable({ axis, rows, columns, loaded, zoomTo }: {
  axis: Axis;
  rows: readonly LaneRow[];
  columns: LogColumns;
  loaded: number;
  zoomTo(axis: Axis): void;
}): VNode {
  // Whole milliseconds, as in the links; a record on an edge counts on both sides, as it is shown.
  const edges = Array.from({ length: slicesMax + 1 }, (_, i) => {
    const time = axis.start + (axis.end - axis.start) * i / slicesMax;
    return i === 0 ? Math.floor(time) : Math.ceil(time);
  });
  const slices = edges.slice(1).map((until, i) => ({ since: edges[i]!, until }));
  return (
    <div class="timeline-table" tabIndex={0} role="group" aria-label="The timeline as a table">
      <table class="mini-table">
        <thead>
          <tr>
            <th scope="col">From</th>
            {rows.map(({ title }) => <th key={title} scope="col" class="align-right">{title}</th>)}
          </tr>
        </thead>
        <tbody>
          {slices.map((slice) => {
            const { since, until } = slice;
            return (
              <tr key={since}>
                <th scope="row">
                  <button
                    type="button"
                    class="link-button figure"
                    title="Zoom in to this time"
                    onClick={() => zoomTo({ start: since, end: until })}
                  >
                    {timeText(since)}
                  </button>
                </th>
                {rows.map((row) => {
                  const count = row.lane
                    ? row.lane.times.filter((times) => isInside(slice, times)).length
                    : linesOf(columns, loaded, slice, row.params?.["level"] ? 2 : 0);
                  const params = { ...row.params, since: String(since), until: String(until) };
                  return (
                    <td key={row.title} class="align-right figure">
                      {count > 0
                        ? <a href={href(row.view, null, params)}>{humanCount(count)}</a>
                        : "0"}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function linesOf(
  { time, level }: LogColumns,
  loaded: number,
  { since, until }: { since: number; until: number },
  levelMin: number,
): number {
  let count = 0;
  for (let row = 0; row < loaded; row++) {
    if (time[row]! >= since && time[row]! <= until && level[row]! >= levelMin) count++;
  }
  return count;
}
