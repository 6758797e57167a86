/**
 * Lines of a log that are exactly as planloop writes them: the same as `lib/read/log_scanner.ts`,
 * many lines at a time.
 *
 * @module
 */

import { keyEnd, nowhere, numberEnd, objectEnd, stringEnd, valueEnd } from "./json.ts";

/** Bytes of a row; `lib/read/log_scan_kernel.ts` reads them. */
const rowBytes: usize = 112;

/** How many words are known, as a power of two; of two that want one place, the later one has it. */
const placesBits: u32 = 12;

/** Longest word, in bytes, and the room that each has: a length, then the word. */
const wordBytesMax: usize = 128;
const wordRoom: usize = 136;

/** What a row says of a word that is null, or empty; else its place, and a flag if it is new there. */
const wordNull: i32 = -1;
const wordEmpty: i32 = -2;
const wordNew: i32 = 1 << 16;

/** Texts that lines have in common, each in 16 bytes: these are their numbers, and their lengths. */
const textBytes: usize = 16;
const levelsFirst: usize = 9;
const levelsCount: usize = 5;
const keysFirst: usize = 14;
const keysCount: usize = 9;

const millisPerDay: f64 = 86_400_000;

/** Where the texts and the words lie; where the last word ended. */
let texts: usize = 0;
let words: usize = 0;
let wordEnd: usize = 0;

/** The places of words that are new in the present line: a trace, session, operation and event. */
const newPlaces: usize = memory.data(4 * 4);
let newCount: usize = 0;

/** Tells where texts and words lie. */
export function prepare(textsAt: usize, wordsAt: usize): void {
  texts = textsAt;
  words = wordsAt;
}

/**
 * Reads lines up to the first one that is not recognised.
 *
 * @param base From where positions count.
 * @param start The first line's first byte.
 * @param end The end of the last line, behind its newline.
 * @param rows Where rows are put.
 * @param rowsMax How many there is room for.
 * @returns How many lines there were.
 */
export function scan(base: usize, start: usize, end: usize, rows: usize, rowsMax: u32): u32 {
  let at = start;
  let count: u32 = 0;
  while (at < end && count < rowsMax) {
    newCount = 0;
    const next = scanLine(at, base, rows);
    if (next == nowhere) {
      // Nobody is told of these words, so they are not known.
      while (newCount > 0) store<u32>(load<u32>(newPlaces + (--newCount << 2)), 0);
      break;
    }
    at = next;
    rows += rowBytes;
    count++;
  }
  return count;
}

/** Behind a line's newline. */
function scanLine(start: usize, base: usize, row: usize): usize {
  let at = skip(start, 0, 14);
  if (at == nowhere) return nowhere;
  const time = timeAt(at);
  // Also for what is no number.
  if (!(time >= 0)) return nowhere;
  store<f64>(row, time);
  at = skip(at + (load<u8>(at, 23) == 0x5a ? 24 : 27), 1, 11);
  if (at == nowhere) return nowhere;
  const level = levelAt(at);
  if (level < 0) return nowhere;
  store<i32>(row, level, 16);
  at = skip(at + load<u8>(texts + (levelsFirst + level) * textBytes, 15) - 1, 2, 13);
  if (at == nowhere) return nowhere;
  if (load<u8>(at) == 0x22) {
    if (!readWord(at + 1, base, row + 24)) return nowhere;
    at = wordEnd + 1;
  } else {
    if (load<u32>(at) != 0x6c6c756e) return nowhere;
    store<i32>(row, wordNull, 32);
    at += 4;
  }
  at = skip(at, 3, 15);
  if (at == nowhere || !readWord(at, base, row + 36)) return nowhere;
  at = skip(wordEnd, 4, 15);
  if (at == nowhere || !readWord(at, base, row + 48)) return nowhere;
  store<u32>(row, <u32> (start - base), 20);
  return scanTexts(wordEnd, base, row);
}

