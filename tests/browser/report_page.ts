/**
 * Report pages for browser tests: the app as it is built, filled by the report writer's own page
 * code with the sample's records, or with any log.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { build } from "vite";
import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { LogBlock, ReportHeader } from "../../lib/bundle/header.ts";
import { DictionaryBuilder, encodeLogBlock } from "../../lib/bundle/log_block.ts";
import type { Chunk } from "../../lib/bundle/chunk.ts";
import type { DocumentRef, SectionName, Sections } from "../../lib/bundle/sections.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { appConfig, logWorker, onePage } from "../../report/vite.config.ts";
import { fillPage } from "../../templates/page.ts";
import type { ReportApp } from "../../templates/mod.ts";
import { renderStaticView } from "../../templates/static_view.ts";
import { pageText, writePageText } from "../templates/read_page.ts";

const sectionNames: SectionName[] = [
  "dictionaries",
  "session",
  "traces",
  "llm",
  "errors",
  "locks",
  "changes",
  "paths",
  "metrics",
  "problems",
  "inputs",
];

/** Rows of a log block in test pages: small, so that a sample has several blocks. */
const blockRows = 400;

let app: Promise<ReportApp> | undefined;

/** The app, built once per run. */
export function builtApp(): Promise<ReportApp> {
  app ??= (async () => {
    let app: ReportApp | undefined;
    const entry = resolve(import.meta.dirname, "../../report/main.tsx");
    await build(appConfig(entry, [logWorker(), onePage((built) => app = built)]));
    return app!;
  })();
  return app;
}

/** The app's page, style and script, as text. */
export function appText({ shell, code }: ReportApp): string {
  return shell + inflateRawSync(code.bytes).toString();
}

const folders: string[] = [];

/** Removes every page that was written. */
export function removePages(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** How a page differs from the plain one. */
export interface PageOptions {
  /** Replaces the records of the log. */
  records?: LogRecord[];
  /** Changes the finished page's text. */
  edit?(page: string): string;
}

/** Writes a page with the source's data. Returns its `file:` address. */
export async function writePage(source: DataSource, options: PageOptions = {}): Promise<string> {
  const records = options.records ??
    await source.logs.records(Array.from({ length: source.logs.rows }, (_, i) => i));
  const { chunks, header } = await payload(source, records);
  const problems = await source.section("problems");
  const pieces: Uint8Array[] = [];
  for await (
    const piece of fillPage({
      app: await builtApp(),
      head: header,
      staticHtml: renderStaticView(header, records.slice(0, 50), problems),
      chunks,
    })
  ) pieces.push(piece);
  const folder = mkdtempSync(join(tmpdir(), "planloop-page-"));
  folders.push(folder);
  const file = join(folder, "index.html");
  writeFileSync(file, Buffer.concat(pieces));
  if (options.edit) writePageText(file, options.edit(pageText(file)));
  return pathToFileURL(file).href;
}

async function payload(
  source: DataSource,
  records: LogRecord[],
): Promise<{ chunks: Chunk[]; header: ReportHeader }> {
  const words = new DictionaryBuilder();
  const blocks: LogBlock[] = [];
  const logChunks: Chunk[] = [];
  for (let at = 0; at < records.length; at += blockRows) {
    const block = encodeLogBlock(records.slice(at, at + blockRows), words);
    const index = blocks.length;
    blocks.push({
      rows: block.rows,
      column_bytes: block.columns.length,
      text_bytes: block.text.length,
    });
    logChunks.push({ kind: "columns", index, ...deflated(block.columns) });
    logChunks.push({ kind: "text", index, ...deflated(block.text) });
  }
  const documents = new DocumentBlock(source);
  const chunks: Chunk[] = [];
  for (const name of sectionNames) {
    const value = name === "dictionaries" ? words.finish() : await source.section(name);
    const stored = await documents.store(value as Sections[SectionName]);
    chunks.push({ kind: "section", name, ...deflated(Buffer.from(JSON.stringify(stored))) });
  }
  chunks.push(...logChunks);
  const text = documents.bytes();
  if (text.length > 0) chunks.push({ kind: "documents", index: 0, ...deflated(text) });
  const header = {
    ...source.header,
    counts: { ...source.header.counts, logs: records.length },
    logs: {
      rows: records.length,
      text_bytes: blocks.reduce((sum, block) => sum + block.text_bytes, 0),
      blocks,
    },
    document_blocks: text.length > 0 ? [text.length] : [],
  };
  return { chunks, header };
}

function deflated(bytes: Uint8Array): { inflatedBytes: number; bytes: Uint8Array } {
  return { inflatedBytes: bytes.length, bytes: deflateRawSync(bytes) };
}

/** All whole records of a source, in one block. */
class DocumentBlock {
  readonly #source: DataSource;
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  constructor(source: DataSource) {
    this.#source = source;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  /** A section whose references point into this block. */
  async store<Value>(section: Value): Promise<Value> {
    if (!Array.isArray(section)) return section;
    const rows = [];
    for (const row of section as Record<string, unknown>[]) {
      const copy = { ...row };
      for (const key of ["document", "state", "before", "after"]) {
        if (Array.isArray(copy[key])) copy[key] = await this.#add(copy[key] as never);
      }
      rows.push(copy);
    }
    return rows as Value;
  }

  async #add(ref: DocumentRef): Promise<DocumentRef> {
    const bytes = Buffer.from(JSON.stringify(await this.#source.document(ref)));
    const start = this.#size;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    return [0, start, bytes.length];
  }
}
