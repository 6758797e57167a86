import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { restoreStrings, sharedPlaces } from "../../lib/bundle/mod.ts";
import {
  sharedLengthMax,
  sharedLengthMin,
  SharedStrings,
} from "../../lib/bundle/shared_strings.ts";
import type { DocumentRef } from "../../lib/bundle/mod.ts";

function store() {
  const stored: string[] = [];
  const strings = new SharedStrings((json): DocumentRef => [0, stored.push(json) - 1, json.length]);
  const read = ([, index]: DocumentRef): string => JSON.parse(stored[index]!);
  const restore = (json: string) => restoreStrings(JSON.parse(json), read);
  return { stored, strings, restore };
}

const long = "word ".repeat(sharedLengthMin);

describe("SharedStrings", () => {
  test("any JSON value comes back, whatever its strings look like", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("\u0001", "\u00010:0:3", "\u0001\u00010:0:3", long, `\u0001${long}`),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
        fc.constant(null),
        fc.array(tie("any")),
        fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), tie("any"), {
          noNullPrototype: true,
        }),
      ),
    })).any;
    fc.assert(fc.property(value, (record) => {
      const { strings, restore } = store();
      const plain = JSON.parse(JSON.stringify(record));
      expect(restore(strings.toJson(record))).toEqual(plain);
      expect(restore(strings.toJson(record))).toEqual(plain);
    }));
  });

  test("a long string is stored once, however often and wherever it stands", () => {
    const { stored, strings, restore } = store();
    const first = strings.toJson({ messages: [{ content: long }] });
    const second = strings.toJson({ messages: [{ content: long }, { content: long }], x: "short" });
    expect(stored).toEqual([JSON.stringify(long)]);
    expect(first.length + second.length).toBeLessThan(200);
    expect(restore(second)).toEqual({
      messages: [{ content: long }, { content: long }],
      x: "short",
    });
    expect(sharedPlaces(JSON.parse(second))).toEqual([[0, 0, long.length + 2]]);
  });

  test("what is remembered has a limit; what is forgotten is stored again", () => {
    const { stored, strings, restore } = store();
    const big = (letter: string) => letter.repeat(sharedLengthMax / 2);
    const documents = ["a", "b", "a", "c", "a", "b"].map((letter) => strings.toJson(big(letter)));
    expect(stored.map((json) => json[1])).toEqual(["a", "b", "c", "b"]);
    expect(restore(documents[5]!)).toBe(big("b"));
  });

  test("a document of any depth is restored", () => {
    const { strings, restore } = store();
    const json = strings.toJson(long);
    let deep: unknown = restore(`${"[".repeat(5000)}${json}${"]".repeat(5000)}`);
    while (Array.isArray(deep)) deep = deep[0];
    expect(deep).toBe(long);
  });
});
