/**
 * Bytes as wide text, in pieces that are short enough to be written one after the other out of the
 * same memory.
 *
 * @module
 */

import { encodeWide, wideBytesMax } from "../lib/bundle/wide_text.ts";

/** Most bytes that become one piece; even, as an odd byte may only be the last of a text. */
const pieceBytesMax = 1 << 16;

/**
 * Cuts bytes into pieces of wide text, which together are the text of the whole.
 *
 * @param isShared Whether all pieces lie in the same memory: then each is gone when the next one is
 * asked for, of these or other bytes.
 */
export function widePieces(isShared: boolean): (bytes: Uint8Array) => Generator<Uint8Array> {
  const memory = isShared ? new Uint8Array(wideBytesMax(pieceBytesMax)) : undefined;
  return function* (bytes) {
    for (let at = 0; at < bytes.length; at += pieceBytesMax) {
      yield encodeWide(bytes.subarray(at, at + pieceBytesMax), memory);
    }
  };
}
