import { expect, test } from "vitest";
import { wrapWithCapture } from "../../lib/record/mod.ts";
import { parameterNames } from "../../lib/record/parameter_names.ts";
import { desk } from "./fixture.ts";

test.each<[string, (...args: never[]) => unknown, (string | undefined)[]]>([
  ["plain", function plain(a: number, $b: number) {
    return [a, $b];
  }, ["a", "$b"]],
  ["none", () => 0, []],
  ["async arrow", async (one: number) => await one, ["one"]],
  [
    "defaults",
    (
      path: string,
      mode = "a,b(",
      { deep = [1, 2] }: { deep?: number[] } = {},
      n = Math.max(1, 2),
    ) => [
      path,
      mode,
      deep,
      n,
    ],
    ["path", "mode", undefined, "n"],
  ],
  ["rest", (first: number, ...more: number[]) => [first, more], ["first", "...more"]],
  ["destructured", ({ a }: { a: number }, [b]: number[], last: number) => [a, b, last], [
    undefined,
    undefined,
    "last",
  ]],
  ["generator", function* steps(from: number) {
    yield from;
  }, ["from"]],
  [
    "method",
    {
      read(file: string) {
        return file;
      },
    }.read,
    ["file"],
  ],
  [
    "bound",
    function (this: unknown, a: number) {
      return a;
    }.bind(null),
    [],
  ],
  ["native", Math.max, []],
])("parameterNames: %s", (_, fn, names) => {
  expect(parameterNames(fn)).toEqual(names);
});

test("parameterNames gives up on comments and very long lists", () => {
  const commented = new Function("a /* , b */", "c", "return a");
  expect(parameterNames(commented as () => unknown)).toEqual([]);
  const long = new Function(...Array.from({ length: 900 }, (_, index) => `p${index}`), "return 0");
  expect(parameterNames(long as () => unknown)).toEqual([]);
});

test("wrapWithCapture shows defaulted and rest parameters by name, and keeps name and length", () => {
  const at = desk();
  const wrapped = wrapWithCapture(
    () => at.recorder,
    function load(path: string, retries = 3, ...tags: string[]): void {
      throw new Error(`${path} ${retries} ${tags}`);
    },
  );
  expect([wrapped.name, wrapped.length]).toEqual(["load", 1]);
  expect(() => wrapped("a.md", 5, "x", "y")).toThrow();
  expect(() => wrapped("b.md")).toThrow();
  const reports = at.files().filter((file) => /_error(_\d+)?\.json$/.test(file)).map(at.json);
  expect(reports.map((report) => report["local_variables"])).toEqual([
    { path: "a.md", retries: 5, tags: ["x", "y"] },
    { path: "b.md", tags: [] },
  ]);
});
