/**
 * Terminal sequences in bytes and in text: colours, cursor moves, titles, links. What a sequence is
 * stands here twice, for bytes (search, patterns) and for strings (the screen).
 *
 * A sequence is `ESC [ … letter` (CSI), `ESC ] … BEL` or `ESC ] … ESC \` and its siblings for other
 * strings, or ESC with one more character. One that does not end is none: its ESC stays a character.
 *
 * @module
 */

/** Every terminal sequence; the first group is what a colour sequence (SGR) sets. */
export const sequencePattern =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[([0-9:;]*)m|\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x00-\x1f\x7f]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])/g;

/** ESC, as it stands for itself. */
export const escapeCharacter = "\x1b";

/**
 * A message on one line of a table: colours are dropped, any other sequence leaves an ESC, which
 * `Text` shows as a mark.
 */
export function plainLine(text: string): string {
  if (!text.includes(escapeCharacter)) return text;
  return text.replace(
    sequencePattern,
    (_whole, colours?: string) => colours === undefined ? escapeCharacter : "",
  );
}

/** A text without any terminal sequence, as search sees it. */
export function plainText(text: string): string {
  return text.includes(escapeCharacter) ? text.replace(sequencePattern, "") : text;
}

/** JSON without the colour sequences in its strings, where ESC stands as `\u001b`. */
export function plainJson(json: string): string {
  if (!json.includes("\\u001b[")) return json;
  return json.replace(/\\\\|\\u001b\[[0-9;:]*m/g, (found) => found === "\\\\" ? found : "");
}

const ESC = 0x1b;
const BACKSLASH = 0x5c;

/** Bytes of the terminal sequence that starts at an ESC; 0 where none does. */
export function sequenceSize(text: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  const first = text[at]!;
  if (at >= end) return 0;
  if (first === 0x5b) {
    at++;
    while (at < end && text[at]! >= 0x30 && text[at]! <= 0x3f) at++;
    while (at < end && text[at]! >= 0x20 && text[at]! <= 0x2f) at++;
    return at < end && text[at]! >= 0x40 && text[at]! <= 0x7e ? at + 1 - start : 0;
  }
  if (first === 0x5d || first === 0x50 || first === 0x58 || first === 0x5e || first === 0x5f) {
    at++;
    while (at < end && text[at]! >= 0x20 && text[at] !== 0x7f && text[at] !== 0xff) at++;
    if (text[at] === 0x07 && at < end) return at + 1 - start;
    return at + 1 < end && text[at] === ESC && text[at + 1] === BACKSLASH ? at + 2 - start : 0;
  }
  while (at < end && text[at]! >= 0x20 && text[at]! <= 0x2f) at++;
  return at < end && text[at]! >= 0x30 && text[at]! <= 0x7e && !isOpening(text[at]!)
    ? at + 1 - start
    : 0;
}

/** `P X [ ] ^ _` begin longer sequences. */
function isOpening(byte: number): boolean {
  return byte === 0x50 || byte === 0x58 || byte === 0x5b || byte >= 0x5d && byte <= 0x5f;
}

/**
 * Copies a row's text without its sequences: all of them in the message, colours in the context,
 * which is JSON. Separators stay.
 *
 * @param separator The byte between the row's fields.
 * @param into Has room for the row.
 * @returns The end of the copy.
 */
export function copyPlain(
  text: Uint8Array,
  start: number,
  end: number,
  separator: number,
  into: Uint8Array,
  at: number,
): number {
  let isJson = false;
  for (let i = start; i < end;) {
    const byte = text[i]!;
    let size = 0;
    if (byte === ESC) size = sequenceSize(text, i, end);
    else if (byte === separator) isJson = true;
    else if (byte === BACKSLASH && isJson) {
      size = jsonColourSize(text, i, end);
      if (size === 0) into[at++] = text[i++]!; // and the byte behind it, which may be a backslash
    }
    if (size > 0) i += size;
    else into[at++] = text[i++]!;
  }
  return at;
}

/** The first byte at or after `from` that may begin a sequence, as ESC or as JSON; else `end`. */
export function sequenceAt(text: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const byte = text[i]!;
    if (byte === ESC || byte === BACKSLASH && jsonColourSize(text, i, end) > 0) return i;
  }
  return end;
}

const jsonColour: readonly number[] = Array.from("\\u001b[", (letter) => letter.charCodeAt(0));

function jsonColourSize(text: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < jsonColour.length; i++) if (text[start + i] !== jsonColour[i]) return 0;
  let at = start + jsonColour.length;
  while (at < end && text[at]! >= 0x30 && text[at]! <= 0x3b) at++;
  return at < end && text[at] === 0x6d ? at + 1 - start : 0;
}
