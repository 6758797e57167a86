import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { check, errorReportSchema } from "../../lib/format/mod.ts";
import {
  captureError,
  causesCountedMax,
  causesMax,
  environmentNames,
  openSpansMax,
  parseStack,
  passingMsMax,
  runSpan,
  runTrace,
  wrapWithCapture,
} from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

type Report = Record<string, unknown> & { causes: Record<string, unknown>[] };

/** Throws a value through a wrapped function; gives its one report. */
function reportOf(thrown: unknown): Report {
  const at = desk();
  const wrapped = wrapWithCapture(() => at.recorder, function fail() {
    throw thrown;
  });
  let caught: unknown;
  try {
    wrapped();
  } catch (error) {
    caught = error;
  }
  expect(Object.is(caught, thrown)).toBe(true);
  const files = at.files().filter((file) => /_error(_\d+)?\.json$/.test(file));
  expect(files).toHaveLength(1);
  const report = at.json(files[0]!);
  expect(check(errorReportSchema, report)).toEqual([]);
  expect(at.runtime.process.warnings).toEqual([]);
  return report as Report;
}

describe("wrapWithCapture: what is thrown", () => {
  test.each([
    ["text", "string", "text"],
    [42n, "bigint", "42"],
    [Symbol("s"), "symbol", "Symbol(s)"],
    [undefined, "undefined", "undefined"],
    [Number.NaN, "number", "NaN"],
    [{ code: 5 }, "Object", '{"code":5}'],
    [Object.create(null), "object", "{}"],
    [{ type: "rate_limit_error", message: "slow" }, "rate_limit_error", "slow"],
    [{ type: "", message: "slow" }, "Object", "slow"],
    [{ type: 5, message: "slow" }, "Object", "slow"],
    [[1, 2], "Array", "[1,2]"],
    [new DOMException("stopped", "AbortError"), "AbortError", "stopped"],
  ])("%s comes out as it is, and is reported", (thrown, type, message) => {
    expect(reportOf(thrown)).toMatchObject({ error_type: type, error_message: message });
  });

  test("an object that holds itself or a secret is shown without either", () => {
    const thrown: Record<string, unknown> = { password: "correct horse", n: 1n };
    thrown["self"] = thrown;
    const message = String(reportOf(thrown)["error_message"]);
    expect(message).toContain("[circular]");
    expect(message).not.toContain("correct horse");
  });

  test("a frozen error, and one that nothing can be put on, come out without the context", () => {
    for (const error of [Object.freeze(new Error("fixed")), Object.seal(new Error("sealed"))]) {
      reportOf(error);
      expect("__error_context__" in error).toBe(false);
    }
  });

  test("the context is hidden from lists, spreads, JSON and for-in, and can be put again", () => {
    const error = new Error("x");
    const report = reportOf(error);
    const { __error_context__: context } = error as { __error_context__?: unknown };
    expect(context).toMatchObject({ error_message: "x", trace_id: report["trace_id"] });
    const seen = [...Object.keys(error), ...Object.keys({ ...error }), JSON.stringify(error)];
    for (const name in error) seen.push(name);
    expect(seen).toEqual(["{}"]);
    reportOf(error);
  });

  test("proxies that refuse everything, and revoked ones", () => {
    const refuse = () => {
      throw new Error("no");
    };
    const names = ["get", "has", "getPrototypeOf", "ownKeys", "defineProperty"] as const;
    const handler = Object.fromEntries(names.map((name) => [name, refuse]));
    expect(reportOf(new Proxy(new Error("x"), handler))["error_type"]).toBe("unreadable");
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
    revoke();
    expect(reportOf(proxy)["error_type"]).toBe("unreadable");
  });

  test("errors whose getters throw keep what can be read", () => {
    const error = new TypeError("half");
    for (const name of ["stack", "cause", "errors", "name"]) {
      Object.defineProperty(error, name, {
        get() {
          throw new RangeError(`no ${name}`);
        },
      });
    }
    expect(reportOf(error)).toMatchObject({
      error_type: "TypeError",
      error_message: "half",
      stack_trace: [],
      causes: [{ error_message: "no cause", relation: "cause" }],
    });
  });

  test("errors of another realm have their type, message, stack and causes", () => {
    const error = runInNewContext(
      "new TypeError('foreign', { cause: new AggregateError([new RangeError('far')], 'all') })",
    );
    expect(error instanceof Error).toBe(false);
    const report = reportOf(error);
    expect(report).toMatchObject({
      error_type: "TypeError",
      error_message: "foreign",
      causes: [
        { error_type: "AggregateError", relation: "cause" },
        { error_type: "RangeError", relation: "cause.errors[0]" },
      ],
    });
    expect(report["stack_trace"]).not.toEqual([]);
  });
});

