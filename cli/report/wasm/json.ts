/**
 * JSON in bytes, exactly as `JSON.stringify` writes it: the same as `lib/read/canonical_json.ts`,
 * which says what is recognised. A newline ends the bytes, and a block of any others follows it.
 *
 * @module
 */

/** How deep a recognised value may nest. */
const depthMax: u32 = 32;

/** Where nothing is recognised. */
export const nowhere: usize = 0;

/** Behind a string's closing quotation mark. */
export function stringEnd(at: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    const special = v128.or(
      // Controls; and bytes beyond ASCII, which are negative here.
      i8x16.lt_s(bytes, i8x16.splat(0x20)),
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
    );
    const mask = i8x16.bitmask(special);
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += ctz(mask);
    const byte: u32 = load<u8>(at);
    if (byte == 0x22) return at + 1;
    at = byte == 0x5c ? escapeEnd(at) : byte > 0x7f ? wideEnd(at) : nowhere;
    if (at == nowhere) return nowhere;
  }
}

/** Behind an escape; nowhere where JSON would be written otherwise. */
function escapeEnd(at: usize): usize {
  const letter: u32 = load<u8>(at, 1);
  switch (letter) {
    case 0x22:
    case 0x5c:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2;
    case 0x75:
      return isControlEscape(at) ? at + 6 : nowhere;
    default:
      return nowhere;
  }
}

/** Whether `\u00xx` is a control character without a letter of its own. */
function isControlEscape(at: usize): bool {
  const high: u32 = <u32> load<u8>(at, 4) - 0x30;
  if (load<u16>(at, 2) != 0x3030 || high > 1) return false;
  const digit: u32 = load<u8>(at, 5);
  const low: u32 = digit - 0x30 <= 9 ? digit - 0x30 : digit - 0x61 <= 5 ? digit - 0x57 : 16;
  if (low > 15) return false;
  const code = high << 4 | low;
  return code < 8 || code > 13 || code == 11;
}

/** Behind a character beyond ASCII; nowhere where the bytes are no UTF-8. */
function wideEnd(at: usize): usize {
  const first: u32 = load<u8>(at);
  const second: u32 = load<u8>(at, 1);
  if (second < 0x80 || second > 0xbf || first < 0xc2 || first > 0xf4) return nowhere;
  if (first < 0xe0) return at + 2;
  if (!continues(at + 2)) return nowhere;
  if (first < 0xf0) {
    return first == 0xe0 && second < 0xa0 || first == 0xed && second > 0x9f ? nowhere : at + 3;
  }
  if (!continues(at + 3)) return nowhere;
  return first == 0xf0 && second < 0x90 || first == 0xf4 && second > 0x8f ? nowhere : at + 4;
}

// @ts-ignore: decorator

function continues(at: usize): bool {
  return (<u32> load<u8>(at) & 0xc0) == 0x80;
}

/** Behind a value of any kind. */
export function valueEnd(at: usize, depth: u32): usize {
  const first: u32 = load<u8>(at);
  if (first == 0x22) return stringEnd(at + 1);
  if (first == 0x7b) return objectEnd(at + 1, depth);
  if (first == 0x5b) return listEnd(at + 1, depth);
  if (first == 0x2d || isDigit(first)) return numberEnd(at);
  const word = load<u32>(at);
  // "null", "true", "fals" and "e".
  if (word == 0x6c6c756e || word == 0x65757274) return at + 4;
  return word == 0x736c6166 && load<u8>(at, 4) == 0x65 ? at + 5 : nowhere;
}

/** @param at Behind the opening brace. */
export function objectEnd(at: usize, depth: u32): usize {
  if (load<u8>(at) == 0x7d) return at + 1;
  if (depth >= depthMax) return nowhere;
  while (true) {
    at = keyEnd(at);
    if (at == nowhere) return nowhere;
    at = valueEnd(at, depth + 1);
    if (at == nowhere) return nowhere;
    const sign: u32 = load<u8>(at);
    if (sign == 0x7d) return at + 1;
    if (sign != 0x2c) return nowhere;
    at++;
  }
}

/** Behind a key and its colon; none that begins with a digit is recognised. */
export function keyEnd(at: usize): usize {
  if (load<u8>(at) != 0x22 || isDigit(load<u8>(at, 1))) return nowhere;
  const end = stringEnd(at + 1);
  return end != nowhere && load<u8>(end) == 0x3a ? end + 1 : nowhere;
}

function listEnd(at: usize, depth: u32): usize {
  if (load<u8>(at) == 0x5d) return at + 1;
  if (depth >= depthMax) return nowhere;
  while (true) {
    at = valueEnd(at, depth + 1);
    if (at == nowhere) return nowhere;
    const sign: u32 = load<u8>(at);
    if (sign == 0x5d) return at + 1;
    if (sign != 0x2c) return nowhere;
    at++;
  }
}

/** Digits up to which every decimal number is the shortest text of its binary one. */
const digitsMax: usize = 15;

/** Zeros behind the point from which on numbers are written with an exponent. */
const leadingZerosMax: usize = 5;

/** Behind a number; nowhere for one that JSON may write otherwise. */
export function numberEnd(at: usize): usize {
  const negative = load<u8>(at) == 0x2d;
  if (negative) at++;
  const start = at;
  while (isDigit(load<u8>(at))) at++;
  const whole = at - start;
  const isZero = load<u8>(start) == 0x30;
  if (whole == 0 || isZero && whole > 1) return nowhere;
  if (load<u8>(at) != 0x2e) {
    if (negative && isZero || whole > digitsMax) return nowhere;
    return isNumberSign(load<u8>(at)) ? nowhere : at;
  }
  const point = ++at;
  while (isDigit(load<u8>(at))) at++;
  if (at == point || load<u8>(at - 1) == 0x30 || whole + at - point > digitsMax) return nowhere;
  if (isZero) {
    let zeros: usize = 0;
    while (load<u8>(point + zeros) == 0x30) zeros++;
    if (zeros > leadingZerosMax) return nowhere;
  }
  return isNumberSign(load<u8>(at)) ? nowhere : at;
}

// @ts-ignore: decorator

function isDigit(byte: u32): bool {
  return byte - 0x30 <= 9;
}

/** Whether a number goes on with a point, a sign or an exponent. */
function isNumberSign(byte: u32): bool {
  return byte == 0x2e || byte == 0x65 || byte == 0x45 || byte == 0x2b || byte == 0x2d;
}
