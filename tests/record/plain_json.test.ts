import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlainJson } from "../../lib/record/plain_json.ts";
import { TimeText } from "../../lib/record/time_text.ts";
import { contextLimits, toPlain } from "../../lib/record/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { formatTime } from "../../lib/format/mod.ts";

const redactor = createRedactor({ env: { MY_API_KEY: 'q"uoted\\secret ü1' } });

/** The long way, which the short one must agree with. */
function longWay(value: unknown): string {
  return JSON.stringify(redactor.value(toPlain(value, { redactText: (s) => redactor.text(s) })));
}

describe("PlainJson", () => {
  const secrets = ["hunter2hunter2", "ghp_" + "a1B2".repeat(9), 'q"uoted\\secret ü1', "1"];
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(...secrets, "a\n", "\ud800", "é", "[REDACTED:key:0000]"),
  );
  const keys = fc.oneof(fc.string(), fc.constantFrom("password", "p.w.d", "__proto__", "token"));
  const leaves = fc.oneof(
    texts,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, -0, 1n, new Date(0), () => 1),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      leaves,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
    ),
  }));

  test("gives what the long way gives, or nothing", () => {
    let short = 0;
    fc.assert(
      fc.property(fc.dictionary(keys, tree, { maxKeys: 5 }), (value) => {
        const json = new PlainJson(redactor).object(value, contextLimits);
        if (json === undefined) return;
        short += 1;
        expect(json).toBe(longWay(value));
      }),
      { numRuns: 3000 },
    );
    expect(short).toBeGreaterThan(500);
  });

  test("writes any text as the redactor and JSON have it", () => {
    fc.assert(fc.property(texts, (text) => {
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
      Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`k${index}`, 1])),
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
