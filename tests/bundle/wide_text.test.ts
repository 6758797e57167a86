import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  byteOrderMark,
  decodeFile,
  decodeWide,
  encodeUtf16,
  encodeWide,
  escapeUnit,
} from "../../lib/bundle/mod.ts";

/** The text of some bytes, as a browser reads it out of a file. */
const textOf = (bytes: Uint8Array) => decodeFile(Buffer.concat([byteOrderMark, encodeWide(bytes)]));

/** Bytes of which many are units that must be escaped. */
const awkward = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 60, max: 0x70 }),
  fc.array(fc.constantFrom(0, 0x0d, 0x22, 0x2a, 0x3c, 0x5c, 0x60, 0x61, 0xd8, 0xdf, 0xfe, 0xff), {
    maxLength: 60,
  }).map((bytes) => Uint8Array.from(bytes)),
);

describe("encodeWide and decodeWide", () => {
  test("give back any bytes", () => {
    fc.assert(fc.property(awkward, (bytes) => {
      expect(decodeWide(textOf(bytes))).toEqual(bytes);
    }));
  });

  test("give back every unit, and an odd byte behind it", () => {
    const bytes = new Uint8Array(2 * 65_536 + 1);
    for (let unit = 0; unit < 65_536; unit++) {
      bytes[2 * unit] = unit;
      bytes[2 * unit + 1] = unit >> 8;
    }
    bytes[2 * 65_536] = 0xd8;
    const text = textOf(bytes);
    expect(Buffer.from(decodeWide(text)).equals(bytes)).toBe(true);
    expect(text.length / bytes.length).toBeLessThan(0.52);
  });

  test("have no unit that markup, a comment or a string could end with, and no surrogate", () => {
    fc.assert(fc.property(awkward, (bytes) => {
      const text = textOf(bytes);
      const units = [...text].map((letter) => letter.charCodeAt(0));
      expect(units.filter((unit) => unit < 0x60 || unit >= 0xd800 && unit < 0xe000)).toEqual([]);
      expect(JSON.parse(`"${text}"`)).toBe(text);
    }));
  });

  test("survive a program that writes the file in UTF-8, byte order marks among the data too", () => {
    // Something stands before the data: at the very start of a file it would be taken for its mark.
    const rewritten = (text: string) => decodeFile(Buffer.from(`<${text}`, "utf8")).slice(1);
    const mark = Uint8Array.of(0xff, 0xfe);
    expect(decodeWide(rewritten(textOf(mark)))).toEqual(mark);
    fc.assert(fc.property(awkward, (bytes) => {
      expect(decodeWide(rewritten(textOf(bytes)))).toEqual(bytes);
    }));
  });

  test.each([
    ["a unit below the escape", "<"],
    ["an escape at the end", "\u4e00`"],
    ["an unknown escape", "`\u0200"],
    ["an odd byte that is not the last", "`\u2041\u4e00"],
    ["a space", "\u4e00 \u4e00"],
  ])("decodeWide refuses %s", (_, text) => {
    expect(escapeUnit).toBe(0x60);
    expect(() => decodeWide(text)).toThrow(
      new RangeError("Cannot read the report's data: it is damaged, expected bytes as UTF-16"),
    );
  });
});

describe("encodeUtf16 and decodeFile", () => {
  test("give back any text; half of a pair becomes U+FFFD", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      const file = Buffer.concat([byteOrderMark, encodeUtf16(text)]);
      expect(decodeFile(file)).toBe(text);
      expect(decodeFile(Buffer.from(text))).toBe(text.replace(/^\ufeff/, ""));
    }));
    expect(Buffer.from(encodeUtf16("a\ud83d")).toString("utf16le")).toBe("a\ufffd");
  });
});
