/**
 * Bytes to text and back, so that bytes which are no UTF-8 come out as they went in.
 *
 * @module
 */

/** Half a surrogate pair that stands for a byte from 0x80 on; UTF-8 never decodes to one. */
const byteBase = 0xdc00;

const encoder = new TextEncoder();

/** Bytes of UTF-8 that begin a character, by how many follow. */
function followers(byte: number): number {
  return byte < 0x80 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
}

/** Decodes bytes; each byte that is no UTF-8 becomes half a surrogate pair. */
export function decodeLossless(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeEach(bytes, decoder);
  }
}

function decodeEach(bytes: Uint8Array, decoder: TextDecoder): string {
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < bytes.length;) {
    const next = at + 1 + followers(bytes[at]!);
    if (bytes[at]! < 0x80 || isCharacter(bytes.subarray(at, next), decoder)) {
      at = next;
      continue;
    }
    parts.push(
      decoder.decode(bytes.subarray(kept, at)),
      String.fromCharCode(byteBase + bytes[at]!),
    );
    kept = ++at;
  }
  parts.push(decoder.decode(bytes.subarray(kept)));
  return parts.join("");
}

function isCharacter(bytes: Uint8Array, decoder: TextDecoder): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Encodes what {@linkcode decodeLossless} gave, also parts of it. */
export function encodeLossless(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const { index } of text.matchAll(/[\udc80-\udcff]/gu)) {
    parts.push(encoder.encode(text.slice(kept, index)));
    parts.push(Uint8Array.of(text.charCodeAt(index) - byteBase));
    kept = index + 1;
  }
  if (kept === 0) return encoder.encode(text);
  parts.push(encoder.encode(text.slice(kept)));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes in chunks to text, with no character cut in two. */
export class LosslessDecoder {
  #held: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): string {
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held);
    all.set(bytes, this.#held.length);
    const end = all.length - unfinished(all);
    this.#held = all.slice(end);
    return decodeLossless(all.subarray(0, end));
  }

  end(): string {
    const rest = this.#held;
    this.#held = new Uint8Array(0);
    return decodeLossless(rest);
  }
}

/** How many bytes at the end may begin a character that goes on in the next chunk. */
function unfinished(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count]!;
    if (byte >= 0xc0) return followers(byte) >= count ? count : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
