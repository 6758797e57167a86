/**
 * What of a report is in the page, and what is in files beside it.
 *
 * @module
 */

import type { SideFile, SideKind } from "../../lib/bundle/mod.ts";
import type { StoredChunk } from "./chunk_spool.ts";

/** Where each chunk goes. */
export interface PageLayout {
  inline: StoredChunk[];
  files: (SideFile & { chunks: StoredChunk[] })[];
}

/**
 * Most bytes in a side file, before they are text. Columns are all fetched, so few files are best; text and
 * documents are fetched for the sake of some rows or one record.
 */
export const sideBytesMax: Readonly<Record<SideKind, number>> = {
  start: 1_500_000,
  columns: 1_500_000,
  text: 1_000_000,
  documents: 500_000,
};

/** Documents of a session that are together no larger than this are with its beginning, in bytes. */
export const smallDocumentsMax = 100_000;

/** Everything in the page. */
export function onePage(chunks: readonly StoredChunk[]): PageLayout {
  return { inline: [...chunks], files: [] };
}

/**
 * Puts into the page what its first view needs: of one session all but further log blocks and
 * documents, of several nothing, as their table is in the head. The rest goes to files. Small
 * documents stay in the page, unless there would be no file at all.
 *
 * @param chunks In the page's order.
 */
export function splitPage(chunks: readonly StoredChunk[], isOne: boolean): PageLayout {
  const layout = layOut(chunks, isOne, smallDocumentsMax);
  return layout.files.length > 0 ? layout : layOut(chunks, isOne, 0);
}

function layOut(
  chunks: readonly StoredChunk[],
  isOne: boolean,
  documentsMax: number,
): PageLayout {
  const layout: PageLayout = { inline: [], files: [] };
  for (const [session, own] of grouped(chunks, (chunk) => chunk.session)) {
    const kinds = grouped(own, kindOf(own, isOne, documentsMax));
    const start = kinds.get("start") ?? [];
    if (isOne) layout.inline.push(...start);
    else {layout.files.push({
        session,
        kind: "start",
        first: 0,
        count: start.length,
        chunks: start,
      });}
    for (const kind of ["columns", "text", "documents"] as const) {
      layout.files.push(...filesOf(session, kind, kinds.get(kind) ?? []));
    }
  }
  return layout;
}

function grouped<Key>(
  chunks: readonly StoredChunk[],
  keyOf: (chunk: StoredChunk) => Key,
): Map<Key, StoredChunk[]> {
  const groups = new Map<Key, StoredChunk[]>();
  for (const chunk of chunks) {
    const key = keyOf(chunk);
    const group = groups.get(key);
    if (group) group.push(chunk);
    else groups.set(key, [chunk]);
  }
  return groups;
}

/** In which kind of file, or in the session's beginning, each of its chunks is. */
function kindOf(
  chunks: readonly StoredChunk[],
  isOne: boolean,
  documentsMax: number,
): (chunk: StoredChunk) => SideKind {
  const sum = (of: readonly StoredChunk[]) => of.reduce((bytes, { length }) => bytes + length, 0);
  if (!isOne && sum(chunks) <= sideBytesMax.start) return () => "start";
  const documents = sum(chunks.filter(({ name }) => name.kind === "documents"));
  return ({ name }) => {
    switch (name.kind) {
      case "columns":
      case "text":
        return indexOf(name) === 0 ? "start" : name.kind;
      case "documents":
        return documents <= documentsMax ? "start" : "documents";
      default:
        return "start";
    }
  };
}

function filesOf(
  session: number,
  kind: SideKind,
  chunks: readonly StoredChunk[],
): PageLayout["files"] {
  const files: PageLayout["files"] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    const last = files.at(-1);
    if (last && bytes + chunk.length <= sideBytesMax[kind]) {
      last.chunks.push(chunk);
      last.count++;
      bytes += chunk.length;
    } else {
      files.push({ session, kind, first: indexOf(chunk.name), count: 1, chunks: [chunk] });
      bytes = chunk.length;
    }
  }
  return files;
}

function indexOf(name: StoredChunk["name"]): number {
  return (name as { index?: number }).index ?? 0;
}
