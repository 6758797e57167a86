/**
 * A report whose data is in the page itself, or in files beside it. The page calls
 * {@linkcode EmbeddedSource.take} after each chunk; sections and documents stay compressed until
 * they are asked for.
 *
 * @module
 */

import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import type { DocumentRef, SectionName, Sections } from "../../lib/bundle/sections.ts";
import type { SideKind } from "../../lib/bundle/side_list.ts";
import { restoreStrings, sharedPlaces } from "../../lib/bundle/shared_strings.ts";
import { joinBytes } from "./base64.ts";
import { type Deflated, inflate } from "./decompress.ts";
import { EmbeddedLogs } from "./embedded_logs.ts";
import type { FromWorker, LogPort } from "./log_protocol.ts";
import type { SideFiles } from "./side_files.ts";

/** One chunk of the page, decoded. */
export interface Chunk {
  kind: string;
  /** The session's place among several. Default: 0. */
  session?: number;
  /** A section's name; empty for the other kinds. */
  name: string;
  /** The number of a block; 0 for sections. */
  index: number;
  /** Size of the whole payload when inflated, in bytes. */
  inflated: number;
  /** From 0. */
  part: number;
  parts: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Inflated blocks of documents that are kept. */
export const documentBlocksMax = 4;

/** Fetches what is beside the page; resolves when its chunks were taken. */
export type FetchBlock = (kind: SideKind, block: number) => Promise<void>;

/** The page's own data. */
export class EmbeddedSource implements DataSource {
  readonly header: ReportHeader;
  readonly logs: EmbeddedLogs;
  readonly #fetch: FetchBlock | undefined;
  readonly #payloads = new Map<string, Deflated>();
  readonly #waiting = new Map<string, ((data: Deflated | null) => void)[]>();
  readonly #sections = new Map<string, Promise<unknown>>();
  readonly #documents = new Map<number, Promise<Uint8Array>>();
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #ended = false;

  /**
   * @param startPort Starts the place where the log's text is kept.
   * @param sides The files beside the page. Default: there are none.
   * @param session The session's place among all of the page.
   */
  constructor(
    header: ReportHeader,
    startPort: (onMessage: (message: FromWorker) => void) => LogPort,
    sides: SideFiles | null = null,
    session: number = 0,
  ) {
    this.header = header;
    this.#fetch = sides
      ? (kind, block) => sides.load(session, kind, block, (chunk) => this.take(chunk))
      : undefined;
    this.logs = new EmbeddedLogs(
      header.logs.blocks,
      () => this.section("dictionaries"),
      startPort,
      this.#fetch,
    );
  }

  /** Takes a chunk. Parts of one payload come one after the other, but whole ones may come between. */
  take(chunk: Chunk): void {
    if (chunk.kind === "end") return this.#end();
    let { bytes } = chunk;
    if (chunk.parts > 1) {
      if (chunk.part === 0) this.#parts = [];
      this.#parts.push(bytes);
      if (this.#parts.length < chunk.parts) return;
      bytes = joinBytes(this.#parts);
      this.#parts = [];
    }
    const data = { bytes, inflated: chunk.inflated };
    if (chunk.kind === "columns") this.logs.addColumns(chunk.index, data);
    else if (chunk.kind === "text") this.logs.addText(chunk.index, data);
    else this.#keep(`${chunk.kind}:${chunk.kind === "section" ? chunk.name : chunk.index}`, data);
  }

  section<Name extends SectionName>(name: Name): Promise<Sections[Name]> {
    let section = this.#sections.get(name);
    if (!section) {
      section = this.#payload(`section:${name}`).then(inflate).then(parse);
      this.#sections.set(name, section);
    }
    return section as Promise<Sections[Name]>;
  }

  async document(ref: DocumentRef): Promise<unknown> {
    const document = await this.#stored(ref);
    const strings = new Map<string, string>();
    for (const place of sharedPlaces(document)) {
      strings.set(place.join(), String(await this.#stored(place)));
    }
    return restoreStrings(document, (place) => strings.get(place.join())!);
  }

  async #stored([block, start, bytes]: DocumentRef): Promise<unknown> {
    const size = this.header.document_blocks[block];
    if (size === undefined || !(start >= 0 && bytes > 0 && start + bytes <= size)) {
      throw new RangeError(
        `Cannot open a record at byte ${start} of document block ${block}: it lies outside`,
      );
    }
    const text = await this.#documentBlock(block);
    return parse(text.subarray(start, start + bytes));
  }

  #documentBlock(block: number): Promise<Uint8Array> {
    let text = this.#documents.get(block);
    if (text) this.#documents.delete(block);
    else text = this.#readDocumentBlock(block);
    this.#documents.set(block, text);
    if (this.#documents.size > documentBlocksMax) {
      this.#documents.delete(this.#documents.keys().next().value!);
    }
    return text;
  }

  async #readDocumentBlock(block: number): Promise<Uint8Array> {
    const key = `documents:${block}`;
    if (!this.#payloads.has(key)) await this.#fetch?.("documents", block);
    return inflate(await this.#payload(key));
  }

  #keep(key: string, data: Deflated): void {
    this.#payloads.set(key, data);
    for (const resolve of this.#waiting.get(key) ?? []) resolve(data);
    this.#waiting.delete(key);
  }

  async #payload(key: string): Promise<Deflated> {
    const data = this.#payloads.get(key) ?? (this.#ended ? null : await this.#arrival(key));
    if (!data) throw new Error(`Cannot read "${key}": the report ends without it.`);
    return data;
  }

  #arrival(key: string): Promise<Deflated | null> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key);
      if (waiting) waiting.push(resolve);
      else this.#waiting.set(key, [resolve]);
    });
  }

  #end(): void {
    this.#ended = true;
    this.logs.end();
    for (const waiting of this.#waiting.values()) for (const resolve of waiting) resolve(null);
    this.#waiting.clear();
  }
}

const decoder = new TextDecoder();

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}
