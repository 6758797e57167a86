/**
 * How deep JSON may nest. `JSON.parse` reads any depth, but code that then walks the value by
 * recursion overflows the stack, so that depth is checked before.
 *
 * @module
 */

/** Deepest nesting of lists and objects that readers accept. */
export const jsonDepthMax = 1000;

/** Whether JSON text nests deeper than {@linkcode jsonDepthMax}. */
export function nestsTooDeep(text: string): boolean {
  // Every level needs an opening and a closing bracket.
  if (text.length < 2 * jsonDepthMax) return false;
  return openings(text) > jsonDepthMax && exactDepth(text) > jsonDepthMax;
}

/** All opening brackets, those in strings included: never less than the depth, and cheap. */
function openings(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length && count <= jsonDepthMax; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) count++;
  }
  return count;
}

function exactDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = stringEnd(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

/**
 * The position after the string that starts at `start` with a quotation mark; the end of the text
 * where the string does not end.
 */
export function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
