/**
 * Letters without regard to case, over all of Unicode: one code point to one code point, the same
 * whatever stands beside it. (`toLowerCase` of a whole text makes one letter two, and folds a final
 * sigma otherwise than any other.)
 *
 * @module
 */

/** The code point that stands for all cases of this one: `K`, `k` and U+212A give `k`. */
export function foldCodePoint(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  // Dotless i: its upper case is I, but no folding makes it i.
  if (code === 0x131) return code;
  const text = String.fromCodePoint(code);
  const upper = single(text.toUpperCase()) ?? code;
  return single(String.fromCodePoint(upper).toLowerCase()) ?? code;
}

/**
 * A text with every code point folded. Each keeps its size in UTF-16, so a place in the folded text
 * is the same place in the text.
 */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) {
    folded += String.fromCodePoint(foldCodePoint(character.codePointAt(0)!));
  }
  return folded;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Every code point that folds to the same as this one, itself included. */
export function caseVariants(code: number): readonly number[] {
  const folded = foldCodePoint(code);
  if (folded < 0x80) return asciiVariants(folded);
  classes ??= foldClasses();
  return classes.get(folded) ?? [code];
}

/** The two letters that have relatives beyond ASCII. */
function asciiVariants(folded: number): number[] {
  if (folded < 0x61 || folded > 0x7a) return [folded];
  const pair = [folded, folded - 32];
  if (folded === 0x6b) pair.push(0x212a);
  if (folded === 0x73) pair.push(0x17f);
  return pair;
}

let classes: Map<number, number[]> | undefined;

/** Where letters with case end: Adlam, in the second plane. */
const casedEnd = 0x1e960;

function foldClasses(): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let code = 0x80; code < casedEnd; code++) {
    if (code === 0x3400) code = 0xa640; // no letters with case among the ideographs
    if (code === 0xac00) code = 0xfb00; // nor among Hangul, surrogates and private use
    const folded = foldCodePoint(code);
    if (folded === code) continue;
    const list = found.get(folded);
    if (list) list.push(code);
    else found.set(folded, [folded, code]);
  }
  return found;
}

/** The only code point of a text; undefined where it has several. */
function single(text: string): number | undefined {
  const code = text.codePointAt(0)!;
  return text.length === (code > 0xffff ? 2 : 1) ? code : undefined;
}
