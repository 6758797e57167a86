/**
 * The commands that change a home: which session is the current one, and removing sessions.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../cli/main.ts";
import { openSession } from "../../lib/mod.ts";
import { bundleChild, type Child, removeBundles, spawnChild } from "../helpers/child.ts";
import { fakeInput, type FakeIo, fakeIo } from "./fake_io.ts";
import { goodId, goodSession, makeHome, secondId } from "./homes.ts";
import { cleanEnvironment, planloop, programs, temporaryFolder } from "./program.ts";

const thirdId = "other-20261122T101500Z-5e6f";

function home(): string {
  return makeHome({
    [goodId]: goodSession(),
    [secondId]: goodSession(secondId),
    [thirdId]: goodSession(thirdId),
  });
}

const read = (...path: string[]) => readFileSync(join(...path), "utf8");
const folders = (at: string) => readdirSync(join(at, "sessions")).sort();
const indexed = (at: string) =>
  JSON.parse(read(at, "index.json")).sessions.map((row: { session: string }) => row.session).sort();

/** Every file's text below a folder, for telling that nothing has changed. */
function snapshot(at: string): Record<string, string> {
  const names = readdirSync(at, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names.filter((entry) => entry.isFile()).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, "utf8")];
    }),
  );
}

/** Runs a command line in this process, at a terminal with a person who answers. */
async function run(args: readonly string[], io: FakeIo = fakeIo()) {
  const code = await main(["sessions", ...args], io);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

describe.each(programs)("$name sessions current and use", (program) => {
  const sessions = (at: string, ...args: string[]) =>
    planloop(program, ["sessions", ...args], { home: at });

  test("use makes it the current one, which current, info and report take", async () => {
    const at = home();
    const used = await sessions(at, "use", "other");
    expect([used.code, used.stderr]).toEqual([0, ""]);
    expect(JSON.parse(used.stdout)).toEqual({
      home: at,
      current_session: thirdId,
      previous_session: goodId,
    });
    expect(read(at, "current_session")).toBe(thirdId);
    const current = await sessions(at, "current");
    expect([current.code, current.stderr]).toEqual([0, ""]);
    expect(JSON.parse(current.stdout)).toEqual({
      home: at,
      current_session: thirdId,
      exists: true,
      path: join(at, "sessions", thirdId),
    });
    expect(JSON.parse((await sessions(at, "info")).stdout).session).toBe(thirdId);
    const cwd = temporaryFolder();
    const report = await planloop(program, ["report", "--json"], { home: at, cwd });
    expect(JSON.parse(report.stdout).sessions).toMatchObject([{ session: thirdId }]);
  });

  test("--none leaves none, as the Python planloop writes it; commands then say so", async () => {
    const at = home();
    expect(JSON.parse((await sessions(at, "use", "--none")).stdout).current_session).toBeNull();
    expect(read(at, "current_session")).toBe("");
    const current = await sessions(at, "current");
    expect([current.code, JSON.parse(current.stdout).exists]).toEqual([0, false]);
    expect(current.stderr).toContain("has no current session. Choose one with");
    const report = await planloop(program, ["report"], { home: at, cwd: temporaryFolder() });
    expect([report.code, report.stdout]).toEqual([1, ""]);
    expect(report.stderr).toContain(`has no current session: name one. Newest: ${thirdId}, `);
  });

  test("one that is gone: current says so with exit 3", async () => {
    const at = home();
    writeFileSync(join(at, "current_session"), "checkout-gone");
    const { code, stdout, stderr } = await sessions(at, "current");
    expect([code, JSON.parse(stdout)]).toEqual([3, {
      home: at,
      current_session: "checkout-gone",
      exists: false,
      path: null,
    }]);
    expect(stderr).toContain('The current session "checkout-gone" is not in');
  });

  test.each([
    [["use", "checkout"], 1, `2 sessions in HOME start with "checkout": ${secondId}, ${goodId}.`],
    [["use", "chekout"], 1, `No session "chekout" in HOME. Nearest: `],
    [["use"], 2, "expected one id, or the start of one, or --none"],
    [["use", goodId, "--none"], 2, "expected one id, or the start of one, or --none"],
    [["use", "./elsewhere"], 2, 'Cannot take the folder "./elsewhere": expected the id'],
    [["use", ".."], 2, 'Cannot take the folder "..": expected the id'],
    [["use", "a b"], 1, 'Cannot use "a b" as a session id'],
  ])("%j is refused, and changes nothing", async (args, code, message) => {
    const at = home();
    const before = snapshot(at);
    const refused = await sessions(at, ...args);
    expect([refused.code, refused.stdout]).toEqual([code, ""]);
    expect(refused.stderr).toContain(message.replace("HOME", at));
    expect(snapshot(at)).toEqual(before);
  });
});

describe.each(programs)("$name sessions remove", (program) => {
  const remove = (at: string, ...args: string[]) =>
    planloop(program, ["sessions", "remove", ...args], { home: at });

  test("takes the folder, the registry's row and the current session", async () => {
    const at = home();
    const { code, stdout, stderr } = await remove(at, goodId, "other", goodId, "--yes");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^2 sessions removed, \d/)]);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ home: at, dry_run: false, kept: [], current_session: null });
    expect(answer.removed.map(({ session }: { session: string }) => session))
      .toEqual([goodId, thirdId]);
    expect(Object.keys(answer.removed[0]))
      .toEqual(["session", "path", "files", "bytes", "changed_at"]);
    expect(folders(at)).toEqual([secondId]);
    expect(indexed(at)).toEqual([secondId]);
    expect(read(at, "current_session")).toBe("");
    const list = await planloop(program, ["sessions", "list"], { home: at });
    expect(JSON.parse(list.stdout).problems).toEqual([]);
    const { stdout: help } = await planloop(program, ["sessions", "remove", "--help"]);
    for (const key of Object.keys(answer)) {
      expect(help).toMatch(new RegExp(`^ +${key}(\\[\\])? `, "m"));
    }
  });

  test("another session stays the current one", async () => {
    const at = home();
    await remove(at, secondId, "--yes");
    expect(read(at, "current_session")).toBe(goodId);
  });

  test("without --yes and without a terminal nothing is asked and nothing removed", async () => {
    const at = home();
    const before = snapshot(at);
    const refused = await remove(at, goodId);
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(
      /^Error: Cannot ask whether to remove 1 session \(.*Expected --yes/,
    );
    expect(snapshot(at)).toEqual(before);
  });

  test("--dry-run removes nothing", async () => {
    const at = home();
    const before = snapshot(at);
    const { code, stdout, stderr } = await remove(at, goodId, "--dry-run");
    expect([code, JSON.parse(stdout).removed.length]).toEqual([0, 1]);
    expect(stderr).toMatch(/^1 session would be removed, /);
    expect(snapshot(at)).toEqual(before);
  });

  test.each([
    [["checkout", "--yes"], 1, "start with"],
    [[goodId, "chekout", "--yes"], 1, "Nearest: "],
    [[goodId, "../x", "--yes"], 2, "Cannot take the folder"],
    [[], 2, "expected their ids, or --older-than"],
    [["", "--yes"], 2, "invalid for argument 'session'"],
    [[goodId, "--older-than", "long"], 2, "Expected how long ago"],
  ])("%j is refused, and removes nothing, not even what was found", async (args, code, message) => {
    const at = home();
    const before = snapshot(at);
    const refused = await remove(at, ...args);
    expect([refused.code, refused.stdout]).toEqual([code, ""]);
    expect(refused.stderr).toContain(message);
    expect(snapshot(at)).toEqual(before);
  });

  test("--older-than takes those in which nothing has changed since, by state and by files", async () => {
    const at = home();
    const long = new Date("2026-11-21T00:00:00Z");
    for (const id of [goodId, secondId]) {
      const session = join(at, "sessions", id);
      for (const file of readdirSync(session, { recursive: true, encoding: "utf8" })) {
        utimesSync(join(session, file), long, long);
      }
    }
    // The state is old, the log is not.
    writeFileSync(join(at, "sessions", secondId, "logs", "planloop.jsonl"), "");
    const named = await remove(at, secondId, "--older-than", "2026-11-22", "--yes");
    expect(JSON.parse(named.stdout).removed).toEqual([]);
    const all = await remove(at, "--older-than", "2026-11-22", "--yes");
    expect(JSON.parse(all.stdout).removed).toMatchObject([{
      session: goodId,
      changed_at: long.toISOString(),
    }]);
    expect(folders(at)).toEqual([secondId, thirdId].sort());
  });

  test("links are removed, and never followed", async () => {
    const at = home();
    const outside = temporaryFolder();
    mkdirSync(join(outside, "folder"));
    writeFileSync(join(outside, "folder", "kept.txt"), "kept");
    const session = join(at, "sessions", goodId);
    symlinkSync(join(outside, "folder"), join(session, "linked"));
    symlinkSync(join(outside, "folder"), join(session, "logs", "errors"));
    symlinkSync(join(at, "sessions", secondId), join(at, "sessions", "linked-session"));
    expect((await remove(at, goodId, "linked-session", "--yes")).code).toBe(0);
    expect(folders(at)).toEqual([secondId, thirdId].sort());
    expect(read(outside, "folder", "kept.txt")).toBe("kept");
    expect(existsSync(join(at, "sessions", secondId, "state.json"))).toBe(true);
  });

  test("finishes what a killed one has left", async () => {
    const at = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const left = join(at, "sessions", ".removed-0123456789ab");
    mkdirSync(left);
    writeFileSync(join(left, "state.json"), JSON.stringify({ session: "gone-before" }));
    const index = JSON.parse(read(at, "index.json"));
    index.sessions.push({ ...index.sessions[0], session: "gone-before" });
    writeFileSync(join(at, "index.json"), JSON.stringify(index));
    expect((await remove(at, secondId, "--yes")).code).toBe(0);
    expect(folders(at)).toEqual([goodId]);
    expect(indexed(at)).toEqual([goodId]);
  });

  test("several at once, beside one that opens sessions: the registry has all and only what is there", async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `gone-20261120T101500Z-000${index}`);
    const kept = Array.from({ length: 4 }, (_, index) => `kept-20261120T101500Z-000${index}`);
    const all = [...ids, ...kept];
    const at = makeHome(Object.fromEntries(all.map((id) => [id, goodSession(id)])));
    const runs = ids.map((id) => remove(at, id, "--yes"));
    const open = () => openSession({ name: "new", home: at }).close();
    for (let round = 0; round < 20; round++) {
      open();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual(ids.map(() => 0));
    expect(folders(at)).toHaveLength(kept.length + 20);
    expect(indexed(at)).toEqual(folders(at));
  });

  test("a damaged registry stays as it is; the session goes", async () => {
    const at = home();
    writeFileSync(join(at, "index.json"), "{");
    expect((await remove(at, goodId, "--yes")).code).toBe(0);
    expect(read(at, "index.json")).toBe("{");
    expect(folders(at)).not.toContain(goodId);
  });
});

