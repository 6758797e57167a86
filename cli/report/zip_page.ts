/**
 * A page in a ZIP archive: base64 in a page is a third larger than what it stands for, and trackers
 * limit what is attached.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import { Zip, ZipDeflate } from "fflate";
import type { Runtime } from "../../lib/runtime/mod.ts";

/** How much of the page is read at once, in bytes. */
const pieceBytes: number = 1 << 20;

/** The moment that the archive gives the page: the same page is the same archive. */
const pageTime = new Date(1980, 0, 1);

/** How a page is archived. */
export interface ZipOptions {
  /** The page's name in the archive. */
  name: string;
  /** The page's size. */
  bytes: number;
  /** Takes the archive, piece by piece. */
  write: (piece: Uint8Array) => void;
  signal?: AbortSignal | undefined;
  runtime: Runtime;
}

/**
 * Archives a page.
 *
 * @param path Where the page is now.
 * @returns The archive's size in bytes.
 * @throws {Error} What the system says to reading or writing; `signal`'s reason if it stops.
 */
export async function zipPage(path: string, options: ZipOptions): Promise<number> {
  const { name, bytes, runtime, signal } = options;
  let written = 0;
  const archive = new Zip((error, piece) => {
    if (error) throw error;
    options.write(piece);
    written += piece.length;
  });
  const entry = new ZipDeflate(name, { level: 6 });
  entry.mtime = pageTime;
  archive.add(entry);
  for (let at = 0; at < bytes; at += pieceBytes) {
    // Everything here is done at once, so a Ctrl-C is only heard if there is a pause for it.
    await nextTurn();
    signal?.throwIfAborted();
    entry.push(runtime.files.readRange(path, at, Math.min(pieceBytes, bytes - at)));
  }
  entry.push(new Uint8Array(0), true);
  archive.end();
  return written;
}
