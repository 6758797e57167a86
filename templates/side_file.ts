/**
 * A file beside the page: nothing but a call that hands over data. A classic script is all that a
 * page can load from disk. The data stands in a comment, which the page reads as the text of its
 * function: browsers keep a script's strings a second time.
 *
 * @module
 */

import { sideCall } from "../lib/bundle/side_list.ts";
import { encodeBase64 } from "./base64.ts";
import { type PageChunk, partCharsMax } from "./page.ts";

/**
 * A side file, in pieces of ASCII. Everything in it is a number, a fixed word or base64: none of
 * them can end the comment.
 *
 * @param key The list's key.
 * @param number The file's, from 0.
 */
export function* sideFile(
  key: string,
  number: number,
  chunks: Iterable<PageChunk>,
): Generator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  const partBytes = partCharsMax / 4 * 3;
  yield encoder.encode(`${sideFileStart(key, number)}()=>{/*[`);
  let before = "";
  for (const chunk of chunks) {
    const name = chunk.kind === "header" ? 0 : chunk.kind === "section" ? chunk.name : chunk.index;
    const head = [chunk.kind, name, chunk.inflatedBytes].map((value) => JSON.stringify(value));
    yield encoder.encode(`${before}\n[${head}`);
    for (let at = 0; at < Math.max(1, chunk.bytes.length); at += partBytes) {
      yield encoder.encode(',"');
      yield encodeBase64(chunk.bytes.subarray(at, at + partBytes));
      yield encoder.encode('"');
    }
    yield encoder.encode("]");
    before = ",";
  }
  yield encoder.encode("\n]*/})\n");
}

/** What a side file begins with: no other program's file does. */
export function sideFileStart(key: string, number: number): string {
  return `${sideCall}("${key}",${number},`;
}
