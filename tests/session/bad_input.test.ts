import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSessionId } from "../../lib/format/mod.ts";
import { openSession, type OpenSessionOptions } from "../../lib/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { purposeLengthMax, tagsMax, titleLengthMax } from "../../lib/session/mod.ts";

let home = "";
let warnings: string[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planloop-bad-"));
  warnings = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const machine = systemRuntime();
const runtime = {
  ...machine,
  process: { ...machine.process, warn: (line: string) => void warnings.push(line) },
};

function trap(): never {
  throw new Error("trap");
}

/** Values that a program should not hand over, and sometimes does. */
function hostileValues(): [string, unknown][] {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const handler = { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap };
  return [
    ["undefined", undefined],
    ["null", null],
    ["a number", 5],
    ["NaN", NaN],
    ["a BigInt", 5n],
    ["a symbol", Symbol("s")],
    ["a lone surrogate", "\ud800"],
    ["a cycle", cycle],
    ["a function", () => 1],
    ["a proxy that throws", new Proxy({}, handler)],
    ["a getter that throws", {
      get then(): never {
        return trap();
      },
      get a(): never {
        return trap();
      },
    }],
    ["a toJSON that throws", { toJSON: trap }],
    ["no prototype", Object.create(null)],
    ["prototype keys", JSON.parse('{"__proto__":{"x":1},"constructor":1}')],
    ["an invalid date", new Date(NaN)],
    ["a map", new Map([[cycle, cycle]])],
    ["a path", "../../../etc/passwd\0"],
  ];
}

/** Every method that records, with a value in the place of everything. */
// deno-lint-ignore no-explicit-any
const uses: Record<string, (session: any, value: any) => unknown> = {
  log: (session, value) => session.log(value, value, value),
  info: (session, value) => session.info(value, value, value),
  "info of a known message": (session, value) => session.info("m", { value }, { operation: value }),
  validationFailed: (session, value) => session.validationFailed(value, value),
  "validationFailed with an issue": (session, value) => session.validationFailed("x", [value]),
  trace: (session, value) => session.trace(value, () => {}, value),
  "trace with a command": (session, value) => session.trace("t", () => {}, { command: value }),
  "trace with an id": (session, value) => session.trace("t", () => {}, { traceId: value }),
  "trace that returns": (session, value) => void session.trace("t", () => value),
  span: (session, value) =>
    // deno-lint-ignore no-explicit-any
    session.span(value, value, (span: any) => {
      span.set(value);
      span.set({ value });
      span.event(value, value);
    }),
  "span that returns": (session, value) => void session.span("s", () => value),
  spans: (session, value) => session.spans(value),
  endTrace: (session, value) => session.endTrace(value),
  llm: (session, value) => void session.llm(value, () => 1),
  "llm that returns": (session, value) =>
    void session.llm({ provider: value, model: value, request: value }, () => value),
  recordLlmCall: (session, value) => session.recordLlmCall(value),
  "recordLlmCall with values": (session, value) =>
    session.recordLlmCall({
      provider: value,
      model: value,
      request: value,
      response: value,
      error: value,
      duration_ms: value,
    }),
  metric: (session, value) => session.metric(value, value, value),
  "metric with a value": (session, value) => session.metric(value, 1, { value }),
  sampleMemory: (session, value) => session.sampleMemory(value),
  captureError: (session, value) => session.captureError(value, value),
  "captureError with values": (session, value) =>
    session.captureError(new Error("e"), { function: value, locals: value, arguments: value }),
  "captureErrorContext's options": (session, value) =>
    session.captureErrorContext(() => 1, value)(value),
};

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("a session that is given what it cannot use", () => {
  test.each(Object.entries(uses))("%s never throws, and leaves only whole JSON", (_, use) => {
    const session = openSession({ name: "bad", home, runtime });
    for (const [name, value] of hostileValues()) {
      try {
        use(session, value);
      } catch (error) {
        expect.fail(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
    session.info("still here");
    session.close();
    const log = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8");
    expect(log).toContain('"message":"still here"');
    for (const file of filesBelow(join(session.path, "logs"))) {
      const text = readFileSync(file, "utf8");
      const parts = file.endsWith("jsonl") ? text.trimEnd().split("\n") : [text];
      for (const part of parts) expect(() => JSON.parse(part), `${file}: ${part}`).not.toThrow();
    }
    expect(readdirSync(home).sort()).toEqual(["current_session", "index.json", "sessions"]);
    expect(readdirSync(join(home, "sessions"))).toEqual([session.id]);
  });

  test("captureErrorContext gives the thrown value, whatever its options are", () => {
    const session = openSession({ name: "bad", home, runtime });
    const error = new Error("mine");
    for (const [, value] of hostileValues()) {
      const wrapped = session.captureErrorContext(() => {
        throw error;
      }, value as object);
      expect(thrownBy(wrapped)).toBe(error);
      const traced = () =>
        session.trace("t", () => {
          throw value;
        });
      expect(Object.is(thrownBy(traced), value)).toBe(true);
    }
    session.close();
  });
});

describe("openSession", () => {
  const keys = [
    "name",
    "resume",
    "title",
    "purpose",
    "projectRoot",
    "tags",
    "agent",
    "recordLlm",
    "redact",
    "price",
    "locals",
    "batch",
    "logBytesMax",
    "logFilesMax",
  ];

  test.each(keys)("never throws for its option %s, and records", (key) => {
    for (const [name, value] of hostileValues()) {
      const options = { name: "bad", home, runtime, [key]: value };
      const session = openSession(options as OpenSessionOptions);
      expect(session.recording, `${key}: ${name}`).toBe(true);
      session.info("here");
      session.close();
    }
  });

  test.each(["home", "id", "recording"])("records nothing where its option %s is wrong", (key) => {
    for (const value of [null, 5, {}, Symbol("s")]) {
      warnings = [];
      const session = openSession(
        { name: "bad", home, runtime, [key]: value } as OpenSessionOptions,
      );
      expect(session.recording).toBe(false);
      session.close();
      expect(warnings).toEqual([
        expect.stringMatching(
          new RegExp(`^planloop: Cannot use these options of openSession: ${key} is .*, expected`),
        ),
      ]);
    }
    expect(readdirSync(home)).toEqual([]);
  });

  test("cuts long names, titles, tags and purposes, and says how much is gone", () => {
    const long = "long ".repeat(20_000);
    const tags = Array.from({ length: tagsMax + 7 }, (_, index) => `${index} ${long}`);
    const session = openSession({
      ...{ home, runtime, tags },
      ...{ name: long, title: long, purpose: long, projectRoot: long },
    });
    const state = session.state();
    const cut = (text: string, lengthMax: number) => {
      const [, kept, left] = /^(.*)…\((\d+) more\)$/s.exec(text) ?? [];
      expect(kept?.length).toBeGreaterThan(lengthMax - 50);
      expect(kept?.length).toBeLessThanOrEqual(lengthMax);
      return kept!.length + Number(left);
    };
    expect(cut(state.name, titleLengthMax)).toBe(long.length);
    expect(cut(state.title, titleLengthMax)).toBe(long.length);
    expect(cut(state.purpose, purposeLengthMax)).toBe(long.length);
    cut(state.project_root, purposeLengthMax);
    expect(state.tags).toHaveLength(tagsMax + 1);
    expect(state.tags.at(-1)).toBe("…(7 more)");
    for (const tag of state.tags.slice(0, -1)) cut(tag, titleLengthMax);
    expect(isSessionId(session.id)).toBe(true);
    expect(session.recording).toBe(true);
    expect(warnings).toEqual([]);
    session.close();
  });

  test("goes on with a redactor of the caller's whose methods throw, and leaves texts out", () => {
    const session = openSession({
      ...{ name: "bad", id: "bad", home, runtime, recordLlm: true },
      redact: {
        ...{ text: trap, value: trap, mayHoldSecret: trap, counts: trap, watch: trap },
        ...{ isPlain: trap, isPlainKey: trap, writePlain: trap, knownStart: trap },
      },
    });
    session.trace("secret operation", () => {
      session.info("secret message", { secret: "secret value" });
      session.span("secret span", { secret: 1 }, (span) => span.set({ secret: "value" }));
      session.metric("queue.depth", 1, { secret: "tag" });
      session.recordLlmCall({ provider: "p", model: "m", request: { prompt: "secret" } });
      session.captureError(new Error("secret error"));
    });
    session.close();
    const logs = join(home, "sessions/bad/logs");
    const texts = readdirSync(logs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    expect(texts.length).toBeGreaterThanOrEqual(4);
    for (const text of texts) {
      expect(text).not.toMatch(/secret (operation|message|value|span|error)/);
    }
    expect(texts.join()).toContain("[left out: the redactor failed]");
    expect(warnings.filter((line) => line.includes("redactor failed: trap"))).toHaveLength(1);
  });

  test("never throws for options that are none, or cannot be read", () => {
    process.env["PLANLOOP_HOME"] = home;
    try {
      for (const [, value] of hostileValues()) openSession(value as OpenSessionOptions).close();
    } finally {
      delete process.env["PLANLOOP_HOME"];
    }
  });
});
