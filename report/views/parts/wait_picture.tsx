/**
 * Who waited for whom, drawn: waiters on the left, holders on the right, thicker for longer.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanDuration } from "../../../lib/format/human.ts";
import { Badge, plainText, Text } from "../../components/mod.ts";
import type { WaitPair } from "./lock_lanes.ts";

/** Pairs that are drawn, those with the most waiting. */
export const drawnPairsMax = 16;

/** Height of a name's line, in CSS pixels. */
const line = 24;

/** Widest line, in CSS pixels; the shortest waiting has 1. */
const strokeMax = 7;

/** The picture; the table beside it lists every pair. */
export function WaitPicture({ pairs }: { pairs: readonly WaitPair[] }): VNode | null {
  const drawn = pairs.slice(0, drawnPairsMax);
  if (drawn.length < 2) return null;
  const waiters = [...new Set(drawn.map((pair) => pair.waiter))];
  const holders = [...new Set(drawn.map((pair) => pair.holder))];
  const died = new Set(drawn.filter((pair) => pair.died > 0).map((pair) => pair.holder));
  const most = Math.max(1, ...drawn.map((pair) => pair.total_ms));
  const height = Math.max(waiters.length, holders.length) * line;
  const middle = (names: readonly string[], name: string) =>
    ((names.indexOf(name) + 0.5) * height) / names.length;
  return (
    <div
      class="waits"
      role="img"
      aria-label="Lines from those who waited to those who held the lock, as in the table below"
    >
      <Names title="Who waited" names={waiters} height={height} />
      <svg viewBox={`0 0 100 ${height}`} height={height} preserveAspectRatio="none">
        {drawn.map((pair) => {
          const [from, to] = [middle(waiters, pair.waiter), middle(holders, pair.holder)];
          return (
            <path
              key={`${pair.waiter}\n${pair.holder}`}
              class={pair.timeouts > 0 ? "wait-line wait-failed" : "wait-line"}
              d={`M0 ${from}C50 ${from} 50 ${to} 100 ${to}`}
              stroke-width={1 + (strokeMax - 1) * pair.total_ms / most}
              vector-effect="non-scaling-stroke"
            >
              <title>{pairText(pair)}</title>
            </path>
          );
        })}
      </svg>
      <Names title="For whom" names={holders} height={height} died={died} />
    </div>
  );
}

function pairText({ waiter, holder, waits, total_ms, timeouts }: WaitPair): string {
  const gaveUp = timeouts > 0 ? `, gave up ${timeouts} times` : "";
  return plainText(
    `${waiter} waited ${waits} times for ${holder}, ${humanDuration(total_ms)} in all${gaveUp}`,
  );
}

function Names({ title, names, height, died }: {
  title: string;
  names: readonly string[];
  height: number;
  died?: ReadonlySet<string>;
}): VNode {
  return (
    <div class="wait-names">
      <div class="muted">{title}</div>
      <ul style={{ height: `${height}px` }}>
        {names.map((name) => (
          <li key={name} title={plainText(name)}>
            <Text value={name} max={60} /> {died?.has(name) && <Badge tone="error">died</Badge>}
          </li>
        ))}
      </ul>
    </div>
  );
}
