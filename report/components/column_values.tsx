/**
 * Columns of one value a row: how it is drawn, what it is as text, and what it is sorted by.
 *
 * @module
 */

import { humanDuration } from "../../lib/format/human.ts";
import { type CellParts, countCell, durationCell, timeCell } from "./cells.ts";
import type { Column } from "./columns.ts";
import { timeText } from "./quantity.tsx";
import { Text } from "./text.tsx";

/** What is searched, copied and sorted by. */
type Parts<Row> = Required<Pick<Column<Row>, "text" | "sort">>;

type Figure = number | null | undefined;

/** A recorded text; a missing one sorts last. */
export function textValue<Row>(
  value: (row: Row) => string | null | undefined,
): Parts<Row> & Pick<Column<Row>, "cell"> {
  return {
    cell: (row) => {
      const text = value(row);
      return text && <Text value={text} bare />;
    },
    text: (row) => value(row) ?? "",
    sort: (row) => value(row) ?? null,
  };
}

/** A moment, in milliseconds since 1970. */
export function timeValue<Row>(value: (row: Row) => Figure): CellParts<Row> & Parts<Row> {
  return figure(value, timeCell(value), timeText);
}

/** A length of time, in milliseconds. */
export function durationValue<Row>(value: (row: Row) => Figure): CellParts<Row> & Parts<Row> {
  return figure(value, durationCell(value), humanDuration);
}

/** A count. */
export function countValue<Row>(value: (row: Row) => Figure): CellParts<Row> & Parts<Row> {
  return figure(value, countCell(value), String);
}

function figure<Row>(
  value: (row: Row) => Figure,
  parts: CellParts<Row>,
  text: (figure: number) => string,
): CellParts<Row> & Parts<Row> {
  return {
    ...parts,
    text: (row) => {
      const figure = value(row);
      return figure === null || figure === undefined ? "" : text(figure);
    },
    sort: (row) => value(row) ?? null,
  };
}
