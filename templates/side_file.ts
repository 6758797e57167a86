/**
 * A file beside the page: nothing but a call that hands over data. A classic script is all that a
 * page can load from disk. The data stands in a comment, which the page reads as the text of its
 * function: browsers keep a script's strings a second time.
 *
 * @module
 */

import { sideCall } from "../lib/bundle/side_list.ts";
import { byteOrderMark, encodeUtf16 } from "../lib/bundle/wide_text.ts";
import { type PageChunk, partBytesMax } from "./page.ts";
import { widePieces } from "./wide_pieces.ts";

/**
 * A side file, in pieces of UTF-16, little-endian, with its byte order mark. Everything in it is a
 * number, a fixed word or wide text: none of them can end the comment.
 *
 * @param key The list's key.
 * @param number The file's, from 0.
 * @param shared Whether pieces may lie in the same memory: then each is gone when the next one is
 * asked for. Default: false.
 */
export function* sideFile(
  key: string,
  number: number,
  chunks: Iterable<PageChunk>,
  shared = false,
): Generator<Uint8Array, void, void> {
  const wide = widePieces(shared);
  yield sideFileStart(key, number);
  yield encodeUtf16("()=>{/*[");
  let before = "";
  for (const chunk of chunks) {
    const name = chunk.kind === "header" ? 0 : chunk.kind === "section" ? chunk.name : chunk.index;
    const head = [chunk.kind, name, chunk.inflatedBytes].map((value) => JSON.stringify(value));
    yield encodeUtf16(`${before}\n[${head}`);
    for (let at = 0; at < Math.max(1, chunk.bytes.length); at += partBytesMax) {
      yield encodeUtf16(',"');
      yield* wide(chunk.bytes.subarray(at, at + partBytesMax));
      yield encodeUtf16('"');
    }
    yield encodeUtf16("]");
    before = ",";
  }
  yield encodeUtf16("\n]*/})\n");
}

/** The bytes that a side file begins with: no other program's file does. */
export function sideFileStart(key: string, number: number): Uint8Array {
  return Uint8Array.of(...byteOrderMark, ...encodeUtf16(`${sideCall}("${key}",${number},`));
}