describe("sessions remove at a terminal", () => {
  test.each([["y"], ["YES "]])("%j removes, after a table", async (answer) => {
    const at = home();
    const io = fakeIo({ stdin: fakeInput([answer]) });
    const { code, stdout, stderr } = await run(["remove", goodId, "--home", at], io);
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(
      /^ID +TITLE +CHANGED \(UTC\) +FILES +SIZE\ncheckout-\S+ {2}Fix the checkout/,
    );
    expect(stderr).toMatch(/Remove 1 session \(.+\) for good\? \[y\/N\] /);
    expect(folders(at)).not.toContain(goodId);
  });

  test.each([[["n"]], [[""]], [["yess"]], [[]]])("%j removes nothing, exit 1", async (answers) => {
    const at = home();
    const before = snapshot(at);
    const io = fakeIo({ stdin: fakeInput(answers) });
    const { code, stderr } = await run(["remove", goodId, "--home", at], io);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Nothing was removed\.\n$/);
    expect(snapshot(at)).toEqual(before);
  });

  test("current prints the id alone", async () => {
    expect(await run(["current", "--home", home()]))
      .toEqual({ code: 0, stdout: `${goodId}\n`, stderr: "" });
  });

  test("use says what it is", async () => {
    expect((await run(["use", "other", "--home", home()])).stderr)
      .toBe(`Current session: ${thirdId} (Fix the checkout)\n`);
  });
});

