/** A payload's chunks, opened again as the report app would. */

import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import {
  type Chunk,
  createLogColumns,
  decodeColumns,
  decodeRecord,
  type DocumentRef,
  type LogColumns,
  type ReportHeader,
  restoreStrings,
  rowText,
  type SectionName,
  type Sections,
} from "../../lib/bundle/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";

/** What is in a payload. */
export interface OpenBundle {
  section<Name extends SectionName>(name: Name): Sections[Name];
  document(ref: DocumentRef | null): unknown;
  columns: LogColumns;
  records: LogRecord[];
  /** Every inflated byte as text, for looking for what must not be there. */
  text: string;
}

/** Inflates chunks and checks every size that the header gives. */
export function openBundle(header: ReportHeader, chunks: readonly Chunk[]): OpenBundle {
  const inflated = new Map<string, Uint8Array>();
  for (const chunk of chunks) {
    const bytes = new Uint8Array(inflateRawSync(chunk.bytes));
    if (bytes.length !== chunk.inflatedBytes) throw new Error(`wrong size: ${keyOf(chunk)}`);
    inflated.set(keyOf(chunk), bytes);
  }
  const get = (key: string, size: number | undefined): Uint8Array => {
    const bytes = inflated.get(key);
    if (!bytes || bytes.length !== size) throw new Error(`missing or of another size: ${key}`);
    return bytes;
  };
  const section = <Name extends SectionName>(name: Name): Sections[Name] =>
    parse(get(`section:${name}`, header.sections[name])) as Sections[Name];
  const stored = ([block, start, bytes]: DocumentRef): unknown => {
    const documents = get(`documents:${block}`, header.document_blocks[block]);
    return parse(documents.subarray(start, start + bytes));
  };
  const columns = createLogColumns(header.logs.rows);
  const records: LogRecord[] = [];
  const dictionaries = section("dictionaries");
  header.logs.blocks.forEach((block, index) => {
    const first = records.length;
    const bytes = get(`columns:${index}`, block.column_bytes);
    const layout = decodeColumns(bytes, block.rows, columns, first);
    const text = get(`text:${index}`, block.text_bytes);
    for (let row = 0; row < block.rows; row++) {
      const own = rowText(text, layout, row);
      records.push(decodeRecord(own, columns, first + row, dictionaries));
    }
  });
  return {
    section,
    columns,
    records,
    document: (ref) => {
      if (ref === null) throw new Error("there is no document");
      return restoreStrings(stored(ref), (place) => stored(place) as string);
    },
    text: [...inflated.values()].map((bytes) => Buffer.from(bytes).toString("latin1")).join("\n"),
  };
}

function keyOf(chunk: Chunk): string {
  return `${chunk.kind}:${chunk.kind === "section" ? chunk.name : chunk.index}`;
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
