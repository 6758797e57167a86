/**
 * The log of a written report, out of its page.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { decodeFile, decodeWide, type LogBlock, type ReportHeader } from "../../lib/bundle/mod.ts";

/** A block's payloads, still compressed. */
export interface PackedBlock extends LogBlock {
  columns: Uint8Array;
  text: Uint8Array;
}

const header = /id="planloop-header">([^<]*)</;
const chunk = /<script type="text\/plain"\n([^>]*)>([^<]*)</g;

/** Reads the blocks of a page. */
export function readBlocks(file: string): PackedBlock[] {
  const page = decodeFile(readFileSync(file));
  const { logs } = JSON.parse(header.exec(page)![1]!) as ReportHeader;
  const parts = new Map<string, Uint8Array[]>();
  for (const [, attributes, text] of page.matchAll(chunk)) {
    const value = (name: string) => new RegExp(`data-${name}="([^"]*)"`).exec(attributes!)?.[1];
    const key = `${value("kind")} ${value("index")}`;
    parts.set(key, [...parts.get(key) ?? [], decodeWide(text!)]);
  }
  return logs.blocks.map((block, i) => ({
    ...block,
    columns: Buffer.concat(parts.get(`columns ${i}`)!),
    text: Buffer.concat(parts.get(`text ${i}`)!),
  }));
}
