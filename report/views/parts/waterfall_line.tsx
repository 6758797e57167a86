/**
 * One row of the waterfall, and the lane of marks above the rows.
 *
 * @module
 */

import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import { humanDuration } from "../../../lib/format/human.ts";
import {
  endWord,
  iconStyle,
  plainText,
  Text,
  type Tone,
  ToneIcon,
  toneStyle,
} from "../../components/mod.ts";
import { OpenWord } from "../../state/running.ts";
import { type Axis, place } from "./axis.ts";
import type { WaterfallRow } from "./span_rows.ts";

/** Room of the button that folds, and the gap after it, in CSS pixels. */
const foldWidth_px = 20;

/** A moment of the whole trace. */
export interface Mark {
  time: number;
  tone: Tone;
  words: string;
  href: string;
}

/** Most marks drawn; a trace with more has them in its sections. */
export const marksMax = 24;

/** Most moments drawn on one bar. */
const momentsMax = 40;

/** Width of one level's indentation, in CSS pixels. */
const indent_px = 12;

/** Moments of the trace as links on its axis. */
export function MarkLane({ marks, axis }: { marks: readonly Mark[]; axis: Axis }): VNode {
  return (
    <div class="wf-marks" role="rowgroup">
      <div class="waterfall-row" role="row">
        <div role="rowheader" class="wf-name muted">Moments</div>
        <div role="gridcell" class="wf-track">
          {marks.slice(0, marksMax).map((mark, index) => (
            <a
              key={index}
              class={`wf-mark icon-before tone-${mark.tone}`}
              style={`${toneStyle(mark.tone, 12)};left:${place(axis, mark.time) * 100}%`}
              href={mark.href}
              title={plainText(mark.words)}
              aria-label={plainText(mark.words)}
            />
          ))}
        </div>
        <div role="gridcell" class="wf-figure" />
        <div role="gridcell" class="wf-figure wf-self" />
      </div>
    </div>
  );
}

/** Properties of {@linkcode WaterfallLine}. */
export interface WaterfallLineProps {
  row: WaterfallRow;
  axis: Axis;
  top: number;
  index: number;
  cursor: boolean;
  open: boolean;
  folded: boolean;
  /** Whether only the critical path is shown: then every row says what it adds. */
  onPath: boolean;
  onToggle(): void;
  onOpen(): void;
}

/** One row: its name by depth, its bar, its figures. */
export function WaterfallLine(props: WaterfallLineProps): VNode {
  const openWord = useContext(OpenWord);
  const { row, axis, index, cursor, open, folded } = props;
  const failed = isFailed(row);
  const unended = ["running", "held", "waiting"].includes(row.status);
  const ownTime = row.kind === "span" && (row.children > 0 || props.onPath);
  return (
    <div
      id={`wf-${index}`}
      role="row"
      class={`waterfall-row${cursor ? " row-cursor" : ""}${failed ? " row-error" : ""}`}
      aria-rowindex={index + 2}
      aria-level={row.depth + 1}
      aria-expanded={row.children > 0 ? !folded : undefined}
      aria-selected={open}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={props.onOpen}
    >
      <div
        role="gridcell"
        class={row.node?.critical ? "wf-name wf-on-path" : "wf-name"}
        style={{
          paddingLeft: `${8 + row.depth * indent_px + (row.children > 0 ? 0 : foldWidth_px)}px`,
        }}
      >
        {row.children > 0
          ? (
            <button
              type="button"
              class="wf-fold icon-before"
              style={iconStyle(folded ? "chevron" : "down", 12)}
              tabIndex={-1}
              aria-label={folded ? "Unfold" : "Fold"}
              onClick={(event) => {
                event.stopPropagation();
                props.onToggle();
              }}
            />
          )
          : null}
        <RowIcon row={row} failed={failed} />
        <Text class="wf-label" value={row.name} max={160} />
        <Hint row={row} />
        {folded && <span class="wf-count">{row.children}</span>}
      </div>
      <div role="gridcell" class="wf-track">
        <Bar row={row} axis={axis} />
      </div>
      <div
        role="gridcell"
        class={unended ? "wf-figure tone-running-text" : "wf-figure"}
        title={unended ? undefined : exact(row.duration_ms)}
      >
        {!unended
          ? humanDuration(row.duration_ms)
          : row.status === "running"
          ? openWord
          : endWord(row.status)}
      </div>
      <div
        role="gridcell"
        class="wf-figure wf-self"
        title={ownTime ? exact(row.self_ms) : undefined}
      >
        {ownTime && humanDuration(row.self_ms)}
      </div>
    </div>
  );
}

