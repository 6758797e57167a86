import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyPlain, plainJson, plainLine, plainText } from "../../../report/kernels/ansi.ts";
import { plainRows } from "../../../report/kernels/plain_rows.ts";
import { prepareNeedle, searchBlock } from "../../../report/kernels/search.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text with many terminal sequences, whole and broken. */
const terminalText = fc.array(
  fc.constantFrom(
    "\x1b",
    "[",
    "31",
    ";",
    "m",
    "K",
    "\x1b[1;31m",
    "\x1b[0m",
    "\x1b[2K",
    "\x1b]0;title\x07",
    "\x1b]8;;https://example.com\x1b\\",
    "\x1b(B",
    "\x07",
    "\\",
    "é",
    "red text",
    "P",
    "\n",
    " ",
    "\\u001b[32m",
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

function plainBytes(text: string): string {
  const bytes = encoder.encode(text);
  const into = new Uint8Array(bytes.length);
  return decoder.decode(into.subarray(0, copyPlain(bytes, 0, bytes.length, 0xff, into, 0)));
}

describe("terminal sequences", () => {
  test("plainText drops colours, moves, titles and links, and keeps a lone ESC", () => {
    expect(plainText("\x1b[1;38;2;9;9;9mred\x1b[0m text")).toBe("red text");
    expect(plainText("a\x1b[2K\x1b[1;1Hb\x1b]0;t\x07c\x1b]8;;u\x1b\\d\x1b(Be\x1b7")).toBe("abcde");
    expect(plainText("\x1b[31")).toBe("\x1b[31");
    expect(plainText("\x1b]0;no end\nnext")).toBe("\x1b]0;no end\nnext");
    expect(plainText("\\u001b[31m")).toBe("\\u001b[31m");
  });

  test("plainLine drops colours and leaves an ESC for anything else", () => {
    expect(plainLine("\x1b[31mred\x1b[0m \x1b[2Kline")).toBe("red \x1bline");
  });

  test("plainJson drops the colours of strings, but nothing behind a backslash", () => {
    const value = { "a\x1b[31m": "\x1b[1mb\x1b[0m \\u001b[31m", c: "\x1b[2K" };
    const plain = { a: "b \\u001b[31m", c: "\x1b[2K" };
    expect(plainJson(JSON.stringify(value))).toBe(JSON.stringify(plain));
  });

  test("copyPlain takes the same out of bytes as plainText out of text", () => {
    fc.assert(fc.property(terminalText, (text) => {
      expect(plainBytes(text)).toBe(plainText(text));
    }));
  });

  test("copyPlain takes the same out of a context as plainJson", () => {
    fc.assert(fc.property(terminalText, terminalText, (message, value) => {
      const json = JSON.stringify({ value });
      const bytes = new Uint8Array([
        ...encoder.encode(message),
        0xff,
        ...encoder.encode(json),
        0xff,
        ...encoder.encode("{}"),
      ]);
      const into = new Uint8Array(bytes.length);
      const end = copyPlain(bytes, 0, bytes.length, 0xff, into, 0);
      const expected = [plainText(message), plainJson(json), "{}"];
      const fields: string[] = [];
      let start = 0;
      for (let i = 0; i <= end; i++) {
        if (i < end && into[i] !== 0xff) continue;
        fields.push(decoder.decode(into.subarray(start, i)));
        start = i + 1;
      }
      expect(fields).toEqual(expected);
    }));
  });

  test("plainRows lets a search find what a search of the plain texts finds", () => {
    const rows = fc.array(fc.tuple(terminalText, terminalText), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.constantFrom("red text", "t r", "31", "é", "]8"), (rows, word) => {
        const parts: number[] = [];
        const starts = [0];
        for (const [message, value] of rows) {
          parts.push(...encoder.encode(message), 0xff);
          parts.push(...encoder.encode(JSON.stringify({ value })), 0xff, 0x7b, 0x7d);
          starts.push(parts.length);
        }
        const text = new Uint8Array(parts);
        const plain = plainRows(text, new Uint32Array(starts));
        const found = new Set<number>();
        const needle = prepareNeedle(word);
        searchBlock(text, new Uint32Array(starts), needle, (position) => {
          if (!plain?.isHere[position]) found.add(position);
        });
        if (plain) {
          searchBlock(plain.text, plain.starts, needle, (i) => found.add(plain.positions[i]!));
        }
        const expected = rows.flatMap(([message, value], i) => {
          const shown = [plainText(message), plainJson(JSON.stringify({ value }))];
          return shown.some((part) => part.includes(word)) ? [i] : [];
        });
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });
});
