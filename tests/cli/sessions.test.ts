import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goodId, goodSession, logLine, makeHome, secondId, stateJson } from "./homes.ts";
import { canBeRefused, openToAll, planloop, programs, temporaryFolder } from "./program.ts";

describe.each(programs)("$name sessions list", (program) => {
  test("prints JSON with the documented keys when it is piped", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const { code, stdout, stderr } = await planloop(program, ["sessions", "list"], { home });
    expect([code, stderr]).toEqual([0, ""]);
    const answer = JSON.parse(stdout);
    expect(Object.keys(answer)).toEqual(["home", "current_session", "sessions", "problems"]);
    expect([answer.home, answer.current_session, answer.problems]).toEqual([home, goodId, []]);
    const session = answer.sessions.find((entry: { session: string }) => entry.session === goodId);
    expect(session).toEqual({
      session: goodId,
      path: join(home, "sessions", goodId),
      name: "checkout",
      title: "Fix the checkout",
      project_root: "/srv/checkout",
      created_at: "2026-11-20T10:15:00.123Z",
      last_updated_at: "2026-11-20T10:45:00.123Z",
      done: false,
      status: "task",
      tasks: 2,
      tasks_done: 1,
      signals_open: 0,
      readable: true,
    });
    expect(answer.sessions).toHaveLength(2);
  });

  test("every documented key stands in the help", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const { stdout: help } = await planloop(program, ["sessions", "list", "--help"]);
    const answer = JSON.parse((await planloop(program, ["sessions", "list"], { home })).stdout);
    for (const key of Object.keys(answer.sessions[0])) {
      expect(help).toMatch(new RegExp(`^ +${key} `, "m"));
    }
  });

  test("--home wins over PLANLOOP_HOME", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const other = makeHome({});
    const run = await planloop(program, ["sessions", "list", "--home", home], { home: other });
    expect(JSON.parse(run.stdout).sessions).toHaveLength(1);
  });

  test("an empty home is an empty list, not an error", async () => {
    for (const home of [makeHome({}), temporaryFolder()]) {
      const { code, stdout, stderr } = await planloop(program, ["sessions", "list"], { home });
      expect([code, stderr], home).toEqual([0, ""]);
      expect(JSON.parse(stdout).sessions, home).toEqual([]);
    }
  });

  test("the default home may be missing: an empty list, and what to try", async () => {
    const { code, stdout, stderr } = await planloop(program, ["sessions", "list"]);
    expect([code, JSON.parse(stdout).sessions]).toEqual([0, []]);
    expect(stderr).toMatch(/^No sessions in .*\.planloop yet\. Try `planloop demo`\.\n$/);
  });

  test("a home that was named and is missing, or is a file: exit 1, naming it", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    for (
      const [home, reason] of [
        [join(temporaryFolder(), "none"), "it does not exist"],
        [file, "it is a file, not a folder"],
      ] as const
    ) {
      const complaint = `Error: Cannot look for sessions in the home ${home}: ${reason}`;
      for (const options of [{ args: ["--home", home] }, { home, args: [] }]) {
        const { args, ...run } = options;
        const found = await planloop(program, ["sessions", "list", ...args], run);
        expect([found.code, found.stdout]).toEqual([1, ""]);
        expect(found.stderr).toContain(complaint);
      }
    }
  });

  test("a file where a session folder should be is a problem", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    writeFileSync(join(home, "sessions", "afile"), "");
    const { code, stdout } = await planloop(program, ["sessions", "list"], { home });
    const { sessions, problems } = JSON.parse(stdout);
    expect([code, sessions.length]).toEqual([0, 1]);
    expect(problems).toEqual([{
      file: "sessions/afile",
      kind: "unreadable",
      reason: "Expected a session folder, but it is a file, not a folder",
      lost: true,
    }]);
  });

  test("a state cut in half is listed, with a problem", async () => {
    const home = makeHome({ [goodId]: { "state.json": stateJson(goodId).slice(0, 900) } });
    const { code, stdout } = await planloop(program, ["sessions", "list", "--json"], { home });
    const answer = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(answer.sessions).toHaveLength(1);
    const files = answer.problems.map((problem: { file: string }) => problem.file);
    expect(files).toContain(`sessions/${goodId}/state.json`);
  });

  test("a reader that goes away is no error", async () => {
    const many = Array.from({ length: 300 }, (_, index) => {
      const id = `s-20261120T101500Z-${index.toString(16).padStart(4, "0")}`;
      return [id, goodSession(id)] as const;
    });
    const home = makeHome(Object.fromEntries(many));
    const line = [...program.command, "sessions", "list"].map((part) => `'${part}'`).join(" ");
    const shell = { name: "sh", command: ["sh", "-c", `${line} | head -c 1`] } as const;
    expect(await planloop(shell, [], { home })).toEqual({ code: 0, stdout: "{", stderr: "" });
  });
});

