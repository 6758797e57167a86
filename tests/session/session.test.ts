import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { recordKinds } from "../../lib/format/kinds.ts";
import {
  check,
  deadlockFileSchema,
  errorReportSchema,
  isSessionId,
  llmTranscriptSchema,
  logLineSchema,
  metricSchema,
  sessionIndexSchema,
  sessionStateSchema,
  stateDiffSchema,
  traceSchema,
} from "../../lib/format/mod.ts";
import { openSession, type OpenSessionOptions } from "../../lib/mod.ts";
import { fakeRuntime, systemRuntime } from "../../lib/runtime/mod.ts";
import { task } from "./tasks.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-session-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";
const home = () => mkdtempSync(join(root, "home-"));
/** Every file below a folder, as absolute paths. */
function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Records one of everything, with a secret wherever a caller can put one. */
async function recordEverything(options: Partial<OpenSessionOptions> = {}) {
  const session = openSession({
    name: `run ${secret}`,
    title: `title ${secret}`,
    purpose: secret,
    projectRoot: `/p/${secret}`,
    tags: [secret],
    home: home(),
    recordLlm: true,
    ...options,
  });
  await session.updateState((state) => {
    state.tasks.push(task(1, { title: secret }), task(2, { depends_on: [1] }));
    state.context_notes = [secret];
  });
  await session.trace("suggest", async (trace) => {
    trace.set({ inTrace: secret });
    session.warning(secret, { nested: { list: [secret] }, token: "plain-looking-token" });
    await session.span(`span ${secret}`, { value: secret }, async (span) => {
      span.set({ variable: secret });
      span.event(secret, { value: secret });
      const request = { messages: [{ role: "user", content: secret }] };
      const call = { provider: "openai", model: "m", request };
      await session.llm(call, () => Promise.resolve({ content: secret, usage: {} }));
      session.recordLlmCall({ ...call, error: new Error(secret) });
      const failing = session.captureErrorContext((value: string) => {
        throw new Error(`failed with ${value}`, { cause: new Error(secret) });
      }, { locals: () => ({ secret }) });
      expect(() => failing(secret)).toThrow();
      await session.withLock(`work ${secret}`, () => session.metric("queue.depth", 2, { secret }));
    });
  }, { command: ["agent", `--key=${secret}`] });
  session.validationFailed(secret, [{ path: "a", expected: "b", found: secret, message: secret }]);
  session.sampleMemory();
  await session.sampleEventLoop();
  session.close();
  return session;
}

describe("openSession", () => {
  test("creates the files that the Python planloop expects", () => {
    const base = home();
    using session = openSession({ name: "Grüße v1.6", home: base, title: "T", tags: ["a"] });
    expect(session.id).toMatch(/^grüße-v1-6-\d{8}T\d{6}Z-[0-9a-f]{4}$/);
    expect(session.path).toBe(join(base, "sessions", session.id));
    const state = session.state();
    expect(check(sessionStateSchema, state)).toEqual([]);
    expect(state).toMatchObject({ version: 1, title: "T", now: { reason: "idle" }, tags: ["a"] });
    expect(state.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/);
    const text = readFileSync(join(session.path, "state.json"), "utf8");
    expect(text).toBe(`${JSON.stringify(state, null, 2)}\n`);
    expect(readFileSync(join(base, "current_session"), "utf8")).toBe(session.id);
    const index = readFileSync(join(base, "index.json"), "utf8");
    expect(check(sessionIndexSchema, JSON.parse(index))).toEqual([]);
    expect(index).toContain("Gr\\u00fc");
    for (const file of [join(base, "index.json"), join(session.path, "deadlock.json")]) {
      expect(readFileSync(file, "utf8"), file).toMatch(/[^\n]\n$/);
    }
    const deadlock = JSON.parse(readFileSync(join(session.path, "deadlock.json"), "utf8"));
    expect(check(deadlockFileSchema, deadlock)).toEqual([]);
    expect(readFileSync(join(session.path, "PLAN.md"), "utf8")).toContain("# Plan: T\n");
  });

  test("takes a call without options, as untyped code may make it", () => {
    vi.stubEnv("PLANLOOP_HOME", home());
    using session = openSession();
    expect(session.id).toMatch(/^session-/);
    vi.unstubAllEnvs();
  });

  test("a level that is none is recorded as INFO", () => {
    using session = openSession({ name: "a", home: home() });
    session.log("x", {}, { level: "fatal" as never });
    session.log("y", {}, { level: "BOGUS" as never });
    const lines = readFileSync(join(session.path, "logs", "planloop.jsonl"), "utf8").trim();
    expect(lines.split("\n").map((line) => JSON.parse(line).level)).toEqual(["CRITICAL", "INFO"]);
  });

  test("reopens a session by its id and leaves its state alone", async () => {
    const base = home();
    const first = openSession({ name: "a", home: base });
    await first.updateState((state) => void state.tasks.push(task(1)));
    first.close();
    const second = openSession({ name: "other", home: base, id: first.id });
    expect(second.state()).toMatchObject({ name: "a", version: 2 });
    second.info("again");
    second.close();
    const index = JSON.parse(readFileSync(join(base, "index.json"), "utf8"));
    expect(index.sessions).toHaveLength(1);
  });

  test("makes a damaged registry anew from the sessions", () => {
    const base = home();
    const first = openSession({ name: "a", home: base });
    first.close();
    writeFileSync(join(base, "index.json"), '{"sessions": [{');
    const second = openSession({ name: "b", home: base });
    second.close();
    const index = JSON.parse(readFileSync(join(base, "index.json"), "utf8"));
    expect(index.sessions.map(({ session }: { session: string }) => session).sort())
      .toEqual([first.id, second.id].sort());
  });

  test.each(["../x", "a/b", "", ".hidden", "x\0"])(
    "refuses the id %j, once, and records nothing",
    (id) => {
      const runtime = fakeRuntime();
      const session = openSession({ name: "a", home: "/h", id, runtime });
      session.info("x");
      expect(session.trace("op", () => session.span("s", () => 4))).toBe(4);
      session.close();
      expect(session.recording).toBe(false);
      expect(runtime.files.paths()).toEqual([]);
      expect(runtime.process.warnings).toHaveLength(1);
      expect(isSessionId(session.id)).toBe(true);
    },
  );

  test("a home that cannot be written is said once, and everything goes on", async () => {
    const runtime = fakeRuntime();
    runtime.files.fail({ operation: "createDirectory", code: "EACCES" });
    const session = openSession({ name: "a", home: "/h", runtime });
    session.error("x");
    const state = await session.updateState((draft) => void draft.tasks.push(task(1)));
    expect(state.now).toEqual({ reason: "task", task_id: 1, signal_id: null });
    expect(session.captureError(new Error("x"))).toBeNull();
    expect(session.recordLlmCall({ provider: "p", model: "m", request: {} })).toBeNull();
    session.close();
    expect(runtime.files.paths()).toEqual([]);
    expect(runtime.process.warnings).toHaveLength(1);
    expect(runtime.process.warnings[0]).toContain("EACCES");
  });
});

