/**
 * Chunks on their way to the page. They come in the order in which a session is read; the page has
 * them in the order in which a reader needs them, so they wait in a temporary file.
 *
 * @module
 */

import type { Chunk } from "../../lib/bundle/mod.ts";
import type { AppendHandle, Runtime } from "../../lib/runtime/mod.ts";

type Stored = Omit<Chunk, "bytes"> & { start: number; length: number };

/** Keeps chunks in a file and gives them back in the page's order. */
export class ChunkSpool {
  readonly #runtime: Runtime;
  readonly #path: string;
  readonly #file: AppendHandle;
  readonly #chunks: Stored[] = [];
  #bytes = 0;

  constructor(path: string, runtime: Runtime) {
    this.#path = path;
    this.#runtime = runtime;
    this.#file = runtime.files.openAppend(path);
  }

  /** Bytes of all chunks so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes a chunk to the file. */
  readonly add = (chunk: Chunk): void => {
    const { bytes, ...name } = chunk;
    this.#file.write(bytes);
    this.#chunks.push({ ...name, start: this.#bytes, length: bytes.length });
    this.#bytes += bytes.length;
  };

  /** Sections, then each log block's columns and text, then documents. */
  *inPageOrder(): Generator<Chunk, void, void> {
    const order = { section: 0, columns: 1, text: 1, documents: 2 } as const;
    const stored = this.#chunks.toSorted((a, b) => order[a.kind] - order[b.kind]);
    for (const { start, length, ...name } of stored) {
      const bytes = this.#runtime.files.readRange(this.#path, start, length);
      if (bytes.length !== length) {
        throw new Error(
          `Cannot read ${this.#path}: found ${bytes.length} bytes at ${start}, expected ${length}. ` +
            "Another program changed the file.",
        );
      }
      yield { ...name, bytes } as Chunk;
    }
  }

  close(): void {
    this.#file.close();
  }
}
