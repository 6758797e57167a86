import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlainJson } from "../../lib/record/plain_json.ts";
import { TimeText } from "../../lib/record/time_text.ts";
import { contextLimits, toPlain } from "../../lib/record/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { formatTime } from "../../lib/format/mod.ts";
import { anyKeys, anyTexts, anyTree, ownSecrets } from "./any_value.ts";

const redactor = createRedactor({ env: ownSecrets });

/** The long way, which the short one must agree with. */
function longWay(value: unknown): string {
  return JSON.stringify(redactor.value(toPlain(value, { redactText: (s) => redactor.text(s) })));
}

describe("PlainJson", () => {
  test("gives what the long way gives, or nothing", () => {
    let short = 0;
    fc.assert(
      fc.property(fc.dictionary(anyKeys, anyTree, { maxKeys: 5 }), (value) => {
        const json = new PlainJson(redactor).object(value, contextLimits);
        if (json === undefined) return;
        short += 1;
        expect(json).toBe(longWay(value));
      }),
      { numRuns: 3000 },
    );
    expect(short).toBeGreaterThan(500);
  });

  test("leaves names that make a secret of their neighbour to the long way", () => {
    const json = new PlainJson(redactor);
    for (
      const headers of [
        [["x-api-key", "abc123secret9"]],
        ["accept", "a/b", "cookie", "sid=abc123secret9"],
        [{ name: "x-api-key", value: "abc123secret9" }],
        [{ value: "abc123secret9", key: "Authorization" }],
        [{ user: "ada", pass: "abc123secret9" }],
      ]
    ) {
      expect(json.object({ headers }, contextLimits)).toBeUndefined();
      expect(longWay({ headers })).not.toContain("abc123secret9");
    }
    expect(json.object({ tags: ["a", "b"], name: "ada" }, contextLimits)).toBeDefined();
  });

  test("writes any text as the redactor and JSON have it", () => {
    fc.assert(fc.property(anyTexts, (text) => {
      expect(new PlainJson(redactor).text(text)).toBe(JSON.stringify(redactor.text(text)));
    }));
  });

  test("leaves sensitive keys, getters that throw, proxies and large values to the long way", () => {
    const json = new PlainJson(redactor);
    const values = [
      { pass_word: "x" },
      {
        get bad(): never {
          throw new Error("no");
        },
      },
      new Proxy({}, {
        getPrototypeOf() {
          throw new Error("no");
        },
      }),
      { list: Array(contextLimits.itemsMax + 1).fill(1) },
      { text: "x".repeat(contextLimits.textLengthMax + 1) },
      new Map([["a", 1]]),
    ];
    for (const value of values) expect(json.object(value, contextLimits)).toBeUndefined();
    expect(json.object({ a: { b: [1, "x", null] }, c: true }, contextLimits)).toBe(
      '{"a":{"b":[1,"x",null]},"c":true}',
    );
  });

  test("a redactor of one's own, without the quick look, sees every text", () => {
    const own = {
      text: () => "seen",
      value: () => ({}),
      mayHoldSecret: () => true,
      counts: () => ({}),
    };
    const json = new PlainJson(own);
    expect(json.text("a")).toBe('"seen"');
    expect(json.object({ a: "b" }, contextLimits)).toBeUndefined();
  });
});

test("TimeText writes what formatTime writes, forwards and backwards", () => {
  const times = new TimeText();
  fc.assert(fc.property(fc.double({ min: -6e13, max: 2.5e14, noNaN: true }), (time) => {
    for (const each of [time, time + 0.4, time + 1, time + 999, time - 1]) {
      expect(times.of(each)).toBe(formatTime(each));
    }
  }));
  expect(() => times.of(NaN)).toThrow(RangeError);
});