/** From behind the operation on. */
function scanTexts(from: usize, base: usize, row: usize): usize {
  let at = skip(from, 5, 13);
  if (at == nowhere) return nowhere;
  store<u32>(row, <u32> (at - base), 72);
  at = stringEnd(at);
  if (at == nowhere) return nowhere;
  store<u32>(row, <u32> (at - 1 - base), 76);
  at = skip(at, 6, 12);
  if (at == nowhere) return nowhere;
  store<u32>(row, <u32> (at - 1 - base), 80);
  at = objectEnd(at, 0);
  if (at == nowhere) return nowhere;
  store<u32>(row, <u32> (at - base), 84);
  at = skip(at, 7, 15);
  if (at == nowhere) return nowhere;
  if (load<u32>(at) == 0x6c6c756e) {
    store<f64>(row, NaN, 8);
    at += 4;
  } else {
    const end = numberEnd(at);
    if (end == nowhere) return nowhere;
    store<f64>(row, numberAt(at, end), 8);
    at = end;
  }
  return scanRest(at, base, row);
}

/** What comes after the duration. */
function scanRest(from: usize, base: usize, row: usize): usize {
  let at = from;
  let hasEvent = false;
  store<u32>(row, <u32> (from - base), 88);
  store<u32>(row, <u32> (from - base), 92);
  store<u32>(row, <u32> (from - base), 96);
  store<i32>(row, wordNull, 68);
  while (load<u8>(at) == 0x2c) {
    const event = hasEvent ? nowhere : skip(at, 8, 10);
    if (event != nowhere) {
      if (!readWord(event, base, row + 60)) return nowhere;
      hasEvent = true;
      store<u32>(row, <u32> (at - base), 92);
      at = wordEnd + 1;
      store<u32>(row, <u32> (at - base), 96);
      continue;
    }
    const value = keyEnd(at + 1);
    if (value == nowhere || isKnownKey(at, value - at)) return nowhere;
    at = valueEnd(value, 0);
    if (at == nowhere) return nowhere;
  }
  store<u32>(row, <u32> (at + 1 - base), 100);
  return load<u16>(at) == 0x0a7d ? at + 2 : nowhere;
}

/** Behind a text of 8 to 15 bytes, where it stands there. */
// @ts-ignore: decorator

function skip(at: usize, text: usize, length: usize): usize {
  const wanted = texts + text * textBytes;
  const isThere = load<u64>(at) == load<u64>(wanted) &&
    load<u64>(at + length - 8) == load<u64>(wanted + length - 8);
  return isThere ? at + length : nowhere;
}

function levelAt(at: usize): i32 {
  for (let level: usize = 0; level < levelsCount; level++) {
    if (startsWith(at, levelsFirst + level)) return <i32> level;
  }
  return -1;
}

/** Whether a comma, a key and a colon are those of a member that a line has before all others. */
function isKnownKey(at: usize, length: usize): bool {
  for (let key: usize = 0; key < keysCount; key++) {
    const text = keysFirst + key;
    if (load<u8>(texts + text * textBytes, 15) == length && startsWith(at, text)) return true;
  }
  return false;
}

/** Whether a text stands there whose length is its 16th byte. */
function startsWith(at: usize, text: usize): bool {
  const wanted = texts + text * textBytes;
  const length: usize = load<u8>(wanted, 15);
  for (let index: usize = 0; index < length; index++) {
    if (load<u8>(at + index) != load<u8>(wanted + index)) return false;
  }
  return true;
}

/** Reads the word up to the next quotation mark, for the row's part at `part`; false for no such. */
function readWord(start: usize, base: usize, part: usize): bool {
  let at = start;
  for (;;) {
    const bytes = v128.load(at);
    const mask = i8x16.bitmask(v128.or(
      v128.or(i8x16.lt_s(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x7f))),
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
    ));
    if (mask != 0) {
      at += ctz(mask);
      break;
    }
    at += 16;
  }
  const length = at - start;
  if (load<u8>(at) != 0x22 || length > wordBytesMax) return false;
  wordEnd = at;
  if (length == 0) {
    store<i32>(part, wordEmpty, 8);
    return true;
  }
  const place = placeOf(start, length);
  const known = words + place * wordRoom;
  if (load<u32>(known) == <u32> length && isSame(start, known + 8, length)) {
    store<i32>(part, <i32> place, 8);
    return true;
  }
  store<u32>(newPlaces + (newCount++ << 2), <u32> known);
  store<u32>(known, <u32> length);
  memory.copy(known + 8, start, length);
  store<u32>(part, <u32> (start - base));
  store<u32>(part, <u32> (at - base), 4);
  store<i32>(part, <i32> place | wordNew, 8);
  return true;
}

