/**
 * The few words that most lines repeat (operations, ids), made strings of once and not for each
 * line.
 *
 * @module
 */

/** How many words are kept; where two want the same place, the later one has it. */
const placesCount = 4096;

/** Longest word, in bytes. */
const wordLengthMax = 128;

/** What a word may consist of: ASCII that JSON takes as it is. */
const isPart: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

/** Reads words of bytes. */
export class WordCache {
  readonly #words: string[] = new Array(placesCount).fill("");
  readonly #decoder = new TextDecoder();
  /** Where the last word ended that was read. */
  end = 0;

  /**
   * The word that ends before the next quotation mark.
   *
   * @returns Undefined where there are other characters in it, or too many.
   */
  read(bytes: Uint8Array, start: number): string | undefined {
    let hash = 0;
    let at = start;
    while (isPart[bytes[at]!] === 1) hash = Math.imul(hash, 31) + bytes[at++]! | 0;
    const length = at - start;
    if (bytes[at] !== 0x22 || length > wordLengthMax) return undefined;
    this.end = at;
    if (length === 0) return "";
    const place = (hash ^ hash >>> 15) & (placesCount - 1);
    const known = this.#words[place]!;
    if (known.length === length) {
      let same = 0;
      while (same < length && known.charCodeAt(same) === bytes[start + same]) same++;
      if (same === length) return known;
    }
    return this.#words[place] = this.#decoder.decode(bytes.subarray(start, at));
  }
}
