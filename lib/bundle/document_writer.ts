/**
 * Whole records, in blocks that stay compressed until one of their records is opened.
 *
 * @module
 */

import type { ChunkPipeline } from "./chunk.ts";
import type { DocumentRef } from "./sections.ts";
import { SharedStrings } from "./shared_strings.ts";

/** Size at which a block of documents is closed, in bytes. A larger document has its own block. */
export const documentBlockBytes: number = 1 << 20;

/** Compression of documents: they are few, and make up most of a session's size. */
const documentLevel = 6;

/** Packs documents into blocks. */
export class DocumentWriter {
  readonly #encoder = new TextEncoder();
  readonly #pipeline: ChunkPipeline;
  readonly #strings = new SharedStrings((json) => this.#place(json));
  readonly #blocks: number[] = [];
  /** Closed blocks that were not handed on yet, with their numbers. */
  #closed: { index: number; bytes: Uint8Array }[] = [];
  #documents: Uint8Array[] = [];
  #bytes = 0;

  constructor(pipeline: ChunkPipeline) {
    this.#pipeline = pipeline;
  }

  /** Inflated size of each block so far, without the open one. */
  get blocks(): readonly number[] {
    return this.#blocks;
  }

  /** Adds a record, as compact JSON, whose long strings are stored once. */
  async add(record: unknown): Promise<DocumentRef> {
    const place = this.#place(this.#strings.toJson(record));
    await this.#handOn();
    return place;
  }

  /** Closes the open block, if it holds anything. */
  async flush(): Promise<void> {
    this.#close();
    await this.#handOn();
  }

  #place(json: string): DocumentRef {
    const document = this.#encoder.encode(json);
    if (this.#bytes > 0 && this.#bytes + document.length > documentBlockBytes) this.#close();
    const place: DocumentRef = [this.#blocks.length, this.#bytes, document.length];
    this.#documents.push(document);
    this.#bytes += document.length;
    return place;
  }

  #close(): void {
    if (this.#documents.length === 0) return;
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    for (const document of this.#documents) {
      bytes.set(document, at);
      at += document.length;
    }
    this.#closed.push({ index: this.#blocks.push(this.#bytes) - 1, bytes });
    this.#documents = [];
    this.#bytes = 0;
  }

  async #handOn(): Promise<void> {
    for (const { index, bytes } of this.#closed.splice(0)) {
      await this.#pipeline.push({ kind: "documents", index }, bytes, documentLevel);
    }
  }
}
