/**
 * Compression and digests.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { deflateRaw as deflateRawCallback } from "node:zlib";

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
 * @param level From 1 (fast) to 9 (small). Default 6.
 */
export function deflateRaw(bytes: Uint8Array, level = 6): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const options = { level, memLevel: memoryLevel, chunkSize: outputPieceBytes };
    deflateRawCallback(bytes, options, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
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