describe("captureError: a text that is thrown", () => {
  test("is reported once on its way out of its trace, and again where it is thrown again", () => {
    const at = desk();
    const files = () => at.files().filter((file) => /_error(_\d+)?\.json$/.test(file));
    const wrapped = wrapWithCapture(() => at.recorder, () => {
      throw "text";
    });
    expect(() => runTrace(at.recorder, "op", () => wrapped())).toThrow("text");
    expect(files()).toHaveLength(1);
    expect(wrapped).toThrow("text");
    expect(files()).toHaveLength(2);
    const plain = () => {
      throw "text";
    };
    expect(() => runTrace(at.recorder, "other", plain)).toThrow("text");
    expect(files()).toHaveLength(3);
    expect(() =>
      runTrace(at.recorder, "later", () => {
        expect(wrapped).toThrow("text");
        at.runtime.advance(passingMsMax + 1);
        throw "text";
      })
    ).toThrow("text");
    expect(files()).toHaveLength(5);
  });
});

describe("captureError: causes", () => {
  test("of an aggregate of 10,000: the first, and how many more", () => {
    const errors = Array.from({ length: 10_000 }, (_, index) => new Error(`e${index}`));
    const { causes } = reportOf(new AggregateError(errors, "all"));
    expect(causes).toHaveLength(causesMax + 1);
    expect(causes[causesMax - 1]).toMatchObject({
      error_message: `e${causesMax - 1}`,
      relation: `errors[${causesMax - 1}]`,
    });
    expect(causes[causesMax]).toMatchObject({
      error_message: `…(${10_000 - causesMax} more)`,
      relation: `errors[${causesMax}]`,
    });
  });

  test("in a chain of 100,000: the nearest, and that there are many more", () => {
    let error = new Error("root");
    for (let depth = 0; depth < 100_000; depth++) error = new Error(`d${depth}`, { cause: error });
    const { causes } = reportOf(error);
    expect(causes).toHaveLength(causesMax + 1);
    expect(causes[1]).toMatchObject({ error_message: "d99997", relation: "cause.cause" });
    expect(causes.at(-1)).toMatchObject({ error_message: `…(at least ${causesCountedMax} more)` });
  });

  test("that hang on each other are listed once; both sides of a suppressed one", () => {
    const [a, b] = [new Error("a"), new Error("b")];
    a.cause = b;
    b.cause = a;
    expect(reportOf(a).causes).toMatchObject([{ error_message: "b", relation: "cause" }]);
    class SuppressedError extends Error {
      error = new Error("leaving");
      suppressed = new Error("inside");
    }
    expect(reportOf(new SuppressedError("both")).causes).toMatchObject([
      { error_message: "leaving", relation: "error" },
      { error_message: "inside", relation: "suppressed" },
    ]);
  });
});

describe("captureError: what surrounds", () => {
  test("spans 1,000 deep: all their variables, the innermost spans, and how many more", async () => {
    const at = desk();
    const nest = (depth: number): Promise<void> =>
      runSpan(at.recorder, `s${depth}`, {}, async (span) => {
        await undefined;
        span.set(depth === 0 ? { first: true, last: 0 } : { last: depth });
        if (depth < 999) await nest(depth + 1);
        else captureError(at.recorder, new Error("deep"));
      });
    await runTrace(at.recorder, "op", () => nest(0), { traceId: "tr_d" });
    const report = at.json("logs/errors/tr_d_error.json");
    expect(check(errorReportSchema, report)).toEqual([]);
    expect(report["local_variables"]).toEqual({ first: true, last: 999 });
    const spans = report["open_spans"] as Record<string, unknown>[];
    expect(spans).toHaveLength(openSpansMax + 1);
    expect(spans[0]).toMatchObject({ name: `…(${1000 - openSpansMax} more)` });
    expect(spans.at(-1)).toMatchObject({ name: "s999" });
  });

  test("the environment: the machine, and only the variables that are on the list, redacted", () => {
    const key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD";
    const at = desk({}, {
      env: { NODE_ENV: "test", TZ: `UTC ${key}`, MY_SETTING: "mine", OPENAI_API_KEY: key },
    });
    captureError(at.recorder, new Error("x"));
    const [file] = at.files().filter((name) => name.endsWith("_error.json"));
    const { environment } = at.json(file!) as { environment: Record<string, unknown> };
    expect(environment["env"]).toEqual({
      NODE_ENV: "test",
      TZ: expect.stringContaining("REDACTED"),
    });
    expect(environmentNames).not.toContain("PATH");
    expect(at.text(file!)).not.toMatch(/mine|MY_SETTING|OPENAI_API_KEY|sk-proj-abc/);
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining(["runtime", "runtime_version", "platform", "pid", "cwd", "argv"]),
    );
  });
});

describe("parseStack", () => {
  test("takes no frame from a message, however long it is", () => {
    const error = new Error(`first\n    at fake (/not/there.js:1:1)\n${"x".repeat(1 << 20)}`);
    const frames = parseStack(error);
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.map(({ file }) => file)).not.toContain("/not/there.js");
    const changed = new Error("before");
    changed.message = "at";
    expect(parseStack(changed).at(-1)!.file).toContain("error_values.test");
  });

  test("names no file for evaluated code", () => {
    const stack = "Error: x\n    at eval (eval at run (file:///a.js:3:5), <anonymous>:1:7)";
    expect(parseStack({ stack })).toMatchObject([{ file: "<anonymous>", line: 1, column: 7 }]);
  });
});
