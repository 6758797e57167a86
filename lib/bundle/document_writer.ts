/**
 * Whole records, in blocks that stay compressed until one of their records is opened.
 *
 * @module
 */

import type { ChunkPipeline } from "./chunk.ts";
import type { DocumentRef } from "./sections.ts";

/** Size at which a block of documents is closed, in bytes. A larger document has its own block. */
export const documentBlockBytes: number = 1 << 20;

/** Compression of documents: they are few, and make up most of a session's size. */
const documentLevel = 6;

/** Packs documents into blocks. */
export class DocumentWriter {
  readonly #encoder = new TextEncoder();
  readonly #pipeline: ChunkPipeline;
  readonly #blocks: number[] = [];
  #documents: Uint8Array[] = [];
  #bytes = 0;

  constructor(pipeline: ChunkPipeline) {
    this.#pipeline = pipeline;
  }

  /** Inflated size of each block so far, without the open one. */
  get blocks(): readonly number[] {
    return this.#blocks;
  }

  /** Adds a record, as compact JSON. */
  add(record: unknown): Promise<DocumentRef> {
    return this.addJson(JSON.stringify(record) ?? "null");
  }

  /** Adds a record that is JSON already. */
  async addJson(json: string): Promise<DocumentRef> {
    const document = this.#encoder.encode(json);
    if (this.#bytes > 0 && this.#bytes + document.length > documentBlockBytes) await this.flush();
    const ref: DocumentRef = [this.#blocks.length, this.#bytes, document.length];
    this.#documents.push(document);
    this.#bytes += document.length;
    return ref;
  }

  /** Closes the open block, if it holds anything. */
  async flush(): Promise<void> {
    if (this.#documents.length === 0) return;
    const block = new Uint8Array(this.#bytes);
    let at = 0;
    for (const document of this.#documents) {
      block.set(document, at);
      at += document.length;
    }
    const index = this.#blocks.push(this.#bytes) - 1;
    this.#documents = [];
    this.#bytes = 0;
    await this.#pipeline.push({ kind: "documents", index }, block, documentLevel);
  }
}
