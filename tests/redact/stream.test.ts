import { describe, expect, test } from "vitest";
import fc from "fast-check";
import {
  createRedactor,
  createStreamRedactor,
  streamHeldMax,
  streamHoldBack,
} from "../../lib/redact/mod.ts";
import { fragments } from "./fragments.ts";
import { randomText, samples } from "./samples.ts";

function run(chunks: Iterable<string>): string {
  const stream = createStreamRedactor(createRedactor());
  let out = "";
  for (const chunk of chunks) out += stream.push(chunk);
  return out + stream.end();
}

function* pieces(text: string, sizes: readonly number[]): Generator<string> {
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length]!;
    yield text.slice(at, at + size);
    at += size;
  }
}

const words = "The quick brown fox wrote 14 files to build and took 35 ms for it.\n";

describe("createStreamRedactor", () => {
  test("lets no secret through, wherever the chunks end", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
        fc.nat(2 * streamHoldBack),
        fc.constantFrom(words, words.replaceAll(/\s/g, "-"), "x"),
        (seed, sizes, before, filler) => {
          const fill = filler.repeat(Math.ceil(before / filler.length));
          // Another eighth of them in every run.
          const all = samples(seed).filter((_, index) => index % 8 === seed % 8);
          const text = all.map((sample) => `${fill.slice(0, before)} ${sample.text} `).join("\n");
          const result = run(pieces(text, sizes));
          for (const { secret } of all) expect(result).not.toContain(secret);
          expect(result).toBe(createRedactor().text(text));
        },
      ),
      { numRuns: 16 },
    );
  });

  test("cuts a token at every place, one character a chunk", () => {
    for (const { text, secret } of samples(8)) {
      expect(run(pieces(`${words.repeat(300)}${text} ${words.repeat(300)}`, [1]))).not.toContain(
        secret,
      );
    }
  }, 60_000);

  test("gives the same as the whole text", () => {
    fc.assert(
      fc.property(fc.array(fragments(), { maxLength: 20 }), (parts) => {
        expect(run(parts)).toBe(createRedactor().text(parts.join("")));
      }),
      { numRuns: 300 },
    );
  });

  test("passes long text on and holds back no more than it must", () => {
    const stream = createStreamRedactor(createRedactor());
    let out = 0;
    for (let line = 0; line < 5000; line++) {
      out += stream.push(words).length;
      expect((line + 1) * words.length - out).toBeLessThanOrEqual(3 * streamHoldBack);
    }
    expect(out + stream.end().length).toBe(5000 * words.length);
  });

  test("withholds what is one secret without an end, and says so", () => {
    const stream = createStreamRedactor(createRedactor());
    const chunk = randomText(4)(64 * 1024);
    let out = stream.push(`${words.repeat(1000)}{"password":"`);
    for (let count = 0; count < 2 * streamHeldMax / chunk.length; count++) {
      out += stream.push(chunk);
    }
    out += stream.push(`" tail ${words}`) + stream.end();
    expect(out).toContain("The quick brown fox");
    expect(out).toMatch(/…\(\d+ characters withheld: one secret without an end\)$/);
    expect(out).not.toContain(chunk.slice(0, 100));
    expect(out).not.toContain(chunk.slice(-100));
  });
});
