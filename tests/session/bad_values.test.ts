/**
 * Values that no recorder is glad about, at every place where a caller can hand one over: nothing
 * is thrown, every file stays valid, and what could not be recorded is marked in place.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test, vi } from "vitest";
import {
  check,
  errorReportSchema,
  llmTranscriptSchema,
  logLineSchema,
  metricSchema,
  sessionIndexSchema,
  sessionStateSchema,
  stateDiffSchema,
  traceSchema,
} from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-bad-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const home = () => mkdtempSync(join(root, "home-"));

const fail = (): never => {
  throw new Error("not for you");
};

function cyclic(): object {
  const value: Record<string, unknown> = { list: [] };
  value["self"] = value;
  (value["list"] as unknown[]).push(value);
  return value;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function nested(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level++) value = { value };
  return value;
}

const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, index]));

/** As bytes, redaction would not see it. */
const secret = `ghp_${"a1B2".repeat(9)}`;
const secretBytes = new TextEncoder().encode(secret);

class Point {
  #hidden = 1;
  x = this.#hidden;
  get fails(): never {
    return fail();
  }
}

function withCause(error: Error): Error {
  error.cause = error;
  return error;
}

const throwing = (key: string) => Object.defineProperty(new Error("m"), key, { get: fail });

const throwingProxy = new Proxy({}, {
  get: fail,
  has: fail,
  ownKeys: fail,
  getPrototypeOf: fail,
  getOwnPropertyDescriptor: fail,
});

const huge = "x".repeat(1024 * 1024);

/** What is handed over, and what the log must say of it where that is worth pinning. */
const values: [name: string, value: unknown, shown?: string | RegExp][] = [
  ["a cycle", cyclic(), "[circular]"],
  ["a BigInt", 12n, "12n"],
  ["a symbol", Symbol("mine"), "[Symbol(mine)]"],
  ["a function", function named() {}, "[function named]"],
  ["undefined", undefined, "[undefined]"],
  ["NaN", NaN, "[NaN]"],
  ["negative zero", -0],
  ["infinity", -Infinity, "[-Infinity]"],
  ["an invalid date", new Date(NaN), "[invalid date]"],
  ["a long text", huge, /…\(\d+ more\)/],
  ["half a surrogate pair", "a\ud800b\udfff", /a(\\ud800|\ufffd)b/],
  ["control characters", "\u0000\u001b[31m\u2028\u202e"],
  [
    "a getter that throws",
    Object.defineProperty({}, "x", { get: fail, enumerable: true }),
    "[getter threw: Error: not for you]",
  ],
  ["a toJSON that throws", { toJSON: fail }, "[unreadable"],
  ["a toJSON that gives itself", {
    toJSON() {
      return this;
    },
  }],
  ["a proxy that throws", throwingProxy, "[unreadable"],
  ["a revoked proxy", revoked(), "[unreadable"],
  ["a key __proto__", JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}'), "polluted"],
  ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), '"a":1'],
  ["a class instance", new Point(), '"x":1'],
  ["a map", new Map<unknown, unknown>([[{ a: 1 }, 2], [Symbol("k"), 3]]), "[Symbol(k)]"],
  ["a set", new Set([1, new Set([2])]), "[1,[2]]"],
  ["a weak map", new WeakMap(), "[WeakMap]"],
  ["a map of text keys", new Map([["a", 1]]), '"a":1'],
  ["a large map", new Map(Object.entries(numbered(100_000))), "(99800 more)"],
  ["a large set", new Set(Object.keys(numbered(100_000))), "…(99800 more)"],
  ["a promise in a list", [Promise.resolve(1)], "[promise]"],
  ["bytes that are a secret", secretBytes, "[Uint8Array of 40 bytes]"],
  ["a buffer that is a secret", Buffer.from(secret), "[Buffer of 40 bytes]"],
  ["a secret's memory", secretBytes.buffer, "[ArrayBuffer of 40 bytes]"],
  ["a view of a secret", new DataView(secretBytes.buffer), "[DataView of 40 bytes]"],
  ["numbers", new Float64Array([1.5, NaN]), "[Float64Array of 16 bytes]"],
  ["a large buffer", new Uint8Array(10_000_000), "[Uint8Array of 10000000 bytes]"],
  ["a sparse list", new Array(4_000_000_000), "…(3999999800 more)"],
  ["an object of 100,000 keys", numbered(100_000), "(99800 more)"],
  ["a list of 100,000 texts", Object.keys(numbered(100_000)), "…(99800 more)"],
  ["deep nesting", nested(100_000), "too deep"],
  ["an error with a cyclic cause", withCause(new Error("outer")), "[circular]"],
  ["an error whose message throws", throwing("message"), "getter threw"],
  ["an error whose stack throws", throwing("stack"), "getter threw"],
  ["a boxed text", Object("boxed"), '"boxed"'],
  ["a boxed symbol", Object(Symbol("boxed")), "[Symbol(boxed)]"],
  ["a generator", [1].values(), /\[(Array )?Iterator\]/],
  ["a file", new Blob(["text"]), "[Blob]"],
  ["a class", Point, "[function Point]"],
  ["a global", globalThis],
];

