import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../lib/format/mod.ts";
import {
  documentBytesMax,
  ProblemList,
  problemsMax,
  readJsonDocument,
  salvageJson,
} from "../../lib/read/mod.ts";
import { bytesOf } from "./helpers.ts";

function read(data: string | Uint8Array): { value: unknown; cut: boolean; problems: Problem[] } {
  const problems: Problem[] = [];
  const bytes = typeof data === "string" ? bytesOf(data) : data;
  const document = readJsonDocument(bytes, "state.json", (problem) => problems.push(problem));
  return { ...document, problems };
}

describe("readJsonDocument", () => {
  test("reads whole JSON, with or without a byte order mark", () => {
    expect(read('{"a":[1,"ü"]}')).toEqual({ value: { a: [1, "ü"] }, cut: false, problems: [] });
    expect(read("\ufeff[1]\n")).toEqual({ value: [1], cut: false, problems: [] });
  });

  test("a cut file gives what precedes the cut, with the cut's byte and what follows it", () => {
    const text = '{"name":"ü","tasks":[{"id":1},{"id":2,"title":"half';
    const { value, cut, problems } = read(text);
    expect(value).toEqual({ name: "ü", tasks: [{ id: 1 }] });
    expect(cut).toBe(true);
    const end = bytesOf('{"name":"ü","tasks":[{"id":1}').length;
    expect(problems).toMatchObject([{
      kind: "torn",
      lost: true,
      byte_start: end,
      byte_end: bytesOf(text).length,
      preview: ',{"id":2,"title":"half',
    }]);
  });

  test("two writers' JSON in one file gives the first", () => {
    const { value, problems } = read('{"a":1}}, "queue_head": null}');
    expect(value).toEqual({ a: 1 });
    expect(problems).toMatchObject([{ kind: "torn", byte_start: 7 }]);
  });

  test("what is no JSON, empty, too deep or too long is reported and undefined", () => {
    const cases: [string | Uint8Array, string][] = [
      ["hello", "not_json"],
      ["", "torn"],
      [" \n", "torn"],
      ["[".repeat(5000) + "]".repeat(5000), "wrong_shape"],
      [new Uint8Array(documentBytesMax + 1), "too_long"],
    ];
    for (const [data, kind] of cases) {
      const { value, problems } = read(data);
      expect(value).toBeUndefined();
      expect(problems).toMatchObject([{ kind, lost: true, file: "state.json" }]);
    }
  });

  test("invalid UTF-8 is shown as U+FFFD", () => {
    const bytes = bytesOf('{"a":"x"}');
    bytes[6] = 0xff;
    const { value, problems } = read(bytes);
    expect(value).toEqual({ a: "\ufffd" });
    expect(problems).toMatchObject([{ kind: "not_utf8", lost: false }]);
  });

  test("__proto__ stays plain data", () => {
    const { value } = read('{"__proto__":{"x":1},"tasks":[{"id"');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value as object, "__proto__")).toBe(true);
  });
});

describe("salvageJson", () => {
  test("drops the member or element at the cut", () => {
    const cases: [string, unknown][] = [
      ['{"a":1,"b":', { a: 1 }],
      ['{"a":1,"b":2', { a: 1 }],
      ['{"a":1,"b":"x', { a: 1 }],
      ['{"a":1,"b":"x\\', { a: 1 }],
      ['{"a":"x\\"', {}],
      ['{"a":1,', { a: 1 }],
      ['{"a":{"b":1,"c":tr', { a: { b: 1 } }],
      ['{"a":[1,2,3', { a: [1, 2] }],
      ['{"a":[1,[2,[3', { a: [1] }],
      ["{", {}],
      ["[", []],
      ['{"a":1} trailing', { a: 1 }],
      ['{"a":1 "b":2}', { a: 1 }],
    ];
    for (const [text, value] of cases) expect(salvageJson(text)?.value, text).toEqual(value);
    for (const text of ["", "x", "}", '"half', "tru"]) expect(salvageJson(text), text).toBeNull();
  });

  test("a very long nesting of brackets does not overflow the stack", () => {
    expect(salvageJson("[".repeat(200_000))?.value).toEqual([]);
  });

  test("property: of any JSON cut anywhere, every element before the cut's is there", () => {
    const items = fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(items, fc.nat(), (list, seed) => {
        const text = JSON.stringify({ head: "x", list });
        const cut = seed % text.length;
        const found = salvageJson(text.slice(0, cut));
        if (cut === 0) {
          expect(found).toBeNull();
          return;
        }
        const value = found!.value as { head?: string; list?: unknown[] };
        const read = value.list ?? [];
        expect(JSON.stringify(read)).toBe(JSON.stringify(list.slice(0, read.length)));
        const wholeUpTo = (count: number) =>
          JSON.stringify({ head: "x", list: list.slice(0, count) }).length - 2;
        // One more character than the element shows that it is whole.
        for (let count = 1; count <= list.length; count++) {
          if (cut > wholeUpTo(count)) expect(read.length).toBeGreaterThanOrEqual(count);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("property: never throws, whatever the text", () => {
    const text = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0tfn12e-. \n'), maxLength: 60 });
    fc.assert(
      fc.property(text, (value) => {
        const found = salvageJson(value);
        if (found) expect(found.end).toBeLessThanOrEqual(value.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("ProblemList", () => {
  test("keeps the same problem once, and counts beyond its limit", () => {
    const list = new ProblemList();
    const problem = (line: number, lost = true): Problem => ({
      file: "f",
      kind: "torn",
      reason: "r",
      line,
      lost,
    });
    for (let line = 0; line < problemsMax; line++) list.add(problem(line));
    list.add(problem(1));
    expect(list.list).toHaveLength(problemsMax);
    for (let line = 0; line < 10; line++) list.add(problem(problemsMax + line));
    list.add({ ...problem(problemsMax + 99, false), count: 5 });
    expect(list.list.slice(problemsMax)).toMatchObject([
      { file: "f", kind: "torn", lost: true, count: 10 },
      { file: "f", kind: "torn", lost: false, count: 5 },
    ]);
  });

  test("stays small whatever the number of files", () => {
    const list = new ProblemList();
    for (let at = 0; at < 20_000; at++) {
      list.add({ file: `f${at}`, kind: "torn", reason: "r", lost: true });
    }
    expect(list.list.length).toBeLessThan(3000);
    const total = list.list.reduce((sum, { count }) => sum + (count ?? 1), 0);
    expect(total).toBe(20_000);
  });
});
