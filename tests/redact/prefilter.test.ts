import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { escapeForRegExp, keyWords } from "../../lib/redact/key_names.ts";
import { createPrefilter } from "../../lib/redact/prefilter.ts";
import { tokenRules } from "../../lib/redact/token_rules.ts";
import { samples } from "./samples.ts";

const words = keyWords(["ssn", "customerNumber"]);
const rules = [
  ...tokenRules.map((rule) => ({ anchors: rule.anchors, pattern: rule.pattern })),
  { anchors: words.anchors, pattern: new RegExp(words.source, "gi") },
];
const filter = createPrefilter(rules.map((rule) => rule.anchors));

describe("Prefilter.scan", () => {
  test("passes every text that a rule matches", () => {
    const all = samples(5).flatMap((sample) => [sample.text, sample.text.toLowerCase()]);
    const names = words.source.replaceAll(/\(\?:|\)|\?|\[_-\]/g, "|").split("|").filter(Boolean);
    const piece = fc.oneof(
      fc.constantFrom(...all, ...names, ...names.map((name) => name.toUpperCase())),
      fc.constantFrom("_", "-", "key", "API", "Access", " ", "\n", "://", "ſ", "\u212a"),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    let matched = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        const mask = filter.scan(text);
        rules.forEach((rule, index) => {
          rule.pattern.lastIndex = 0;
          if (!rule.pattern.test(text)) return;
          matched++;
          expect(mask & filter.bit(index), `${rule.pattern} in ${text}`).not.toBe(0);
        });
      }),
      { numRuns: 2000 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  test("holds an anchor in each rule's sample, whatever its characters", () => {
    for (let seed = 1; seed <= 50; seed++) {
      samples(seed).forEach((sample, index) => {
        const text = sample.text.toLowerCase();
        const { anchors } = rules[index]!;
        const found = anchors.some((anchor) => {
          const start = anchor.replace(/\0+$/, "").toLowerCase();
          const more = "[a-z0-9]".repeat(anchor.length - start.length);
          return new RegExp(escapeForRegExp(start) + more).test(text);
        });
        expect(found, sample.text).toBe(true);
        expect(filter.scan(sample.text) & filter.bit(index)).not.toBe(0);
      });
    }
  });

  test("stops most ordinary texts", () => {
    const texts = [
      "Update applied (adds=3, patches=1)",
      "GET /v1/orders/1834 200 in 35 ms",
      "payment of order 1834 came back after 250 ms",
      "wrote 14 files to build/output",
      "run 7 of checkout.test.ts: expected 2 calls, got 3",
      "lock held for 12.5 ms by pid:4711",
      "asked for task_id=5 of store_id=7, patches in the path src/api-docs/task-list.ts",
      "npm_config_cache, disk_usage, more_of_it, suspicious and conscious, SKIPPED",
    ];
    expect(texts.filter((text) => filter.scan(text) === 0).length).toBe(texts.length);
  });

  test("refuses an anchor that is too short", () => {
    expect(() => createPrefilter([["ab"]])).toThrow(RangeError);
  });
});

test("Prefilter.writePlain writes what isPlain lets through, and nothing else", () => {
  const piece = fc.oneof(
    fc.constantFrom(...samples(3).map(({ text }) => text), "password", "ü", "€", "\ud83d\ude00"),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.string({ maxLength: 20 }),
  );
  const bytes = new Uint8Array(100_000);
  let plain = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), fc.nat(9), (parts, at) => {
      const text = parts.join("");
      const end = filter.writePlain(text, bytes, at);
      expect(end >= 0).toBe(filter.isPlain(text));
      if (end < 0) return;
      plain++;
      expect(bytes.slice(at, end)).toEqual(new TextEncoder().encode(text));
      expect(JSON.parse(`"${text}"`)).toBe(text);
    }),
    { numRuns: 2000 },
  );
  expect(plain).toBeGreaterThan(300);
});

test("tokenRules have names that a marker can hold", () => {
  for (const rule of tokenRules) {
    expect(rule.name).toMatch(/^[a-z0-9-]+$/);
    expect(rule.pattern.flags).toContain("g");
  }
  expect(tokenRules.length).toBe(samples(1).length);
});
