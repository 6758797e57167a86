/**
 * The pieces that a payload is stored in.
 *
 * @module
 */

import type { StoredBytes } from "./header.ts";
import type { SectionName } from "./sections.ts";

/** A piece of the payload, compressed on its own with raw DEFLATE. */
export type Chunk =
  & (
    | { readonly kind: "section"; readonly name: SectionName }
    | { readonly kind: "columns" | "text" | "documents"; readonly index: number }
  )
  & {
    /** Size before compression. */
    readonly inflatedBytes: number;
    /** The compressed bytes. */
    readonly bytes: Uint8Array;
  };

/** What a chunk holds. */
export type ChunkKind = Chunk["kind"];

/** Takes chunks: those of one kind in order, kinds as they come. Awaited before the next one. */
export type ChunkSink = (chunk: Chunk) => void | Promise<void>;

/** Bytes, or their pieces: what is too long to be held as a whole. */
export type ChunkData = Uint8Array | Iterable<Uint8Array>;

/** Compresses with raw DEFLATE, on another thread where there is one; `level` from 1 to 9. */
export type Deflate = (data: ChunkData, level: number) => Promise<Uint8Array>;

/** Chunks that are compressed at one time: one for each thread of the usual pool. */
export const deflatesInFlightMax = 4;

/** What identifies a chunk, before it is compressed. */
type ChunkName =
  | { kind: "section"; name: SectionName }
  | { kind: "columns" | "text" | "documents"; index: number };

/** Compresses several chunks at once and hands them on in the order they were pushed. */
export class ChunkPipeline {
  readonly #deflate: Deflate;
  readonly #sink: ChunkSink;
  readonly #waiting: Promise<Chunk>[] = [];
  /** Compressed bytes that were handed on, by kind. */
  readonly stored: StoredBytes = { section: 0, columns: 0, text: 0, documents: 0 };
  /** Bytes of the sections that were handed on, before compression. */
  readonly sections: Record<string, number> = {};

  constructor(deflate: Deflate, sink: ChunkSink) {
    this.#deflate = deflate;
    this.#sink = sink;
  }

  /**
   * Starts a chunk. Returns when there is room for the next one.
   *
   * @param data Must not change any more; pieces are asked for until the chunk is handed on.
   */
  async push(name: ChunkName, data: ChunkData, level: number): Promise<void> {
    const size = { bytes: 0 };
    const counted = data instanceof Uint8Array ? data : countPieces(data, size);
    if (data instanceof Uint8Array) size.bytes = data.length;
    const chunk = this.#deflate(counted, level)
      .then((compressed) => ({ ...name, inflatedBytes: size.bytes, bytes: compressed }));
    // Its failure is reported when its turn comes, not when it happens.
    chunk.catch(() => {});
    this.#waiting.push(chunk);
    while (this.#waiting.length >= deflatesInFlightMax) await this.#handOn();
  }

  /** Hands on everything that is still under way. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#handOn();
  }

  async #handOn(): Promise<void> {
    const chunk = await this.#waiting.shift()!;
    this.stored[chunk.kind] += chunk.bytes.length;
    if (chunk.kind === "section") this.sections[chunk.name] = chunk.inflatedBytes;
    await this.#sink(chunk);
  }
}

function* countPieces(
  pieces: Iterable<Uint8Array>,
  size: { bytes: number },
): Generator<Uint8Array, void, void> {
  for (const piece of pieces) {
    size.bytes += piece.length;
    yield piece;
  }
}
