/**
 * The rows of a block that hold terminal sequences, once more without them: so a text is found
 * across a change of colour, and not in what no screen shows.
 *
 * @module
 */

import { copyPlain, sequenceAt } from "./ansi.ts";

/** Rows without their sequences. */
export interface PlainRows {
  /** By position in the block: 1 for the rows that are here. */
  readonly isHere: Uint8Array;
  /** The position of each row. */
  readonly positions: Uint32Array;
  readonly text: Uint8Array;
  /** First byte of each row, and the text's end. */
  readonly starts: Uint32Array;
}

/** Separates a row's fields. */
const separator = 0xff;

/** The rows of a block that hold sequences; null where none does, as in most logs. */
export function plainRows(text: Uint8Array, starts: Uint32Array): PlainRows | null {
  const rows = starts.length - 1;
  const isHere = new Uint8Array(rows);
  const end = starts[rows]!;
  let count = 0;
  for (let at = sequenceAt(text, 0, end), row = 0; at < end; count++) {
    while (starts[row + 1]! <= at) row++;
    isHere[row] = 1;
    at = sequenceAt(text, starts[row + 1]!, end);
  }
  if (count === 0) return null;
  const positions = new Uint32Array(count);
  let size = 0;
  let at = 0;
  for (let position = 0; position < rows; position++) {
    if (isHere[position] === 0) continue;
    positions[at++] = position;
    size += starts[position + 1]! - starts[position]!;
  }
  const plain = new Uint8Array(size);
  const ends = new Uint32Array(count + 1);
  positions.forEach((position, i) => {
    const rowEnd = starts[position + 1]!;
    ends[i + 1] = copyPlain(text, starts[position]!, rowEnd, separator, plain, ends[i]!);
  });
  return { isHere, positions, text: plain, starts: ends };
}
