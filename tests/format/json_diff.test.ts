import fc from "fast-check";
import jsonPatch, { type Operation } from "fast-json-patch";
import { describe, expect, test } from "vitest";
import {
  applyChanges,
  type Changes,
  changesMax,
  diffDepthMax,
  diffJson,
  parsePath,
} from "../../lib/format/mod.ts";

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

describe("diffJson and another library", () => {
  // It refuses these two, lest a patch change a prototype; ours are only ever own members.
  const keys = fc.string({ maxLength: 3 })
    .filter((key) => key !== "__proto__" && key !== "constructor");
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium" },
      fc.oneof(fc.string({ maxLength: 2 }), fc.integer({ max: 3 }), fc.constantFrom(null, true)),
      fc.array(tie("tree"), { maxLength: 5 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  /** Two values that mostly have much in common, as two states of one session do. */
  const pairs = fc.tuple(tree, tree, tree).map((parts) =>
    JSON.parse(JSON.stringify([[parts[0], parts[1]], [parts[0], parts[2]]]))
  );

  test("it makes the later value of the earlier one and our changes", () => {
    let changed = 0;
    fc.assert(
      fc.property(fc.oneof(fc.tuple(tree, tree), pairs), ([one, two]) => {
        const [before, after] = JSON.parse(JSON.stringify([{ v: one }, { v: two }]));
        const patched = jsonPatch.applyPatch(
          structuredClone(before),
          operationsOf(diffJson(before, after)),
          true,
        ).newDocument;
        expect(patched).toEqual(after);
        expect(applyChanges(before, diffJson(before, after))).toEqual(after);
        changed += Number(JSON.stringify(before) !== JSON.stringify(after));
      }),
      { numRuns: 2000 },
    );
    expect(changed).toBeGreaterThan(1000);
  });

  test("it finds changes at the same places, and of the same kinds", () => {
    const named = (operations: readonly Operation[]) =>
      operations.map(({ op, path }) => `${op} ${path}`).sort();
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        expect(named(operationsOf(diffJson({ before }, { before: after }))))
          .toEqual(named(jsonPatch.compare({ before }, { before: after })));
      }),
      { numRuns: 2000 },
    );
  });

  test("it agrees where only whole members are told: too many changes, or too deep", () => {
    const list = (from: number) => Array.from({ length: changesMax + 10 }, (_, at) => from + at);
    const keyed = (value: number) => Object.fromEntries(list(0).map((at) => [`k${at}`, value]));
    let deep: [unknown, unknown] = [1, 2];
    for (let level = 0; level < 2 * diffDepthMax; level++) deep = [{ a: deep[0] }, { a: deep[1] }];
    const cases: [unknown, unknown][] = [
      [{ list: list(0), gone: 1 }, { list: list(1), name: "x" }],
      [{ list: list(0) }, { list: list(0).slice(5) }],
      [{}, keyed(0)],
      [keyed(0), {}],
      [keyed(0), keyed(1)],
      [list(0), list(1)],
      [{ a: keyed(1), b: 1 }, { a: keyed(2), b: 1 }],
      deep,
    ];
    for (const [before, after] of cases) {
      const changes = diffJson(before, after);
      const { newDocument } = jsonPatch.applyPatch(
        structuredClone(before),
        operationsOf(changes),
        true,
      );
      expect(newDocument).toEqual(after);
      expect(applyChanges(before, changes)).toEqual(after);
    }
  });
});

/** Changes as a JSON patch (RFC 6902), the items of a list from its end. */
function operationsOf(changes: Changes): Operation[] {
  const operations = Object.entries(changes).map(([text, change]): Operation => {
    const path = parsePath(text)!
      .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    if (!("new" in change)) return { op: "remove", path };
    return { op: "old" in change ? "replace" : "add", path, value: change.new };
  });
  const removals = operations.filter(({ op }) => op === "remove").reverse();
  return [...operations.filter(({ op }) => op !== "remove"), ...removals];
}

/** The value with the members of each object in order of their keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}
