import { describe, expect, test } from "vitest";
import { check, errorReportSchema } from "../../lib/format/mod.ts";
import { runTrace, wrapWithCapture } from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

function reports({ files, json }: ReturnType<typeof desk>) {
  const all = files().filter((file) => /_error(_\d+)?\.json$/.test(file)).map(json);
  for (const one of all) expect(check(errorReportSchema, one)).toEqual([]);
  return all;
}

describe("wrapWithCapture", () => {
  test("follows a generator, and leaves what it yields, takes and returns alone", () => {
    const at = desk();
    const error = new Error("third");
    const wrapped = wrapWithCapture(() => at.recorder, function* count(from: number) {
      const given: unknown = yield from;
      yield given;
      if (from === 7) throw error;
      return "end";
    });
    const calm = wrapped(1);
    expect(calm.next()).toEqual({ value: 1, done: false });
    expect(calm.next("given")).toEqual({ value: "given", done: false });
    expect(calm.next()).toEqual({ value: "end", done: true });
    expect([...wrapped(2)]).toEqual([2, undefined]);
    expect(Object.prototype.toString.call(calm)).toBe("[object Generator]");
    expect(calm[Symbol.iterator]()).toBe(calm);
    expect(reports(at)).toEqual([]);
    let thrown: unknown;
    try {
      for (const _ of wrapped(7)) void _;
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
    expect(reports(at)).toMatchObject([{
      function: "count",
      error_message: "third",
      local_variables: { from: 7 },
    }]);
  });

  test("follows async generators, and async iterables that a promise gives", async () => {
    const at = desk();
    const pieces = wrapWithCapture(() => at.recorder, async function* pieces(model: string) {
      yield "a";
      await Promise.resolve();
      throw new RangeError(model);
    });
    const list = {
      name: "list",
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new TypeError("no next")) }),
    };
    const later = wrapWithCapture(() => at.recorder, () => Promise.resolve(list));
    const read = async (source: AsyncIterable<unknown>) => {
      for await (const _ of source) void _;
    };
    await runTrace(at.recorder, "stream", async () => {
      await expect(read(pieces("m-1"))).rejects.toThrow(RangeError);
      const made = await later();
      expect(made.name).toBe("list");
      await expect(read(made)).rejects.toThrow(TypeError);
    });
    expect(reports(at)).toMatchObject([
      { error_type: "RangeError", function: "pieces", operation: "stream" },
      { error_type: "TypeError" },
    ]);
    const [first, second] = reports(at);
    expect(first!["trace_id"]).toBe(second!["trace_id"]);
    expect(at.files().filter((file) => /_error(_\d+)?\.json$/.test(file))).toEqual([
      `logs/errors/${first!["trace_id"]}_error.json`,
      `logs/errors/${first!["trace_id"]}_error_002.json`,
    ]);
  });

  test("leaves lists, maps and responses as they are", () => {
    const at = desk();
    for (const value of [[1], new Map(), "text", new Response("x"), null]) {
      expect(wrapWithCapture(() => at.recorder, () => value)()).toBe(value);
    }
  });

  test("an error that a generator is given and lets through is reported once", () => {
    const at = desk();
    const wrapped = wrapWithCapture(() => at.recorder, function* quiet() {
      yield 1;
    });
    const generator = wrapped();
    generator.next();
    const error = new Error("given");
    expect(() => generator.throw(error)).toThrow(error);
    expect(() => generator.throw(error)).toThrow(error);
    expect(reports(at)).toHaveLength(1);
  });
});
