/**
 * Chunks in a stream of bytes: each a length, a name as JSON, and the chunk's bytes.
 *
 * @module
 */

import { frameHeadBytes, type FrameName } from "../../lib/bundle/frame.ts";
import { joinBytes } from "./base64.ts";
import type { Chunk } from "./embedded_source.ts";

const decoder = new TextDecoder();

/**
 * Reads chunks as they come.
 *
 * @throws {Error} If the stream ends inside of one.
 */
export async function* readFrames(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Chunk, void, void> {
  const reader = new FrameReader(stream);
  for (;;) {
    const head = await reader.take(frameHeadBytes);
    if (!head) return;
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const name = await reader.need(view.getUint32(0));
    const bytes = await reader.need(view.getUint32(4));
    const { kind, name: section = "", index = 0, inflated } = JSON.parse(
      decoder.decode(name),
    ) as FrameName;
    yield { kind, name: section, index, inflated, part: 0, parts: 1, bytes };
  }
}

/** Takes bytes off a stream. */
class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #held: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
  }

  /** So many bytes; null where the stream is over before the first. */
  async take(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#length < length) {
      const { done, value } = await this.#reader.read();
      if (done) {
        if (this.#length === 0) return null;
        throw new Error("Cannot read the session: the server's answer ends in the middle.");
      }
      this.#held.push(value);
      this.#length += value.length;
    }
    const all = joinBytes(this.#held);
    this.#held = [all.slice(length)];
    this.#length = all.length - length;
    // A copy of its own: it is handed to the worker, and the memory around it must stay.
    return all.slice(0, length);
  }

  async need(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (length === 0) return new Uint8Array(0);
    const bytes = await this.take(length);
    if (bytes) return bytes;
    throw new Error("Cannot read the session: the server's answer ends in the middle.");
  }
}
