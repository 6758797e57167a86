/**
 * Compressing a session that grows: most of its payload is what it was a second ago.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Deflate } from "../lib/bundle/mod.ts";

/** Most compressed bytes that are kept, over all sessions. */
export const deflatedBytesKeptMax: number = 64 * 1024 * 1024;

/**
 * Compresses, and remembers what came of it: a digest costs a tenth of a compression.
 *
 * @param bytesMax Most compressed bytes to keep; the least recently used give way.
 */
export function rememberedDeflate(
  deflate: Deflate,
  bytesMax: number = deflatedBytesKeptMax,
): Deflate {
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  return async (data, level) => {
    const bytes = data instanceof Uint8Array ? data : Buffer.concat([...data]);
    const key = `${level} ${createHash("sha256").update(bytes).digest("base64url")}`;
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const deflated = await deflate(bytes, level);
    if (!kept.has(key)) {
      kept.set(key, deflated);
      size += deflated.length;
    }
    for (const [old, { length }] of kept) {
      if (size <= bytesMax) break;
      kept.delete(old);
      size -= length;
    }
    return deflated;
  };
}