function exact(ms: number | null): string {
  return ms === null ? "No duration recorded" : `${ms} ms`;
}

/** Whether a row failed. */
export function isFailed(row: WaterfallRow): boolean {
  return ["error", "timeout", "broken"].includes(row.status);
}

/** The first thing the span says of itself, which tells spans of one name apart. */
function Hint({ row }: { row: WaterfallRow }): VNode | null {
  const first = Object.values(row.node?.span.metadata ?? {})
    .find((value) => typeof value === "string" || typeof value === "number");
  if (first === undefined) return null;
  return <Text class="wf-hint muted" value={String(first)} max={80} />;
}

function RowIcon({ row, failed }: { row: WaterfallRow; failed: boolean }): VNode | null {
  if (row.kind === "llm") {
    return <span class="wf-kind icon-before" style={iconStyle("llm")} title="Model call" />;
  }
  if (row.kind === "lock") {
    return <span class="wf-kind icon-before" style={iconStyle("locks")} title="Lock request" />;
  }
  if (failed) return <ToneIcon tone="error" size={12} />;
  return row.status === "running" ? <ToneIcon tone="running" size={12} /> : null;
}

function Bar({ row, axis }: { row: WaterfallRow; axis: Axis }): VNode | null {
  if (row.start === null) return <span class="wf-no-time muted">no time recorded</span>;
  const left = place(axis, row.start);
  const right = row.end === null ? 1 : place(axis, row.end);
  const width = right - left;
  const turn = row.turn === null ? null : place(axis, row.turn);
  const state = isFailed(row) ? " bar-error" : row.end === null ? " bar-running" : "";
  const critical = row.node?.critical ? " bar-critical" : "";
  const first = turn === null ? 0 : Math.min(1, Math.max(0, width > 0 ? (turn - left) / width : 0));
  return (
    <>
      <div
        class={`bar bar-${row.kind}${critical}${state}`}
        style={`left:${left * 100}%;width:${width * 100}%;--bar-first:${first * 100}%`}
        title={barTitle(row)}
      />
      {row.moments.length > 0 && <Moments row={row} axis={axis} />}
    </>
  );
}

/** The moments of a bar: diamonds, drawn as the backgrounds of one element. */
function Moments({ row, axis }: { row: WaterfallRow; axis: Axis }): VNode {
  const drawn = row.moments.slice(0, momentsMax);
  const background = drawn.map(({ time }) => {
    const at = `${place(axis, time) * 100}%`;
    return `var(--wf-upper) ${at} 0 / 8px 4px no-repeat,var(--wf-lower) ${at} 4px / 8px 4px no-repeat`;
  });
  const words = drawn.map(({ name, time }) =>
    `${name}, ${humanDuration(time - (row.start ?? 0))} in`
  );
  return (
    <span
      class="wf-moments"
      style={`background:${background.join()}`}
      title={plainText(words.join("\n"))}
    />
  );
}

function barTitle(row: WaterfallRow): string {
  const took = row.duration_ms === null ? row.status : humanDuration(row.duration_ms);
  return plainText(`${row.name}: ${took}${row.node?.critical ? ", on the critical path" : ""}`);
}
