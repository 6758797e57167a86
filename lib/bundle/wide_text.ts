/**
 * Bytes as text of UTF-16, two bytes to a unit: what a report's page holds its data in. A file of
 * UTF-16 is 3 % larger than the bytes; base64 in a file of UTF-8 is a third larger.
 *
 * A unit that HTML, a comment of JavaScript or a string of JSON could take for more than text, and
 * half of a surrogate pair, stands as {@linkcode escapeUnit} and a letter. So does a last odd byte.
 *
 * @module
 */

/**
 * Stands before an escaped unit: a grave accent. Neither it nor any unit below it, among which are
 * controls, quotes, `*`, `<` and `\`, comes otherwise.
 */
export const escapeUnit = 0x60;

/** What an escaped unit up to {@linkcode escapeUnit} becomes begins here. */
const lowFrom = 0x100;

/** What an escaped half of a surrogate pair becomes begins here. */
const surrogateFrom = 0x400;

/** What a last odd byte becomes begins here. */
const lastFrom = 0x2000;

const surrogates = 0xd800;
const surrogateCount = 0x800;

/** The bytes of a file in UTF-16, little-endian, in front of everything else: its byte order mark. */
export const byteOrderMark: Uint8Array = Uint8Array.of(0xff, 0xfe);

/** Most bytes that the text of so many bytes takes, where all its units are escaped. */
export function wideBytesMax(length: number): number {
  return 2 * length + 4;
}

/**
 * Bytes → the bytes of their text in UTF-16, little-endian.
 *
 * @param wide Where they go; at least {@linkcode wideBytesMax} long. Default: memory of their own.
 */
export function encodeWide(
  bytes: Uint8Array,
  wide: Uint8Array<ArrayBuffer> = new Uint8Array(wideBytesMax(bytes.length)),
): Uint8Array<ArrayBuffer> {
  const even = bytes.length - bytes.length % 2;
  let at = 0;
  const put = (unit: number) => {
    wide[at++] = unit;
    wide[at++] = unit >> 8;
  };
  for (let i = 0; i < even; i += 2) {
    const unit = bytes[i]! | bytes[i + 1]! << 8;
    if (unit <= escapeUnit) {
      put(escapeUnit);
      put(unit + lowFrom);
    } else if ((unit & ~(surrogateCount - 1)) === surrogates) {
      put(escapeUnit);
      put(unit - surrogates + surrogateFrom);
    } else put(unit);
  }
  if (even < bytes.length) {
    put(escapeUnit);
    put(bytes[even]! + lastFrom);
  }
  return wide.subarray(0, at);
}

/**
 * The text of {@linkcode encodeWide} → bytes.
 *
 * @throws {RangeError} If the text is none of that function's.
 */
export function decodeWide(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * text.length);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let unit = text.charCodeAt(i);
    if (unit <= escapeUnit) {
      const escaped = unit === escapeUnit ? text.charCodeAt(++i) : NaN;
      if (escaped >= lastFrom && escaped < lastFrom + 256 && i === text.length - 1) {
        bytes[at++] = escaped - lastFrom;
        break;
      }
      unit = escapedUnit(escaped);
    }
    bytes[at++] = unit;
    bytes[at++] = unit >> 8;
  }
  return bytes.subarray(0, at);
}

function escapedUnit(escaped: number): number {
  if (escaped >= lowFrom && escaped <= lowFrom + escapeUnit) return escaped - lowFrom;
  if (escaped >= surrogateFrom && escaped < surrogateFrom + surrogateCount) {
    return escaped - surrogateFrom + surrogates;
  }
  throw new RangeError("Cannot read the report's data: it is damaged, expected bytes as UTF-16");
}

/** Text → its bytes in UTF-16, little-endian. Half of a surrogate pair becomes U+FFFD. */
export function encodeUtf16(text: string): Uint8Array<ArrayBuffer> {
  const whole = text.replace(/\p{Surrogate}/gu, "\ufffd");
  const bytes = new Uint8Array(2 * whole.length);
  for (let i = 0; i < whole.length; i++) {
    const unit = whole.charCodeAt(i);
    bytes[2 * i] = unit;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}

/** The text of a file: of UTF-16 after its byte order mark, else of UTF-8. */
export function decodeFile(bytes: Uint8Array): string {
  const isWide = byteOrderMark.every((byte, i) => bytes[i] === byte);
  return new TextDecoder(isWide ? "utf-16le" : "utf-8").decode(bytes);
}
