/**
 * The files of a report, written under temporary names.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import { type SideList, sidePath } from "../../lib/bundle/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import { fillPage, type PageParts, sideFile } from "../../templates/mod.ts";
import { planloopVersion } from "../version.ts";
import type { ChunkSpool } from "./chunk_spool.ts";
import type { PageLayout } from "./page_layout.ts";
import { pageFile, type ReportFolder } from "./report_folder.ts";
import { zipFiles } from "./zip_files.ts";

/** A report that is whole, but not in its place. */
export interface PageFiles {
  /** The page's temporary path. */
  path: string;
  /** The name of the side files' folder; null where there are none. */
  key: string | null;
  /** The side files' temporary paths, in the order of their numbers. */
  sides: string[];
  /** Bytes of all files. */
  bytes: number;
}

/** What writing needs. */
export interface Writing {
  runtime: Runtime;
  folder: ReportFolder;
  signal: AbortSignal | undefined;
  /** Called with the bytes written so far. */
  onBytes: (bytes: number) => void;
}

/**
 * Writes the page and its side files.
 *
 * @throws {Error} What the system says; `signal`'s reason if it stops.
 */
export async function writePageFiles(
  parts: Pick<PageParts, "app" | "head" | "staticHtml">,
  layout: PageLayout,
  spool: ChunkSpool,
  writing: Writing,
): Promise<PageFiles> {
  let bytes = 0;
  const write = async (pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
    const path = writing.folder.temporary();
    await writeFile(path, pieces, writing, (written) => writing.onBytes(bytes += written));
    return path;
  };
  const list = layout.files.length === 0 ? undefined : await listSides(layout, spool, writing);
  const sides: string[] = [];
  for (const [number, { chunks }] of layout.files.entries()) {
    sides.push(await write(sideFile(list!.key, number, spool.read(chunks), true)));
  }
  const path = await write(
    fillPage({ ...parts, chunks: spool.read(layout.inline), sides: list, shared: true }),
  );
  return { path, key: list?.key ?? null, sides, bytes };
}

/** Archives a report as it is to lie in its folder. */
export async function writeArchive(
  { path, key, sides }: PageFiles,
  { runtime, folder, signal }: Writing,
): Promise<{ path: string; bytes: number }> {
  const entries = [
    { name: pageFile, path },
    ...sides.map((path, number) => ({ name: sidePath(key!, number), path })),
  ];
  const archive = folder.temporary();
  let bytes = 0;
  const onPiece = (written: number) => void (bytes += written);
  await writeFile(archive, zipFiles(entries, folder.readBack.bind(folder)), {
    runtime,
    folder,
    signal,
  }, onPiece);
  return { path: archive, bytes };
}

async function writeFile(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { runtime, folder, signal }: Pick<Writing, "runtime" | "folder" | "signal">,
  onPiece: (bytes: number) => void,
): Promise<void> {
  const file = folder.writing(() => runtime.files.openAppend(path));
  try {
    for await (const piece of pieces) {
      // Reading and writing here never wait, so a Ctrl-C is only heard if there is a pause for it.
      await nextTurn();
      signal?.throwIfAborted();
      folder.writing(() => file.write(piece));
      onPiece(piece.length);
    }
  } finally {
    file.close();
  }
}

/** The list of side files; its key stands for all that is in them. */
async function listSides(
  { files }: PageLayout,
  spool: ChunkSpool,
  { runtime, signal }: Writing,
): Promise<SideList> {
  const digest = runtime.startDigest();
  const encoder = new TextEncoder();
  const list = files.map(({ session, kind, first, count }) => ({ session, kind, first, count }));
  digest.update(encoder.encode(JSON.stringify([planloopVersion, list])));
  for (const { chunks } of files) {
    for (const { bytes, ...name } of spool.read(chunks)) {
      await nextTurn();
      signal?.throwIfAborted();
      digest.update(encoder.encode(JSON.stringify(name)));
      digest.update(bytes);
    }
  }
  return { key: digest.hex().slice(0, keyLength), files: list };
}

/** Hexadecimal digits of a key. */
const keyLength = 16;
