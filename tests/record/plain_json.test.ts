import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { depthMax, PlainJson, valuesMax } from "../../lib/record/plain_json.ts";
import {
  cleanText,
  contextLimits,
  type Recorder,
  type SerialiseLimits,
  toPlain,
  variableLimits,
} from "../../lib/record/mod.ts";
import { objectText, writeObject } from "../../lib/record/recorder.ts";
import { writeText } from "../../lib/record/log_writer.ts";
import { createRedactor, type Redactor } from "../../lib/redact/mod.ts";
import { ByteText, TextStore } from "../../lib/runtime/mod.ts";
import { anyKeys, anyTexts, anyTree, ownSecrets } from "./any_value.ts";
import { desk } from "./fixture.ts";

const numberSecret = 123456789012;
const redactor = createRedactor({ env: ownSecrets });
const redactorOfNumbers = createRedactor({
  env: { ...ownSecrets, PIN_TOKEN: String(numberSecret) },
});

/** One that looks at everything itself, without the quick look. */
const slowRedactor: Redactor = {
  text: () => "seen",
  value: () => ({}),
  mayHoldSecret: () => true,
  counts: () => ({}),
};

const redactors: [string, Redactor][] = [
  ["texts", redactor],
  ["texts and numbers", redactorOfNumbers],
  ["nothing", createRedactor({ enabled: false })],
  ["a form of one's own", createRedactor({ rules: [{ name: "own", pattern: /a+1?/g }] })],
];

const limitsOf: [string, SerialiseLimits][] = [
  ["context", contextLimits],
  ["variables", variableLimits],
  ["little", { ...contextLimits, itemsMax: 2, textLengthMax: 8 }],
];

const cases = redactors.flatMap(([hidden, redact]) =>
  limitsOf.map(([kind, limits]) => ({ hidden, kind, redact, limits }))
);

/** Objects with values of all kinds, numbers that hold a secret among them. */
const anyObject = fc.dictionary(
  anyKeys,
  fc.oneof(anyTree, fc.constantFrom(numberSecret, -numberSecret, 5123456789012, 1e21, 99, -99)),
  { maxKeys: 5 },
);

/** The long way, which the short one must agree with. */
function longWay(value: unknown, redact = redactor, limits = contextLimits): string {
  const redactText = (text: string) => redact.text(text);
  return JSON.stringify(redact.value(toPlain(value, { limits, redactText })));
}

/** What the short way writes; undefined where it refuses. */
function shortWay(
  value: object,
  redact = redactor,
  limits: SerialiseLimits = contextLimits,
  out: ByteText = new ByteText(),
): string | undefined {
  return new PlainJson(redact).object(value, limits, out) ? out.toString() : undefined;
}

function recorderWith(redact: Redactor): Recorder {
  return desk({ redact }).recorder;
}

describe("short and long way", () => {
  test.each(cases)("agree: $hidden, limits for $kind", ({ redact, limits }) => {
    const recorder = recorderWith(redact);
    const { json } = recorder;
    const line = new ByteText();
    const store = new TextStore();
    let short = 0;
    fc.assert(
      fc.property(anyObject, anyTexts, (value, text) => {
        const long = longWay(value, redact, limits);
        // In a line, behind what is there.
        line.at = 0;
        writeText(recorder, line, text);
        const before = line.toString();
        expect(before).toBe(JSON.stringify(redact.text(text)));
        writeObject(recorder, line, value, limits);
        expect(line.toString()).toBe(before + long);
        expect(objectText(recorder, value, limits)).toBe(long);
        // Among the records of a trace, and only the short way.
        if (!json.object(value, limits, store.begin(1))) return;
        short += 1;
        expect(store.text(store.end())).toBe(long);
      }),
      { numRuns: 500 },
    );
    // A rule of the caller's own may match anywhere.
    if (redact.isPlain?.("b")) expect(short).toBeGreaterThan(50);
  });

  test("agree on where names make a secret of their neighbour", () => {
    for (
      const headers of [
        [["x-api-key", "abc123secret9"]],
        ["accept", "a/b", "cookie", "sid=abc123secret9"],
        [{ name: "x-api-key", value: "abc123secret9" }],
        [{ value: "abc123secret9", key: "Authorization" }],
        [{ user: "ada", pass: "abc123secret9" }],
      ]
    ) {
      expect(shortWay({ headers })).toBeUndefined();
      expect(longWay({ headers })).not.toContain("abc123secret9");
    }
    expect(shortWay({ tags: ["a", "b"], name: "ada" })).toBe('{"tags":["a","b"],"name":"ada"}');
  });

  test("agree on where a number is a secret of the environment", () => {
    for (const value of [{ value: numberSecret }, { deep: [1, numberSecret] }]) {
      expect(shortWay(value, redactorOfNumbers)).toBeUndefined();
      expect(longWay(value, redactorOfNumbers)).not.toContain(String(numberSecret));
    }
  });
});

