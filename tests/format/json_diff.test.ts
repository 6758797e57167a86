import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChanges, changesMax, diffJson } from "../../lib/format/mod.ts";

describe("diffJson", () => {
  test("names changed, added and removed paths", () => {
    const before = { version: 1, tasks: [{ id: 1, status: "TODO" }], tags: ["a", "b"], gone: 1 };
    const after = {
      version: 2,
      tasks: [{ id: 1, status: "DONE" }, { id: 2 }],
      tags: ["a"],
      new: {},
    };
    expect(diffJson(before, after)).toEqual({
      version: { old: 1, new: 2 },
      "tasks[0].status": { old: "TODO", new: "DONE" },
      "tasks[1]": { new: { id: 2 } },
      "tags[1]": { old: "b" },
      gone: { old: 1 },
      new: { new: {} },
    });
  });

  test("quotes keys that are no words", () => {
    expect(diffJson({ "a.b": 1 }, { "a.b": 2 })).toEqual({ '["a.b"]': { old: 1, new: 2 } });
  });

  test("is empty for equal values", () => {
    expect(diffJson({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual({});
  });

  test("tells whole members where there are too many changes", () => {
    const list = (value: number) => Array.from({ length: changesMax + 10 }, () => value);
    const changes = diffJson({ list: list(1), name: "x" }, { list: list(2), name: "x" });
    expect(Object.keys(changes)).toEqual(["list"]);
  });
});

describe("applyChanges", () => {
  test("undoes diffJson for any two values (property)", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(value, value, (one, two) => {
        const [before, after] = [one, two].map((part) => JSON.parse(JSON.stringify({ part })));
        expect(JSON.stringify(sorted(applyChanges(before, diffJson(before, after)))))
          .toBe(JSON.stringify(sorted(after)));
      }),
      { numRuns: 500 },
    );
  });

  test("removes several items of one list", () => {
    const before = { a: [1, 2, 3, 4] };
    expect(applyChanges(before, diffJson(before, { a: [1] }))).toEqual({ a: [1] });
    expect(before.a).toHaveLength(4);
  });

  test("refuses a path that leads nowhere", () => {
    expect(() => applyChanges({}, { "a.b": { new: 1 } })).toThrow(/no such place/);
    expect(() => applyChanges({}, { "a..b": { new: 1 } })).toThrow(/no path/);
  });
});

/** The value with the members of each object in order of their keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}