/** Whether a real terminal can be had. */
const hasTerminal = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

describe.each(programs)("$name sessions remove at a real terminal", (program) => {
  test.runIf(hasTerminal).each([["y", false], ["n", true]])("%s", (answer, stays) => {
    const at = home();
    const words = [...program.command, "sessions", "remove", goodId, "--home", at];
    const line = words.map((word) => `'${word}'`).join(" ");
    const { stdout } = spawnSync("script", ["-qec", line, "/dev/null"], {
      env: cleanEnvironment(),
      encoding: "utf8",
      input: `${answer}\n`,
    });
    expect(stdout).toMatch(/for good\? \[y\/N\] /);
    expect(stdout).toContain(stays ? "Nothing was removed." : "1 session removed, ");
    expect(folders(at).includes(goodId)).toBe(stays);
  });
});

describe("sessions remove of a session in use", () => {
  let user: string;
  const children: Child[] = [];
  beforeAll(async () => {
    user = await bundleChild(join(import.meta.dirname!, "children/session_user.ts"));
  });
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    removeBundles();
  });

  async function use(how: string, at: string): Promise<Child> {
    const child = spawnChild(user, [how, at, thirdId]);
    children.push(child);
    await child.waitFor("ready");
    return child;
  }

  const remove = async (at: string, ...args: string[]) =>
    await run(["remove", ...args, "--yes", "--json", "--home", at]);

  const ways: [how: string, reason: RegExp][] = [
    ["lock", /pid:\d+ holds its lock for update\./],
    ["trace", /process \d+ records logs\/traces\/tr_\S+\.journal\.jsonl\./],
  ];
  // Elsewhere nobody tells who has a file open.
  if (process.platform === "linux") ways.push(["open", /process \d+ writes to its files\./]);

  test.each(ways)(
    "%s: refused while the process lives, removed once it is dead",
    async (how, reason) => {
      const at = home();
      const child = await use(how, at);
      const refused = await remove(at, thirdId, secondId);
      expect([refused.code, refused.stdout]).toEqual([1, ""]);
      expect(refused.stderr).toMatch(reason);
      expect(folders(at)).toHaveLength(3);
      const swept = await remove(at, "--older-than", "2999-01-01");
      expect(swept.code).toBe(0);
      expect(JSON.parse(swept.stdout)).toMatchObject({ kept: [{ session: thirdId }] });
      expect(folders(at)).toEqual([thirdId]);
      child.kill("SIGKILL");
      await child.exit;
      expect((await remove(at, thirdId)).code).toBe(0);
      expect(folders(at)).toEqual([]);
    },
  );

  test("--force removes it all the same; the recorder goes on without harm", async () => {
    const at = home();
    const child = await use("lock", at);
    expect((await remove(at, thirdId, "--force")).code).toBe(0);
    expect(folders(at)).not.toContain(thirdId);
    expect(child.process.exitCode).toBeNull();
    child.kill("SIGKILL");
  });

  test.each([
    [
      {
        ".lock": "",
        ".lock_info": { held_by: `pid:${process.pid}`, since: 1, operation: "alert" },
      },
      true,
    ],
    [{ ".lock": "", ".lock_info": { held_by: "pid:2147483646", since: 1, operation: "x" } }, false],
    [{
      ".lock_queue/a.json": {
        id: "a",
        agent: "x",
        operation: "u",
        requested_at: 1,
        host: "h",
        pid: 1,
      },
    }, true],
    [{
      ".lock_queue/a.json": { id: "a", agent: "pid:2147483646", operation: "u", requested_at: 1 },
    }, false],
    [
      { "logs/traces/tr_1.journal.jsonl": { kind: "trace_start", pid: 1, host: "elsewhere" } },
      true,
    ],
    [{ "logs/traces/tr_1.journal.jsonl": { kind: "trace_start" } }, false],
    [{ "logs/traces/tr_1.journal.jsonl": "torn" }, false],
  ])("%j: in use is %s", async (files, isUsed) => {
    const at = home();
    for (const [name, content] of Object.entries(files)) {
      const path = join(at, "sessions", thirdId, name);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    }
    expect((await remove(at, thirdId)).code).toBe(isUsed ? 1 : 0);
    expect(folders(at).includes(thirdId)).toBe(isUsed);
  });
});