/** By their place: the test runner must not look into them. */
const places = values.map(([name], index) => [name, index] as const);

/** Every file of a home against its format's check; gives all text. */
function checkHome(folder: string): string {
  const checks: [RegExp, (value: unknown) => unknown[]][] = [
    [/planloop[^/]*\.jsonl$/, (value) => check(logLineSchema, value)],
    [/performance\.jsonl$/, (value) => check(metricSchema, value)],
    [/traces\/[^/]+\.json$/, (value) => check(traceSchema, value)],
    [/llm_transcripts\//, (value) => check(llmTranscriptSchema, value)],
    [/errors\/[^/]+_error(_\d+)?\.json$/, (value) => check(errorReportSchema, value)],
    [/diffs\/[^/]+_diff(_\d+)?\.json$/, (value) => check(stateDiffSchema, value)],
    [/state(_\d+)?\.json$/, (value) => check(sessionStateSchema, value)],
    [/index\.json$/, (value) => check(sessionIndexSchema, value)],
  ];
  let all = "";
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8");
    all += text;
    const found = checks.find(([pattern]) => pattern.test(file.replaceAll(sep, "/")));
    for (const part of found ? text.trimEnd().split("\n".repeat(+/l$/.test(file) || 9)) : []) {
      expect([file, found![1](JSON.parse(part))]).toEqual([file, []]);
    }
  }
  return all;
}

/** Hands a value over everywhere. Throws what a recorder must not throw. */
function handOver(session: Session, value: unknown): void {
  const some = value as object;
  session.info("in a context", { value });
  session.info("as the context", some);
  session.info(value as string);
  session.log("level", {}, { level: value as never, operation: value as string });
  session.validationFailed(value as string, [{ path: value, message: value }] as never);
  session.metric("m", 1, { value } as never);
  session.metric(value as string, value as number, some as never);
  session.recordLlmCall({
    provider: value as string,
    model: "m",
    request: { messages: [{ role: "user", content: value }], extra: value } as never,
    response: value,
  });
  session.recordLlmCall({ provider: "p", model: "m", request: { value }, error: value });
  const any = value as never;
  session.recordLlmCall({
    ...{ provider: any, model: any, request: any, response: value, usage: any, attempts: any },
    ...{ duration_ms: any, started_at: any, stream: any, rate_limit: any, cost_usd: any },
    ...{ price: any, span_id: any, operation: any },
  });
  session.recordLlmCall({
    ...{ provider: "p", model: "m", response: { content: value, tool_calls: value } },
    request: { messages: any, tools: any, max_tokens: any, temperature: any, system: value },
  });
  session.captureError(value, { locals: { value }, arguments: [value] });
  session.captureError(new Error("with locals"), { locals: () => some, function: value as string });
  const primitive = typeof value === "object" ? null : value;
  const model = value as string;
  const given = session.llm({ provider: "p", model, request: { value } }, () => primitive);
  expect(Object.is(given, primitive)).toBe(true);
}

describe("bad input", () => {
  test.each(places)("%s is recorded or marked, everywhere", (_name, index) => {
    const [, value, shown] = values[index]!;
    const base = home();
    const session = openSession({ name: "bad", home: base, recordLlm: true });
    handOver(session, value);
    const given = session.trace("operation", (trace) => {
      expect(trace).toBeDefined();
      handOver(session, value);
      return session.span("span", { value }, (span) => {
        span.set({ value });
        span.set(value as object);
        span.event("event", { value });
        span.event(value as string, value as object);
        session.captureError(new Error("inside"));
        return session.span(value as string, { value }, () => value);
      });
    });
    expect(Object.is(given, value)).toBe(true);
    const wrapped = session.captureErrorContext((argument: unknown) => {
      throw argument;
    });
    let caught: unknown = wrapped;
    try {
      wrapped(value);
    } catch (error) {
      caught = error;
    }
    expect(Object.is(caught, value)).toBe(true);
    session.close();
    const all = checkHome(base);
    const [line] = all.split("\n").filter((text) => text.includes('"in a context"'));
    if (shown !== undefined) expect(line).toMatch(shown instanceof RegExp ? shown : escaped(shown));
    expect(all).not.toContain(String([...secretBytes.subarray(4)]));
    expect(all.length).toBeLessThan(60_000_000);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    const stored = new StoredSession(session.id, session.path);
    expect(stored.state()?.name).toBe("bad");
    expect(stored.problems).toEqual([]);
  }, 240_000);
});

