/**
 * Chunks in a stream of bytes, as a server sends them.
 *
 * @module
 */

import type { Chunk } from "./chunk.ts";

/** What stands in front of each chunk: two lengths, of its name and of its bytes, big endian. */
export const frameHeadBytes = 8;

/** A chunk's name, as JSON. */
export interface FrameName {
  /** A {@linkcode Chunk}'s kind, or `header` for the payload's, which comes last. */
  kind: Chunk["kind"] | "header";
  /** A section's name. */
  name?: string;
  /** A block's number. */
  index?: number;
  /** Size when inflated; of the header, which is not deflated, its own. */
  inflated: number;
}

const encoder = new TextEncoder();

/** A chunk as bytes. */
export function encodeFrame(name: FrameName, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = encoder.encode(JSON.stringify(name));
  const frame = new Uint8Array(frameHeadBytes + text.length + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, text.length);
  view.setUint32(4, bytes.length);
  frame.set(text, frameHeadBytes);
  frame.set(bytes, frameHeadBytes + text.length);
  return frame;
}
