/**
 * Anchors: texts, one of which every match of a rule holds, with marks before or behind them.
 *
 * @module
 */

/**
 * An anchor's end: so many ASCII letters or digits must follow, each told by this character.
 *
 * For a short prefix that ordinary words hold, too: `re_` is in `store_id`.
 */
const anyWordCharacter = "\0";

/** Further marks, before or behind an anchor's text; no text has these characters. */
const noWordCharacter = "\ufdd1";
const keyCharacter = "\ufdd2";
const noWordAndNoBlank = "\ufdd3";

const MARKS = anyWordCharacter + noWordCharacter + keyCharacter + noWordAndNoBlank;

/** An anchor's text, without the marks before and behind it. */
export function anchorText(anchor: string): string {
  let start = 0;
  let end = anchor.length;
  while (start < end && isMark(anchor.charCodeAt(start))) start++;
  while (end > start && isMark(anchor.charCodeAt(end - 1))) end--;
  return anchor.slice(start, end);
}

/** Every process that records makes these tables of a thousand anchors, so it must not take long. */
function isMark(code: number): boolean {
  return code === 0 || code >= 0xfdd1 && code <= 0xfdd3;
}

/**
 * Anchors of a word that names a secret where it ends a key, while ordinary text is full of it:
 * `tokens`, `tokenizer`, `a token of`. No ASCII letter or digit may follow it, and none behind a
 * blank either, unless the word is the end of a longer key, which may be `--auth-token`.
 */
export function keyAnchors(word: string): string[] {
  return [
    word + noWordAndNoBlank,
    `${word} ${noWordCharacter}`,
    keyCharacter + word + noWordCharacter,
  ];
}

/** An anchor of a few letters that is followed by at least `count` ASCII letters or digits. */
export function anchorBefore(text: string, count: number): string {
  return text + anyWordCharacter.repeat(count);
}

/** The characters of an anchor as they are compared; a mark's code is the complement of its number. */
export function anchorCodes(anchor: string, start: number, end: number): number[] {
  const codes: number[] = [];
  for (let at = start; at < end; at++) {
    const code = anchor.charCodeAt(at);
    codes.push(isMark(code) ? ~MARKS.indexOf(anchor[at]!) : folded(code));
  }
  return codes;
}

/** A character's code without its case: exact for ASCII letters, and never different for others. */
export function folded(code: number): number {
  return code < 128 ? code | 32 : code & 31 | 128;
}
