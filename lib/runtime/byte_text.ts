/**
 * Text put together as bytes: for what is made so often that strings would cost more than the rest.
 *
 * @module
 */

/** From this length on, the encoder is faster than a loop, in UTF-16 units. */
const encoderLengthMin = 64;

const encoder = new TextEncoder();

/** Lower-case hexadecimal digits, as bytes. */
const hexDigits: Uint8Array = encoder.encode("0123456789abcdef");

/**
 * Writes into bytes from a place on. The caller sees to it that there is room: of a UTF-16 unit, no
 * more than three bytes are made.
 */
export class ByteText {
  bytes: Uint8Array = new Uint8Array();
  /** Where the next byte goes. */
  at = 0;

  /** How many bytes can still be written. */
  get room(): number {
    return this.bytes.length - this.at;
  }

  /** Writes bytes. */
  copy(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Writes one byte. */
  byte(byte: number): void {
    this.bytes[this.at] = byte;
    this.at += 1;
  }

  /** Writes a text as UTF-8. */
  text(text: string): void {
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

  /** Writes a whole number from 0 to 2³² − 1 as eight hexadecimal digits. */
  hex(number: number): void {
    const { bytes } = this;
    let rest = number;
    for (let at = this.at + 7; at >= this.at; at -= 1) {
      bytes[at] = hexDigits[rest & 15]!;
      rest >>>= 4;
    }
    this.at += 8;
  }

  /** Writes a whole number from 0 to 2³¹ − 1. */
  integer(number: number): void {
    const { bytes } = this;
    let length = 1;
    for (let limit = 10; limit <= number; limit *= 10) length += 1;
    let rest = number;
    for (let at = this.at + length - 1; at >= this.at; at -= 1) {
      const left = (rest / 10) | 0;
      bytes[at] = 48 + rest - left * 10;
      rest = left;
    }
    this.at += length;
  }
}

/** A text that never changes, as bytes. */
export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
