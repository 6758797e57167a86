/**
 * Compression and digests.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDeflateRaw, deflateRaw as deflateRawCallback, type ZlibOptions } from "node:zlib";

/** zlib's output comes in pieces of this size; with its own 16 KiB, a tenth of the work is joining. */
const outputPieceBytes = 256 * 1024;

/**
 * zlib's measure of what it keeps at a time, up to 9. With 6 it chooses new codes every 4096 symbols;
 * with its own 8 every 16,384, which fits logs and columns less well and is not faster.
 */
const memoryLevel = 6;

/** A SHA-256 digest of data that comes in pieces. */
export interface Digest {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void;
  /** The digest as 64 lower-case hexadecimal digits. Ends the digest. */
  hex(): string;
}

/**
 * Compresses with raw DEFLATE on another thread.
 *
 * @param data Bytes, or their pieces: each is asked for when there is room for it.
 * @param level From 1 (fast) to 9 (small). Default 6.
 */
export function deflateRaw(
  data: Uint8Array | Iterable<Uint8Array>,
  level = 6,
): Promise<Uint8Array> {
  const options = { level, memLevel: memoryLevel, chunkSize: outputPieceBytes };
  return data instanceof Uint8Array ? deflateBytes(data, options) : deflatePieces(data, options);
}

function deflateBytes(bytes: Uint8Array, options: ZlibOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    deflateRawCallback(bytes, options, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

async function deflatePieces(
  pieces: Iterable<Uint8Array>,
  options: ZlibOptions,
): Promise<Uint8Array> {
  const packed: Uint8Array[] = [];
  await pipeline(
    Readable.from(pieces),
    createDeflateRaw(options),
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const piece of source) packed.push(piece);
    },
  );
  return Buffer.concat(packed);
}

/** The SHA-256 digest of bytes, or of a text as UTF-8: 64 lower-case hexadecimal digits. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Starts a SHA-256 digest of data that comes in pieces. */
export function startDigest(): Digest {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}