describe("bad state", () => {
  test.each(places)("%s in the state is refused or saved, never half", async (_name, index) => {
    const [, value] = values[index]!;
    const base = home();
    const session = openSession({ name: "state", home: base });
    for (const key of ["context_notes", "extra", "title"]) {
      await session.updateState((state) => {
        Object.assign(state, { [key]: key === "context_notes" ? [value] : value });
      }).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    }
    await session.updateState((state) => {
      state.context_notes = ["goes on"];
    });
    expect(session.state().context_notes).toEqual(["goes on"]);
    session.close();
    checkHome(base);
  }, 60_000);
});

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
}

describe("bad names", () => {
  const names = [
    ...["../../x", "/etc/passwd", "..\\..\\x", "C:\\x", "con", ".", "..", "", " ", "-", "--help"],
    ...["a\0b", "👩‍👩‍👧 party 🎉", "عربي‏ RTL \u202e txt.exe", "\ud800", "ß".repeat(300)],
    ...["x".repeat(10_000), "名".repeat(10_000), "a\nb", "%2e%2e%2f", "file:///etc", "~/x"],
  ];
  test.each(names)("openSession makes a folder of its own for the name %j", (name) => {
    const base = home();
    const session = openSession({ name, title: name, purpose: name, tags: [name], home: base });
    session.info("one");
    session.close();
    expect(readdirSync(base).sort()).toEqual(["current_session", "index.json", "sessions"]);
    expect(readdirSync(join(base, "sessions"))).toEqual([session.id]);
    expect(session.recording).toBe(true);
    checkHome(base);
  });

  test.each(names)("the id %j becomes no folder outside of the home", (id) => {
    const warn = vi.spyOn(console, "error").mockImplementation(() => {});
    const base = home();
    const session = openSession({ name: "id", id, home: base });
    session.info("one");
    session.close();
    warn.mockRestore();
    for (const folder of readdirSync(base)) {
      expect(["current_session", "index.json", "sessions"]).toContain(folder);
    }
    expect(readdirSync(root).every((name) => name.startsWith("home-"))).toBe(true);
    checkHome(base);
  });

  test.each(["../../evil", "tr_/x", "", "x".repeat(10_000), "a\0b", "-x", ".x"])(
    "the handed-over trace id %j names no file",
    (trace) => {
      const base = home();
      const env = {
        PLANLOOP_HOME: base,
        PLANLOOP_TRACE_ID: trace,
        TRACEPARENT: `00-${trace}-1-01`,
      };
      const session = openSession({ name: "trace", home: base, resume: env });
      session.info("one");
      session.trace("two", () => session.captureError(new Error("three")));
      session.endTrace(trace);
      expect(session.spans(trace)).toEqual([]);
      session.close();
      checkHome(base);
      expect(readdirSync(base).sort()).toEqual(["current_session", "index.json", "sessions"]);
    },
  );
});

describe("a folder that fails", () => {
  test.each(["session", "home"])("the %s vanishes: the host goes on, and recording too", (what) => {
    const base = home();
    const session = openSession({ name: "gone", home: base, recordLlm: true });
    session.info("before");
    rmSync(what === "home" ? base : session.path, { recursive: true });
    handOver(session, "after");
    session.trace("after", () => session.span("span", () => session.info("inside")));
    session.close();
  });

  // Root may write there all the same; failing_host.test.ts has homes that root is refused, too.
  test.skipIf(process.getuid?.() === 0)("a home that is read-only: nothing is thrown", async () => {
    const base = home();
    chmodSync(base, 0o500);
    const session = openSession({ name: "refused", home: base });
    expect(session.recording).toBe(false);
    handOver(session, "value");
    await session.updateState((state) => void (state.context_notes = ["kept in memory"]));
    expect(session.state().context_notes).toEqual(["kept in memory"]);
    session.close();
    expect(readdirSync(base)).toEqual([]);
    chmodSync(base, 0o700);
  });
});
