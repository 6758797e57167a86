/**
 * Chunks on their way to the page. They come in the order in which a session is read; the page has
 * them in the order in which a reader needs them, so they wait in a temporary file.
 *
 * @module
 */

import type { AppendHandle, Runtime } from "../../lib/runtime/mod.ts";
import type { PageChunk } from "../../templates/mod.ts";

/** A chunk that waits in the file. */
export interface StoredChunk {
  /** The session's place among all, from 0. */
  session: number;
  name: Omit<PageChunk, "bytes">;
  /** Its first byte in the file. */
  start: number;
  /** Its bytes. */
  length: number;
}

/** The order of a session's chunks in the page; columns and text of a block stay together. */
const order: Readonly<Record<PageChunk["kind"], number>> = {
  header: 0,
  section: 1,
  columns: 2,
  text: 2,
  documents: 3,
};

/** Reads a part of a file. */
export type ReadBack = (path: string, start: number, length: number) => Uint8Array;

/** Keeps chunks in a file and gives them back in the page's order. */
export class ChunkSpool {
  readonly #readBack: ReadBack;
  readonly #path: string;
  readonly #file: AppendHandle;
  #chunks: StoredChunk[] = [];
  #bytes = 0;

  /** @param readBack Gives a part of the file. Default: the system does. */
  constructor(path: string, runtime: Runtime, readBack: ReadBack = runtime.files.readRange) {
    this.#path = path;
    this.#readBack = readBack;
    this.#file = runtime.files.openAppend(path);
  }

  /** Bytes of all chunks so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes a session's chunk to the file. */
  add(session: number, chunk: PageChunk): void {
    const { bytes, ...name } = chunk;
    this.#file.write(bytes);
    this.#chunks.push({ session, name, start: this.#bytes, length: bytes.length });
    this.#bytes += bytes.length;
  }

  /** Leaves a session's chunks out of the page. */
  forget(session: number): void {
    this.#chunks = this.#chunks.filter((chunk) => chunk.session !== session);
  }

  /** Of each session its header, sections, then each log block's columns and text, then documents. */
  inPageOrder(): StoredChunk[] {
    return this.#chunks.toSorted((a, b) =>
      a.session - b.session || order[a.name.kind] - order[b.name.kind]
    );
  }

  /**
   * Gives chunks back, one after the other.
   *
   * @throws {Error} If the file is not as it was written.
   */
  *read(chunks: Iterable<StoredChunk>): Generator<PageChunk, void, void> {
    for (const { session, name, start, length } of chunks) {
      const bytes = this.#readBack(this.#path, start, length);
      if (bytes.length !== length) {
        throw new Error(
          `Cannot read ${this.#path}: found ${bytes.length} bytes at ${start}, expected ${length}. ` +
            "Another program changed the file.",
        );
      }
      yield { ...name, bytes, session } as PageChunk;
    }
  }

  close(): void {
    this.#file.close();
  }
}
