/**
 * Deflated bytes → bytes, by the browser where it can, else by the kernel.
 *
 * @module
 */

import { inflateRaw } from "../kernels/inflate.ts";

/** Compressed bytes and the size that they inflate to. */
export interface Deflated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inflated: number;
}

/** Most that one payload may inflate to, in bytes: what a string can hold, and a bomb cannot pass. */
export const inflatedBytesMax: number = 512 * 1024 * 1024;

let nativeWorks: boolean | undefined;

/**
 * Inflates raw deflate data.
 *
 * @throws {RangeError} If the data is damaged, or does not inflate to the size it names.
 */
export async function inflate({ bytes, inflated }: Deflated): Promise<Uint8Array<ArrayBuffer>> {
  checkSize(inflated);
  nativeWorks ??= canInflate();
  if (!nativeWorks) return inflateRaw(bytes, inflated);
  const output = new Uint8Array(inflated);
  let at = 0;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(
      new DecompressionStream("deflate-raw"),
    );
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      output.set(value, at); // throws where there is more than was said
      at += value.length;
    }
  } catch {
    // The kernel tells what is wrong, and where.
    return inflateRaw(bytes, inflated);
  }
  if (at !== inflated) {
    throw new RangeError(`Cannot inflate: the data ends after ${at} bytes, expected ${inflated}`);
  }
  return output;
}

/** Inflates at once, without the browser's help. */
export function inflateNow({ bytes, inflated }: Deflated): Uint8Array<ArrayBuffer> {
  checkSize(inflated);
  return inflateRaw(bytes, inflated);
}

function checkSize(size: number): void {
  if (!(size >= 0 && size <= inflatedBytesMax)) {
    throw new RangeError(`Cannot inflate to ${size} bytes: expected 0 to ${inflatedBytesMax}`);
  }
}

function canInflate(): boolean {
  try {
    new DecompressionStream("deflate-raw");
    return true;
  } catch {
    return false;
  }
}