describe.each(programs)("$name sessions info", (program) => {
  const info = async (home: string, ...args: string[]) =>
    await planloop(program, ["sessions", "info", ...args], { home });

  test("shows the current session by default, with the documented keys", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const { code, stdout, stderr } = await info(home);
    expect([code, stderr]).toEqual([0, ""]);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ session: goodId, current: true, lock: null, problems: [] });
    expect(answer.counts).toEqual({
      log_lines: 3,
      traces: 1,
      llm_calls: 0,
      errors: 0,
      changes: 0,
      metrics: 0,
    });
    expect(answer.task_list.map((task: { status: string }) => task.status))
      .toEqual(["DONE", "IN_PROGRESS"]);
    const state = readFileSync(join(home, "sessions", goodId, "state.json"));
    expect(answer.files).toContainEqual({ file: "state.json", bytes: state.length });
    const { stdout: help } = await planloop(program, ["sessions", "info", "--help"]);
    for (const key of [...Object.keys(answer), ...Object.keys(answer.counts)]) {
      expect(help).toMatch(new RegExp(`^ +${key}(\\[\\])? `, "m"));
    }
  });

  test("takes an id, the start of one, and a folder", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const folder = join(home, "sessions", secondId);
    for (const wanted of [secondId, "checkout-20261121", folder]) {
      expect(JSON.parse((await info(home, wanted)).stdout).session, wanted).toBe(secondId);
      const named = await info(home, "--session", wanted);
      expect(JSON.parse(named.stdout).session, wanted).toBe(secondId);
    }
    const both = await info(home, goodId, "--session", secondId);
    expect([both.code, both.stdout]).toEqual([2, ""]);
    expect(both.stderr).toContain(`Cannot show both ${goodId} and ${secondId}`);
    const elsewhere = await planloop(program, ["sessions", "info", `./${goodId}`], {
      home: makeHome({}),
      cwd: join(home, "sessions"),
    });
    expect(JSON.parse(elsewhere.stdout).session).toBe(goodId);
  });

  test("an ambiguous start: exit 1, naming the candidates", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const { code, stdout, stderr } = await info(home, "checkout");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(goodId);
    expect(stderr).toContain(secondId);
  });

  test("an unknown id: exit 1, naming the home and the nearest id", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const { code, stdout, stderr } = await info(home, "chekout-20261120T101500Z-1a2b");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(home);
    expect(stderr).toContain(goodId);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each(["../x", "../../etc", "a/../../b", ".", ".."])(
    "the id %j never leaves the home: exit 1, a sentence",
    async (wanted) => {
      const home = makeHome({ [goodId]: goodSession() });
      const { code, stdout, stderr } = await info(home, wanted);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^Error: \S.+/);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );

  test("no current session: exit 1, saying what to do", async () => {
    const home = makeHome({});
    const { code, stderr } = await info(home);
    expect(code).toBe(1);
    expect(stderr).toContain(home);
  });

  test("damage is counted, the rest is shown", async () => {
    const home = makeHome({
      [goodId]: {
        ...goodSession(),
        "state.json": stateJson(goodId).slice(0, 1000),
        "logs/planloop.jsonl": `${logLine(1, "one")}{"timestamp":"2026-11-20T10:15\n${
          logLine(2, "two")
        }`,
      },
    });
    mkdirSync(join(home, "sessions", goodId, "logs", "performance.jsonl"));
    const { code, stdout } = await info(home);
    const answer = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(answer.counts.log_lines).toBe(2);
    const files = answer.problems.map((problem: { file: string }) => problem.file);
    expect(files).toContain("state.json");
    expect(files).toContain("logs/planloop.jsonl");
    expect(files).toContain("logs/performance.jsonl");
  });

  test("no logs folder: zero lines, no failure", async () => {
    const home = makeHome({ [goodId]: { "state.json": stateJson(goodId) } });
    const { code, stdout } = await info(home);
    expect([code, JSON.parse(stdout).counts.log_lines]).toEqual([0, 0]);
  });

  test.skipIf(!canBeRefused(program))("an unreadable file is a problem", async () => {
    const home = openToAll(makeHome({ [goodId]: goodSession() }));
    const file = join(home, "sessions", goodId, "logs", "planloop.jsonl");
    chmodSync(file, 0);
    const { code, stdout } = await planloop(program, ["sessions", "info"], {
      home,
      isRefusable: true,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).problems).toContainEqual(
      expect.objectContaining({ file: "logs/planloop.jsonl", kind: "unreadable" }),
    );
  });
});