describe("PlainJson", () => {
  test("leaves what is unusual, sensitive or too large to the long way", () => {
    const nested = (depth: number): object => depth === 0 ? {} : { a: nested(depth - 1) };
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
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
      nested(depthMax + 1),
      { a: many(valuesMax) },
      many(contextLimits.itemsMax + 1),
      new Map([["a", 1]]),
      new Date(0),
    ];
    for (const value of values) expect(shortWay(value)).toBeUndefined();
    for (const value of [nested(depthMax), many(valuesMax), many(variableLimits.itemsMax)]) {
      expect(shortWay(value)).toBe(longWay(value));
    }
    expect(shortWay(many(variableLimits.itemsMax + 1), redactor, variableLimits)).toBeUndefined();
  });

  test("takes objects without a prototype, and leaves inherited members out", () => {
    const value = Object.assign(Object.create(null), { a: {}, b: [], c: [[], {}], d: "ü€" });
    expect(shortWay(value)).toBe('{"a":{},"b":[],"c":[[],{}],"d":"ü€"}');
    expect(shortWay(Object.create(value))).toBeUndefined();
  });

  test("reads each item of a list once: a second look could give a name", () => {
    let looks = 0;
    const list = Object.defineProperty(["", "a1b2c3d4"], 0, {
      enumerable: true,
      get: () => (looks += 1) === 1 ? "plain" : "x-api-key",
    });
    expect(shortWay({ list })).toBe('{"list":["plain","a1b2c3d4"]}');
  });

  test("a getter that writes values itself spoils neither its own count nor the outer one's", () => {
    const recorder = recorderWith(redactor);
    const inner = { list: Array(150).fill(1) };
    const outer = {
      list: Array(150).fill(1),
      get nested() {
        return objectText(recorder, inner);
      },
    };
    expect(objectText(recorder, outer)).toBe(longWay({ ...outer }));
    expect(recorder.json.object({ a: outer, b: inner }, contextLimits, new ByteText())).toBe(false);
  });

  test("a redactor of one's own, without the quick look, sees every text and number", () => {
    const out = new ByteText();
    new PlainJson(slowRedactor).text("a", out);
    expect(out.toString()).toBe('"seen"');
    for (const value of [{ a: "b" }, { a: 1 }]) {
      expect(shortWay(value, slowRedactor)).toBeUndefined();
    }
    expect(shortWay({ a: 1 }, { ...slowRedactor, isPlainKey: () => true })).toBeUndefined();
  });

  test("writes texts of any length as the redactor and JSON have them", () => {
    const json = new PlainJson(redactor);
    fc.assert(
      fc.property(anyTexts, fc.integer({ min: 0, max: 3000 }), (text, count) => {
        const out = new ByteText();
        const long = text + "ab ü€".repeat(count) + text;
        for (const each of [text, long]) json.text(each, out);
        const expected = [text, long].map((each) => JSON.stringify(redactor.text(each))).join("");
        expect(out.toString()).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

test("writeText cuts a text that is too long as cleanText does, and takes what is no text", () => {
  const recorder = recorderWith(redactor);
  for (const given of ["x".repeat(50), "ab", 12, undefined, { a: 1 }]) {
    const out = new ByteText();
    writeText(recorder, out, given, 10);
    expect(out.toString()).toBe(JSON.stringify(cleanText(recorder, given, 10)));
  }
});
