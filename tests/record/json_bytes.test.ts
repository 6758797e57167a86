import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asciiBytes, JsonBytes } from "../../lib/record/json_bytes.ts";
import { contextLimits, toPlain, variableLimits } from "../../lib/record/mod.ts";
import { PlainJson } from "../../lib/record/plain_json.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { anyKeys, anyTexts, anyTree, ownSecrets } from "./any_value.ts";

const numberSecret = "123456789012";
const redactor = createRedactor({ env: ownSecrets });
const redactorOfNumbers = createRedactor({ env: { ...ownSecrets, PIN_TOKEN: numberSecret } });

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const textOf = (json: JsonBytes) => decoder.decode(json.bytes.subarray(0, json.length));

function bytesOf(write: (json: JsonBytes) => void, redact = redactor): string {
  const json = new JsonBytes(redact);
  write(json);
  return textOf(json);
}

describe("JsonBytes.object", () => {
  test.each([["texts", redactor], ["texts and numbers", redactorOfNumbers]])(
    "writes what the long way makes of it, or nothing: secrets in %s",
    (_, redact) => {
      const json = new JsonBytes(redact);
      const numbers = fc.constantFrom(123456789012, -123456789012, 5123456789012, 1e21, 99, -99);
      let written = 0;
      fc.assert(
        fc.property(fc.dictionary(anyKeys, fc.oneof(anyTree, numbers), { maxKeys: 5 }), (value) => {
          json.cut(0);
          json.raw("before");
          const isWritten = json.object(value, contextLimits);
          const long = redact.value(toPlain(value, { redactText: (s) => redact.text(s) }));
          if (isWritten) written += 1;
          expect(textOf(json)).toBe(isWritten ? `before${JSON.stringify(long)}` : "before");
          const text = new PlainJson(redact).object(value, contextLimits);
          expect(text).toBe(isWritten ? JSON.stringify(long) : undefined);
        }),
        { numRuns: 2000 },
      );
      expect(written).toBeGreaterThan(300);
    },
  );

  test("hides a number that is a secret of the environment", () => {
    for (const value of [123456789012, { deep: [1, 123456789012] }]) {
      const json = new JsonBytes(redactorOfNumbers);
      expect(json.object({ value }, contextLimits)).toBe(false);
      expect(new PlainJson(redactorOfNumbers).object({ value }, contextLimits)).toBeUndefined();
    }
  });

  test("leaves what is unusual, sensitive or too large to the long way", () => {
    const values: object[] = [
      { pass_word: "x" },
      {
        get bad(): never {
          throw new Error("no");
        },
      },
      new Proxy({ a: 1 }, {
        getPrototypeOf() {
          throw new Error("no");
        },
      }),
      { list: Array(contextLimits.itemsMax + 1).fill(1) },
      { text: "x".repeat(contextLimits.textLengthMax + 1) },
      { a: { b: { c: { d: { e: {} } } } } },
      Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`k${index}`, 1])),
      new Map([["a", 1]]),
      new Date(0),
    ];
    for (const value of values) {
      expect(bytesOf((json) => expect(json.object(value, contextLimits)).toBe(false))).toBe("");
    }
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`k${index}`, 1]));
    expect(new JsonBytes(redactor).object(many, contextLimits)).toBe(true);
    expect(new JsonBytes(redactor).object(many, variableLimits)).toBe(false);
    expect(new PlainJson(redactor).object(many, variableLimits)).toBeUndefined();
  });

  test("takes objects without a prototype, and leaves inherited members out", () => {
    const value = Object.assign(Object.create(null), { a: {}, b: [], c: [[], {}], d: "ü€" });
    expect(bytesOf((json) => json.object(value, contextLimits))).toBe(
      '{"a":{},"b":[],"c":[[],{}],"d":"ü€"}',
    );
  });

  test("a redactor of one's own, without the quick look, sees every text and number", () => {
    const own = {
      text: () => "seen",
      value: () => ({}),
      mayHoldSecret: () => true,
      counts: () => ({}),
    };
    expect(bytesOf((json) => json.text("a"), own)).toBe('"seen"');
    for (const value of [{ a: "b" }, { a: 1 }]) {
      expect(new JsonBytes(own).object(value, contextLimits)).toBe(false);
    }
    const lookOnly = { ...own, isPlainKey: () => true };
    expect(new JsonBytes(lookOnly).object({ a: 1 }, contextLimits)).toBe(false);
  });
});

test("JsonBytes.text writes any text as the redactor and JSON have it, of any length", () => {
  const json = new JsonBytes(redactor);
  fc.assert(
    fc.property(anyTexts, fc.integer({ min: 0, max: 3000 }), (text, count) => {
      json.cut(0);
      const long = text + "ab ü€".repeat(count) + text;
      for (const each of [text, long]) json.text(each);
      const expected = [text, long].map((each) => JSON.stringify(redactor.text(each))).join("");
      expect(textOf(json)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

test("JsonBytes.number writes every finite number as JSON does", () => {
  const some = [0, -0, 7, 10, 99, 100, -1, -10, 999_999_999, 1e9, -1e9, 2 ** 31, -(2 ** 31), 0.5];
  const numbers = fc.oneof(fc.constantFrom(...some), fc.integer(), fc.double({ noNaN: true }));
  fc.assert(fc.property(numbers.filter(Number.isFinite), (value) => {
    expect(bytesOf((json) => json.number(value))).toBe(JSON.stringify(value));
  }));
});

test("JsonBytes.copy and cut keep what was there, also where the memory grows", () => {
  const json = new JsonBytes(redactor);
  json.raw("ü-head|");
  const { length } = json;
  for (const count of [1, 5000, 200_000, 2]) {
    json.cut(length);
    for (let index = 0; index < count; index += 1) json.copy(asciiBytes("xy"));
    expect(textOf(json)).toBe(`ü-head|${"xy".repeat(count)}`);
  }
});
