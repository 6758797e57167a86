/**
 * A text as bytes to search for without regard to case, in the sense of `toLowerCase`.
 *
 * @module
 */

/** What lines are scanned for. Where they do not hold it, they do not hold the text. */
export interface Needle {
  /** Its bytes; of each, the bits are set that `masks` has. */
  readonly values: Uint8Array;
  /** The bits in which the cases of a letter differ. */
  readonly masks: Uint8Array;
  /** The places of its two rarest bytes: the first one, and the distance of the other from it. */
  readonly first: number;
  readonly step: number;
  /** Whether every line that holds it holds the text, apart from lines with odd characters. */
  readonly isExact: boolean;
}

/** Most bytes of a needle. */
export const needleBytesMax = 1024;

/** Bytes of a letter in all its cases. */
interface Letter {
  values: number[];
  masks: number[];
  isExact: boolean;
}

const encoder = new TextEncoder();

/**
 * The longest part of a text in which every letter has as many bytes in one case as in another.
 *
 * @param text In small letters, as `toLowerCase` makes them.
 * @returns Null where no letter is so.
 */
export function needleOf(text: string): Needle | null {
  const letters = Array.from(text, letterOf);
  let best: Letter[] = [];
  let run: Letter[] = [];
  let size = 0;
  for (const letter of letters) {
    size += letter?.values.length ?? 0;
    if (letter && size <= needleBytesMax) run.push(letter);
    else {
      run = letter ? [letter] : [];
      size = letter?.values.length ?? 0;
    }
    if (bytesOf(run) > bytesOf(best)) best = [...run];
  }
  if (best.length === 0) return null;
  const values = Uint8Array.from(best.flatMap((letter) => letter.values));
  const masks = Uint8Array.from(best.flatMap((letter) => letter.masks));
  const [a, b] = [...values.keys()].sort((x, y) => frequency(values[x]!) - frequency(values[y]!));
  const first = Math.min(a!, b ?? a!);
  const isExact = best.length === letters.length && best.every((letter) => letter.isExact);
  return { values, masks, first, step: Math.max(a!, b ?? a!) - first, isExact };
}

function bytesOf(run: readonly Letter[]): number {
  return run.reduce((sum, { values }) => sum + values.length, 0);
}

/** Null for a letter whose cases differ in size, or depend on what stands beside it. */
function letterOf(letter: string): Letter | null {
  // The small letters of `İ` are two, and Σ has two of which its place decides.
  if (/[\u0307\u03c2\u03c3]/u.test(letter)) return null;
  const variants = variantsOf(letter).map((one) => encoder.encode(one));
  const values = [...variants[0]!];
  const masks = values.map(() => 0);
  for (const variant of variants) {
    if (variant.length !== values.length) return null;
    variant.forEach((byte, at) => masks[at]! |= byte ^ variants[0]![at]!);
  }
  masks.forEach((mask, at) => values[at]! |= mask);
  let passing = 1;
  for (const mask of masks) for (let bits = mask; bits > 0; bits &= bits - 1) passing *= 2;
  return { values, masks, isExact: passing === variants.length };
}

/** All characters whose small letter is this one. */
function variantsOf(letter: string): string[] {
  if (letter >= "a" && letter <= "z") return [letter, letter.toUpperCase()];
  if (letter < "\u0080") return [letter];
  capitals ??= allCapitals();
  return [letter, ...capitals.get(letter) ?? []];
}

let capitals: Map<string, string[]> | undefined;

/** Where letters with case end: Adlam, in the second plane. */
const casedEnd = 0x1e960;

function allCapitals(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (let code = 0x80; code < casedEnd; code++) {
    if (code === 0xd800) code = 0xe000;
    const capital = String.fromCodePoint(code);
    const letter = capital.toLowerCase();
    if (letter === capital) continue;
    const list = found.get(letter);
    if (list) list.push(capital);
    else found.set(letter, [capital]);
  }
  return found;
}

/** Bytes of logs, most frequent first. */
const frequent = ' e"ta0noir1sl2dc,:mup3_h4.5g6f789b-ywv/kx{}[]=jqz';

/** How frequent a byte is: 0 is the rarest. */
function frequency(byte: number): number {
  const rank = frequent.indexOf(String.fromCharCode(byte));
  return rank < 0 ? 0 : frequent.length - rank;
}
