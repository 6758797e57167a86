/**
 * A report in a ZIP archive: one file, whatever the report consists of, for trackers that limit
 * what is attached.
 *
 * @module
 */

import { Zip, ZipDeflate } from "fflate";

/** Reads a part of a file. */
export type ReadBack = (path: string, start: number, length: number) => Uint8Array;

/** How much of a file is read at once, in bytes. */
const pieceBytes: number = 1 << 20;

/** The moment that the archive gives its files: the same report is the same archive. */
const fileTime = new Date(1980, 0, 1);

/** A file of an archive. */
export interface ZipEntry {
  /** Its name in the archive. */
  name: string;
  /** Where it is now. */
  path: string;
}

/**
 * Archives files.
 *
 * @returns The archive, piece by piece.
 * @throws {Error} What the system says to reading.
 */
export function* zipFiles(
  entries: readonly ZipEntry[],
  readBack: ReadBack,
): Generator<Uint8Array, void, void> {
  const pieces: Uint8Array[] = [];
  const archive = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  for (const { name, path } of entries) {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = fileTime;
    archive.add(entry);
    let at = 0;
    for (;;) {
      const bytes = readBack(path, at, pieceBytes);
      at += bytes.length;
      entry.push(bytes, bytes.length < pieceBytes);
      // Even where nothing came out: whoever takes the pieces can stop in between.
      yield joined(pieces.splice(0));
      if (bytes.length < pieceBytes) break;
    }
  }
  archive.end();
  yield joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
