/**
 * Chunks on their way to the page. They come in the order in which a session is read; the page has
 * them in the order in which a reader needs them, so they wait in a temporary file.
 *
 * @module
 */

import type { AppendHandle, ReadHandle, Runtime } from "../../lib/runtime/mod.ts";
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

/** Does something that the system may refuse. */
export type Attempt = <T>(action: () => T) => T;

/** Keeps chunks in a file and gives them back in the page's order. */
export class ChunkSpool {
  readonly #path: string;
  readonly #attempt: Attempt;
  readonly #file: AppendHandle;
  readonly #written: ReadHandle;
  /** What is read goes here: the engine frees memory of each chunk's own too late. */
  #memory = new Uint8Array(0);
  #chunks: StoredChunk[] = [];
  #bytes = 0;

  /** @param attempt Reads the file; what the system says to it is thrown by it, too. */
  constructor(path: string, runtime: Runtime, attempt: Attempt) {
    this.#path = path;
    this.#attempt = attempt;
    this.#file = runtime.files.openAppend(path);
    this.#written = runtime.files.openRead(path);
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
   * Gives chunks back, one after the other. All lie in the same memory: each is gone when the next
   * one is asked for.
   *
   * @throws {Error} If the file is not as it was written; what the system says to reading.
   */
  *read(chunks: Iterable<StoredChunk>): Generator<PageChunk, void, void> {
    for (const { session, name, start, length } of chunks) {
      yield { ...name, bytes: this.#readBack(start, length), session } as PageChunk;
    }
  }

  close(): void {
    this.#file.close();
    this.#written.close();
  }

  #readBack(start: number, length: number): Uint8Array {
    if (this.#memory.length < length) this.#memory = new Uint8Array(2 * length);
    const bytes = this.#memory.subarray(0, length);
    const found = this.#attempt(() => this.#written.readInto(bytes, start));
    if (found === length) return bytes;
    throw new Error(
      `Cannot read ${this.#path}: found ${found} bytes at ${start}, expected ${length}. ` +
        "Another program changed the file.",
    );
  }
}
