/**
 * Randomness.
 *
 * @module
 */

import { randomBytes, randomUUID } from "node:crypto";

/** Unpredictable values. */
export interface Random {
  /** So many random bytes. */
  bytes(count: number): Uint8Array;
  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

/** The system's source of randomness. */
export function systemRandom(): Random {
  return {
    bytes: (count) => randomBytes(count),
    hex: (digits) => randomBytes(Math.ceil(digits / 2)).toString("hex").slice(0, digits),
    uuid: () => randomUUID(),
  };
}