describe("what a session writes", () => {
  test("is valid in every file", async () => {
    const { path, home: base } = await recordEverything();
    const schemas: [RegExp, (value: unknown) => unknown[], boolean][] = [
      [/planloop\.jsonl$/, (value) => check(logLineSchema, value), true],
      [/performance\.jsonl$/, (value) => check(metricSchema, value), true],
      [/traces\/[^/]+\.json$/, (value) => check(traceSchema, value), false],
      [/llm_transcripts\//, (value) => check(llmTranscriptSchema, value), false],
      [/errors\/[^/]+_error(_\d+)?\.json$/, (value) => check(errorReportSchema, value), false],
      [
        /(errors\/[^/]+_state|diffs\/[^/]+_(pre|post))(_\d+)?\.json$/,
        (value) => check(sessionStateSchema, value),
        false,
      ],
      [/diffs\/[^/]+_diff(_\d+)?\.json$/, (value) => check(stateDiffSchema, value), false],
      [/\/state\.json$/, (value) => check(sessionStateSchema, value), false],
      [/deadlock\.json$/, (value) => check(deadlockFileSchema, value), false],
      [/index\.json$/, (value) => check(sessionIndexSchema, value), false],
    ];
    const left = new Set(schemas.map(([pattern]) => pattern));
    const unknown = walk(base).filter((file) => {
      const found = schemas.find(([pattern]) => pattern.test(file));
      if (!found) return !/PLAN\.md$|current_session$/.test(file);
      const [pattern, issues, isLines] = found;
      left.delete(pattern);
      const text = readFileSync(file, "utf8");
      for (const part of isLines ? text.trimEnd().split("\n") : [text]) {
        expect([file, issues(JSON.parse(part))]).toEqual([file, []]);
      }
      return false;
    });
    expect(unknown).toEqual([]);
    expect([...left]).toEqual([]);
    expect(path.startsWith(base)).toBe(true);
    expect(Object.keys(recordKinds).length).toBeGreaterThan(10);
  });

  test("holds a planted secret in no file and no name", async () => {
    const { home: base } = await recordEverything();
    const files = walk(base);
    expect(files.length).toBeGreaterThan(12);
    for (const file of files) {
      expect(file.toLowerCase()).not.toContain("abcdefghijklmnop");
      const text = readFileSync(file, "utf8");
      // The sources of this test hold the secret's name, never its value.
      expect([file, text.includes(secret), text.includes("plain-looking-token")])
        .toEqual([file, false, false]);
    }
  });

  test("holds what it was given with redact: false", async () => {
    const { path } = await recordEverything({ redact: false });
    expect(readFileSync(join(path, "logs/planloop.jsonl"), "utf8")).toContain(secret);
  });
});

describe("PLANLOOP_NO_RECORDING=1", () => {
  test("touches nothing, and everything still works", async () => {
    const base = join(home(), "never");
    const real = systemRuntime();
    const env = () => ({ PLANLOOP_NO_RECORDING: "1" });
    const runtime = { ...real, process: { ...real.process, env } };
    const session = await recordEverything({ home: base, runtime });
    expect(session.recording).toBe(false);
    expect(session.state().tasks).toHaveLength(2);
    expect(existsSync(base)).toBe(false);
  });

  test("the lock still keeps callers in this process apart, in order", async () => {
    const runtime = fakeRuntime({ env: { PLANLOOP_NO_RECORDING: "1" } });
    const session = openSession({ name: "a", runtime });
    const order: string[] = [];
    const work = (name: string) =>
      session.withLock(name, async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`${name} out`);
      });
    const held = await session.lock("holder");
    const waiting = [work("one"), work("two")];
    await expect(session.lock("late", { timeout_ms: 10 })).rejects.toThrow(/holder/);
    await expect(session.lock("gone", { signal: AbortSignal.abort(new Error("stop")) }))
      .rejects.toThrow("stop");
    held.release();
    held.release();
    await Promise.all(waiting);
    expect(order).toEqual(["one in", "one out", "two in", "two out"]);
    (await session.lock("last")).release();
    expect(runtime.files.paths()).toEqual([]);
  });
});

