/**
 * The rows of a block that hold terminal sequences, once more without them: so a text is found
 * across a change of colour, and not in what no screen shows.
 *
 * @module
 */

import { copyPlain, escapeCharacter } from "./ansi.ts";
import { type Needle, prepareNeedle, searchBlock } from "./search.ts";

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

let needles: Needle[] | undefined;

/** The rows of a block that hold sequences; null where none does, as in most logs. */
export function plainRows(text: Uint8Array, starts: Uint32Array): PlainRows | null {
  const isHere = new Uint8Array(starts.length - 1);
  let count = 0;
  needles ??= [escapeCharacter, "\\u001b["].map(prepareNeedle);
  for (const needle of needles) {
    searchBlock(text, starts, needle, (position) => {
      count += 1 - isHere[position]!;
      isHere[position] = 1;
    });
  }
  if (count === 0) return null;
  const positions = new Uint32Array(count);
  let size = 0;
  let at = 0;
  for (let position = 0; position < isHere.length; position++) {
    if (isHere[position] === 0) continue;
    positions[at++] = position;
    size += starts[position + 1]! - starts[position]!;
  }
  const plain = new Uint8Array(size);
  const ends = new Uint32Array(count + 1);
  positions.forEach((position, i) => {
    const end = starts[position + 1]!;
    ends[i + 1] = copyPlain(text, starts[position]!, end, separator, plain, ends[i]!);
  });
  return { isHere, positions, text: plain, starts: ends };
}
