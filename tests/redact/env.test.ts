import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../helpers/cpu_time.ts";
import fc from "fast-check";
import { createRedactor, createStreamRedactor, redactJsonText } from "../../lib/redact/mod.ts";
import { randomText } from "./samples.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): string => btoa(String.fromCharCode(...bytesOf(text)));
const hex = (text: string, before = ""): string =>
  Array.from(bytesOf(text), (byte) => before + byte.toString(16).padStart(2, "0")).join("");
const unicode = (text: string): string =>
  text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

/** How other programs write a text. */
const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  json: (text) => JSON.stringify({ text }),
  "json in json in json": (text) => JSON.stringify([JSON.stringify([JSON.stringify([text])])]),
  "json in ASCII": (text) => JSON.stringify([text]).replace(/[^\0-\x7f]/g, unicode),
  "utf-16 escapes": unicode,
  "upper-case escapes": (text) => unicode(text).replace(/[a-f]/g, (digit) => digit.toUpperCase()),
  "utf-16 escapes in json": (text) => JSON.stringify(unicode(text)),
  "hexadecimal escapes": (text) => hex(text, "\\x"),
  "a URL's query": (text) => `https://x.example/?q=${encodeURIComponent(text)}&n=1`,
  "lower-case percent": (text) => encodeURIComponent(text).replace(/%../g, (c) => c.toLowerCase()),
  "every byte percent": (text) => hex(text, "%"),
  "a form": (text) => new URLSearchParams({ a: "1", text, z: "2" }).toString(),
  html: (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  hexadecimal: (text) => hex(text),
  "upper-case hexadecimal": (text) => hex(text).toUpperCase(),
  base64,
  "base64 behind one byte": (text) => base64(`x${text} and more`),
  "base64 behind two bytes": (text) => base64(`xy${text}:z`),
  "base64 of a header": (text) => base64(`deploy:${text}`),
  "base64 for URLs": (text) => base64(`ab${text}?`).replaceAll("+", "-").replaceAll("/", "_"),
};

const values = fc.tuple(
  fc.integer({ min: 1, max: 2 ** 31 }),
  fc.constantFrom("", "ä/ö&", '"\\', "日本語", "😀+?", "<a>", "p w"),
  fc.integer({ min: 10, max: 40 }),
).map(([seed, middle, length]) => {
  const text = randomText(seed)(length);
  return text.slice(0, 5) + middle + text.slice(5);
});

describe("Redactor.text with a secret of the environment", () => {
  test.each(Object.entries(encodings))("hides it as %s", (_name, encode) => {
    fc.assert(
      fc.property(values, (value) => {
        const redactor = createRedactor({ env: { SHOP_PASSWORD: value } });
        const encoded = encode(value);
        const result = redactor.text(`before ${encoded} after`);
        expect(result).toContain("[REDACTED:env:");
        expect(result.startsWith("before ")).toBe(true);
        expect(result.endsWith(" after")).toBe(true);
        for (const part of [value.slice(0, 5), value.slice(-5)]) {
          for (const form of [part, encodeURIComponent(part), hex(part), unicode(part)]) {
            expect(result).not.toContain(form);
          }
        }
        expect(redactor.text(result)).toBe(result);
        expect(redactor.counts()).toEqual({ env: expect.any(Number) });
        const stream = createStreamRedactor(redactor);
        expect(encoded.split("").map((c) => stream.push(c)).join("") + stream.end()).toBe(
          redactor.text(encoded),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("hides it in values and in JSON text at any nesting, and gives equal marks", () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...Object.values(encodings)), (value, encode) => {
        const redactor = createRedactor({ env: { SHOP_PASSWORD: value } });
        const planted = { list: [{ [encode(value)]: encode(value) }] };
        for (
          const result of [
            JSON.stringify(redactor.value(planted)),
            redactJsonText(redactor, JSON.stringify(planted, null, 1)),
          ]
        ) {
          const marks = new Set(result.match(/\[REDACTED:env:....\]/g));
          expect(marks.size).toBe(1);
          expect(result).not.toContain(JSON.stringify(value).slice(1, 6));
        }
        expect(redactor.mayHoldSecret(JSON.stringify(planted))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("searches for many secrets in time proportional to the text", () => {
    const make = randomText(17);
    const env = Object.fromEntries(
      Array.from({ length: 256 }, (_, index) => [`A${index}_SECRET`, make(32)]),
    );
    const redactor = createRedactor({ env });
    const text = `${randomText(5)(60)} ${"wrote 14 files in 35 ms\n".repeat(3)}`.repeat(4000) +
      env["A255_SECRET"];
    let redacted = "";
    expect(cpuMsOf(() => redacted = redactor.text(text))).toBeLessThan(4000);
    expect(redacted).toMatch(/\[REDACTED:env:....\]$/);
  });
});
