/**
 * Text put together as bytes: for what is made so often that strings would cost more than the rest.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** From this length on, the encoder is faster than a loop, in UTF-16 units. */
const encoderLengthMin = 64;

/** Size of the memory at first, in bytes. */
const firstBytes = 4096;

/** A UTF-16 unit takes at most so many bytes of UTF-8. */
export const unitBytesMax = 3;

/** Whole numbers below this are written digit by digit. */
const smallNumberMax = 1e9;

const [MINUS, ZERO] = [45, 48];

const encoder = new TextEncoder();

/** Lower-case hexadecimal digits, as bytes. */
const hexDigits: Uint8Array = encoder.encode("0123456789abcdef");

/** Gives memory of at least some size in bytes. */
export type Allocate = (bytesMin: number) => Uint8Array;

const allocateForText: Allocate = (bytesMin) => new Uint8Array(Math.max(firstBytes, bytesMin));

/** One text in the making, in memory that grows with it. */
export class ByteText {
  /** The memory. It changes as the text grows. No `Buffer`: one class is faster than two. */
  bytes: Uint8Array = new Uint8Array();
  /** Where the text begins in the memory. */
  begin = 0;
  /** Where the next byte goes: the text's end so far. */
  at = 0;
  readonly #allocate: Allocate;

  /** @param allocate Gives the memory. Default: memory for this text alone. */
  constructor(allocate: Allocate = allocateForText) {
    this.#allocate = allocate;
  }

  /** How many bytes can still be written before the memory must grow. */
  get room(): number {
    return this.bytes.length - this.at;
  }

  /** Makes room for further bytes. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const text = this.bytes.subarray(this.begin, this.at);
    const bytes = this.#allocate(2 * text.length + count);
    bytes.set(text);
    this.bytes = bytes;
    this.begin = 0;
    this.at = text.length;
  }

  /** Writes bytes. */
  copy(part: Uint8Array): void {
    const { length } = part;
    this.reserve(length);
    this.bytes.set(part, this.at);
    this.at += length;
  }

  /** Writes one byte. */
  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.at] = byte;
    this.at += 1;
  }

  /** Writes a text as UTF-8. */
  text(text: string): void {
    this.reserve(text.length * unitBytesMax);
    const { bytes, at } = this;
    if (text.length < encoderLengthMin) {
      let index = 0;
      for (; index < text.length; index += 1) {
        const unit = text.charCodeAt(index);
        if (unit > 127) break;
        bytes[at + index] = unit;
      }
      if (index === text.length) {
        this.at = at + index;
        return;
      }
    }
    this.at = at + encoder.encodeInto(text, bytes.subarray(at)).written;
  }

  /**
   * Writes eight hexadecimal digits over what stands there.
   *
   * @param number A whole number from 0 to 2³² − 1.
   * @param back How far before the end the digits begin, in bytes.
   */
  overwriteHex(number: number, back: number): void {
    const { bytes } = this;
    const begin = this.at - back;
    let rest = number;
    for (let at = begin + 7; at >= begin; at -= 1) {
      bytes[at] = hexDigits[rest & 15]!;
      rest >>>= 4;
    }
  }

  /** Writes a finite number as JSON has it. */
  number(number: number): void {
    const small = number | 0;
    if (small !== number || small >= smallNumberMax || small <= -smallNumberMax) {
      return this.text(`${number}`);
    }
    this.reserve(11);
    const { bytes } = this;
    let rest = small;
    if (rest < 0) {
      bytes[this.at++] = MINUS;
      rest = -rest;
    }
    let length = 1;
    for (let limit = 10; limit <= rest; limit *= 10) length += 1;
    for (let at = this.at + length - 1; at >= this.at; at -= 1) {
      const left = (rest / 10) | 0;
      bytes[at] = ZERO + rest - left * 10;
      rest = left;
    }
    this.at += length;
  }

  /** The text as it is so far. */
  toString(): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + this.begin, this.at - this.begin).toString();
  }
}

/** A text that never changes, as bytes. */
export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