/** A number for a word's place: of its first and its last bytes. */
function placeOf(start: usize, length: usize): usize {
  let first: u64;
  let last: u64 = 0;
  if (length >= 8) {
    first = load<u64>(start);
    last = load<u64>(start + length - 8);
  } else first = load<u64>(start) & ((<u64> 1 << (length << 3)) - 1);
  const hash = (first ^ rotl<u64>(last, 29) ^ length) * 0x9e3779b97f4a7c15;
  return <usize> (hash >> (64 - placesBits));
}

function isSame(one: usize, other: usize, length: usize): bool {
  if (length < 8) {
    for (let index: usize = 0; index < length; index++) {
      if (load<u8>(one + index) != load<u8>(other + index)) return false;
    }
    return true;
  }
  for (let index: usize = 0; index + 8 < length; index += 8) {
    if (load<u64>(one + index) != load<u64>(other + index)) return false;
  }
  return load<u64>(one + length - 8) == load<u64>(other + length - 8);
}

/** As `lib/read/byte_time.ts` reads it, which says in which forms; negative for none. */
function timeAt(at: usize): f64 {
  const isLong = load<u8>(at, 23) != 0x5a;
  if (
    load<u8>(at, 4) != 0x2d || load<u8>(at, 7) != 0x2d || load<u8>(at, 10) != 0x54 ||
    load<u8>(at, 13) != 0x3a || load<u8>(at, 16) != 0x3a || load<u8>(at, 19) != 0x2e ||
    isLong && load<u8>(at, 26) != 0x5a
  ) return -1;
  const year = digits(at, 4);
  const month = digits(at + 5, 2);
  const day = digits(at + 8, 2);
  const hour = digits(at + 11, 2);
  const minute = digits(at + 14, 2);
  const second = digits(at + 17, 2);
  const millis = digits(at + 20, 3);
  const micros = isLong ? digits(at + 23, 3) : 0;
  // Earlier moments are the tolerant reader's. What is no digit gives a number below 0.
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  if (millis < 0 || micros < 0) return -1;
  const clock: f64 = <f64> ((hour * 3600 + minute * 60 + second) * 1000);
  const fraction: f64 = <f64> (millis * 1000 + micros);
  return <f64> daysBefore(year, month, day) * millisPerDay + clock + fraction / 1000;
}

/** A number of so many digits; below 0 where one is none. */
function digits(at: usize, count: usize): i32 {
  let number: i32 = 0;
  for (let index: usize = 0; index < count; index++) {
    const digit: u32 = <u32> load<u8>(at + index) - 0x30;
    if (digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function isLeap(year: i32): bool {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

function daysIn(year: i32, month: i32): i32 {
  if (month == 2) return isLeap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days from 1970-01-01: of a year that begins in March, leap days come last. */
function daysBefore(year: i32, month: i32, day: i32): i32 {
  const from = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  return from * 365 + from / 4 - from / 100 + from / 400 + (months * 153 + 2) / 5 + day - 719_469;
}

/** The number that stands there as JSON: digits as whole numbers, so that the quotient is exact. */
function numberAt(start: usize, end: usize): f64 {
  const isNegative = load<u8>(start) == 0x2d;
  let number: f64 = 0;
  let scale: f64 = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 0x2e) scale = 1;
    else {
      number = number * 10 + <f64> (byte - 0x30);
      scale *= 10;
    }
  }
  if (scale > 1) number /= scale;
  return isNegative ? -number : number;
}
