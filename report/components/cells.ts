/**
 * Cells of figures: a table has thousands of them, so their text stands in the cell itself, with
 * the exact value as the cell's hint.
 *
 * @module
 */

import { humanCount, humanDuration } from "../../lib/format/human.ts";
import type { Column } from "./columns.ts";
import { exactTime, timeText } from "./quantity.tsx";
import { statusLook, statusWord, type Tone, toneOf, toneStyle } from "./status.tsx";

/** The parts of a column that draw its cells. */
export type CellParts<Row> = Required<Pick<Column<Row>, "cell" | "hint" | "look">>;

/** How something went: shape, colour and word. */
export function statusCell<Row>(
  word: (row: Row) => string,
  tone: (row: Row) => Tone = (row) => toneOf(word(row)),
): Required<Pick<Column<Row>, "cell" | "look" | "style">> {
  return {
    cell: (row) => statusWord(word(row)),
    look: (row) => word(row) ? statusLook(tone(row)) : "",
    style: (row) => toneStyle(tone(row)),
  };
}

/** A bar from one share of the cell's width to another, in a fill such as `var(--info-fill)`. */
export function barCell<Row>(
  bar: (row: Row) => { from: number; to: number; fill: string; track?: boolean } | null,
): Required<Pick<Column<Row>, "cell" | "look" | "style">> {
  return {
    cell: () => null,
    look: (row) => bar(row) ? "bar-cell" : "",
    style: (row) => {
      const drawn = bar(row);
      if (!drawn) return "";
      const { from, to, fill, track } = drawn;
      const long = Math.min(1, Math.max(0.004, to - from));
      const at = long < 1 ? from / (1 - long) : 0;
      return `--bar:${fill};--bar-at:${at * 100}%;--bar-long:${long * 100}%;` +
        (track ? "--bar-track:var(--line)" : "");
    },
  };
}

type Value = number | null | undefined;

/** The time of day, with date, local time and distance as the hint. */
export function timeCell<Row>(value: (row: Row) => Value): CellParts<Row> {
  return figureCell(
    value,
    (time) => timeText(time),
    exactTime,
    "No time recorded",
  );
}

/** A length of time in milliseconds, with the exact one as the hint. */
export function durationCell<Row>(value: (row: Row) => Value): CellParts<Row> {
  return figureCell(value, humanDuration, (ms) => `${ms} ms`, "No duration recorded");
}

/** A count with thousands set apart; zero is muted. */
export function countCell<Row>(value: (row: Row) => Value): CellParts<Row> {
  return {
    ...figureCell(value, humanCount, () => undefined, "Not recorded"),
    look: (row) => value(row) ? undefined : "muted",
  };
}

function figureCell<Row>(
  value: (row: Row) => Value,
  text: (value: number) => string,
  exact: (value: number) => string | undefined,
  unknown: string,
): CellParts<Row> {
  const known = (row: Row): number | null => {
    const figure = value(row);
    return typeof figure === "number" && Number.isFinite(figure) ? figure : null;
  };
  return {
    cell: (row) => {
      const figure = known(row);
      return figure === null ? "–" : text(figure);
    },
    hint: (row) => {
      const figure = known(row);
      return figure === null ? unknown : exact(figure);
    },
    look: (row) => known(row) === null ? "muted" : undefined,
  };
}
