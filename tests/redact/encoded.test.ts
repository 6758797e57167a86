import process from "node:process";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { createRedactor, createStreamRedactor } from "../../lib/redact/mod.ts";
import { ordinaryTexts } from "./corpus.ts";
import { randomText, samples } from "./samples.ts";

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const base64 = (text: string): string => btoa(String.fromCharCode(...bytesOf(text)));
const hex = (text: string): string =>
  bytesOf(text).map((byte) => byte.toString(16).padStart(2, "0")).join("");

const encodings: Record<string, (text: string) => string> = {
  "base64": base64,
  "base64 behind one byte": (text) => base64(`"${text}" and more`),
  "base64 behind two bytes": (text) => base64(`: ${text}\n`),
  "base64 for URLs": (text) => base64(`a?b>${text}~`).replaceAll("+", "-").replaceAll("/", "_"),
  "base64 in a data URL": (text) => `data:text/plain;base64,${base64(text)}`,
  "base64 in a path": (text) => `https://x.example/v1/${base64(text)}/next`,
  "base64 behind an escape": (text) => JSON.stringify(`line\n${base64(text)}`),
  "base64 of JSON": (text) => base64(JSON.stringify({ user: "ada", value: text })),
  hexadecimal: hex,
  "upper-case hexadecimal": (text) => hex(`key=${text};`).toUpperCase(),
};

/** Their form begins with nothing that would give them away inside of an encoding. */
const notLookedFor = new Set([
  ...["azure-devops", "mailchimp", "maxmind", "telegram", "azure-client", "clickhouse"],
  ...["bearer", "basic", "url-password", "url-user", "url-signature"],
]);

describe("Redactor.text with a token inside an encoded text", () => {
  test.each(Object.entries(encodings))("hides it in %s", (_name, encode) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const redactor = createRedactor();
        for (const { rule, secret, text } of samples(seed)) {
          if (notLookedFor.has(rule)) continue;
          const encoded = encode(text);
          const result = redactor.text(`before ${encoded} after`);
          expect(result, rule).toContain("[REDACTED:");
          for (const part of [base64(secret).slice(4, 16), hex(secret).slice(4, 24)]) {
            expect(result.toLowerCase(), rule).not.toContain(part.toLowerCase());
          }
          expect([result.slice(0, 7), result.slice(-6)]).toEqual(["before ", " after"]);
          expect(redactor.text(result)).toBe(result);
          expect(redactor.mayHoldSecret(encoded)).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });

  test("gives it the mark that it has in plain text, and counts it", () => {
    const token = `ghp_${randomText(3)(36)}`;
    const redactor = createRedactor();
    const [mark] = redactor.text(token).match(/\[REDACTED:github:....\]/)!;
    for (const encode of [base64, hex]) expect(redactor.text(encode(token))).toContain(mark);
    expect(redactor.counts()).toEqual({ github: 3 });
    expect(createRedactor({ allow: [token] }).text(base64(token))).toBe(base64(token));
  });

  test("hides it wherever a stream is cut", () => {
    const encoded = `config: ${base64(`{"token": "ghp_${randomText(9)(36)}"}`)} end`;
    const whole = createRedactor().text(encoded);
    for (let at = 0; at <= encoded.length; at++) {
      const stream = createStreamRedactor(createRedactor());
      const out = stream.push(encoded.slice(0, at)) + stream.push(encoded.slice(at));
      expect(out + stream.end()).toBe(whole);
    }
  });

  test("leaves encodings of ordinary text, and random bytes", () => {
    const redactor = createRedactor();
    for (const text of ordinaryTexts) {
      for (const encode of Object.values(encodings)) {
        expect(redactor.text(encode(text))).toBe(encode(text));
      }
    }
    const random = base64(randomText(5)(40_000, "\x00\x7fabcXYZ0189+/~>?!"));
    expect(redactor.text(random)).toBe(random);
  });

  test("takes time in proportion to the text, also for hostile text", () => {
    const redactor = createRedactor();
    /** CPU time, which other programs do not lengthen much; the shortest of some runs, in µs. */
    const timeOf = (text: string, runs: number) =>
      Math.min(...Array.from({ length: runs }, () => {
        const before = process.cpuUsage();
        redactor.text(text);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      }));
    for (const piece of ["Z2hwX0FBQUFBQUFB", "6768705f61", "c2st", "ZXlK", base64("-----BEGIN ")]) {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      const short = Math.max(500, timeOf(text.slice(0, 12_500), 5));
      // 16 times as long; work that grows with the square would take 256 times as long.
      expect(timeOf(text, 1) / short, piece).toBeLessThan(80);
    }
  });
});