test("two sessions in one process keep their records apart", async () => {
  using one = openSession({ name: "one", home: home() });
  using two = openSession({ name: "two", home: home() });
  await Promise.all([one, two].map((session) =>
    session.trace("op", async () => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      session.info(`from ${session.id}`);
    })
  ));
  for (const session of [one, two]) {
    const log = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8");
    expect(log.trimEnd().split("\n")).toHaveLength(1);
    expect(log).toContain(`from ${session.id}`);
    expect(readdirSync(join(session.path, "logs/traces"))).toHaveLength(1);
  }
});

test("sessions listen to the process once, and not after the last is closed", () => {
  const runtime = systemRuntime();
  let listening = 0;
  const onExit = (_listener: () => void) => {
    listening += 1;
    return () => void (listening -= 1);
  };
  const watched = { ...runtime, process: { ...runtime.process, onExit } };
  const base = home();
  const sessions = [1, 2, 3].map((n) =>
    openSession({ name: `s${n}`, home: base, runtime: watched })
  );
  expect(listening).toBe(1);
  sessions.forEach((session) => session.close());
  expect(listening).toBe(0);
});

describe("openSession with redact options", () => {
  const lines = (path: string) =>
    readFileSync(join(path, "logs", "planloop.jsonl"), "utf8").trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );

  test("uses further keys, rules and allowed values, and says at the end what it replaced", () => {
    const session = openSession({
      name: "redact",
      home: home(),
      redact: {
        env: { SHOP_PASSWORD: "from the environment" },
        keys: ["ssn"],
        allow: ["not-a-secret-1"],
        rules: [{ name: "acme", pattern: /acme-[a-z0-9]{12}/, anchors: ["acme-"] }],
      },
    });
    session.info("with acme-0123456789ab and from the environment", {
      ssn: "078-05-1120",
      password: "not-a-secret-1",
    });
    session.close();
    session.close();
    const [first, last, ...more] = lines(session.path);
    expect(more).toEqual([]);
    expect(first.message).toMatch(/^with \[REDACTED:acme:....\] and \[REDACTED:env:....\]$/);
    expect(first.context.ssn).toMatch(/^\[REDACTED:key:/);
    expect(first.context.password).toBe("not-a-secret-1");
    expect(check(logLineSchema, last)).toEqual([]);
    expect([last.operation, last.context.redaction]).toEqual([
      "redaction",
      [{ rule: "acme", count: 1 }, { rule: "env", count: 1 }, { rule: "key", count: 1 }],
    ]);
  });

  test("says what it replaced while it runs, each time that has doubled", async () => {
    const session = openSession({ name: "running", home: home() });
    const manifests = () =>
      lines(session.path).filter(({ operation }) => operation === "redaction");
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    session.info(`with ${secret}`);
    await turn();
    expect(manifests().map(({ context }) => context.redaction)).toEqual([
      [{ rule: "anthropic", count: 1 }],
    ]);
    for (let count = 1; count < 1000; count++) {
      session.info("again", { password: `hunter${count}`, count });
      await turn();
    }
    expect(manifests().length).toBeLessThan(12);
    const told = () =>
      manifests().flatMap(({ context }) => context.redaction)
        .reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(told()).toBeGreaterThanOrEqual(500);
    session.close();
    expect(told()).toBe(1000);
  });

  test("says nothing where nothing was replaced", () => {
    const session = openSession({ name: "plain", home: home() });
    session.info("one");
    session.close();
    expect(lines(session.path).map((line) => line.message)).toEqual(["one"]);
  });

  test("never throws for options that cannot work, and keeps the built-in rules", () => {
    const session = openSession({ name: "bad", home: home(), redact: { keys: ["x"] } });
    session.info(`with ${secret}`);
    session.close();
    expect(lines(session.path)[0].message).toMatch(/^with \[REDACTED:anthropic:....\]$/);
  });
});
