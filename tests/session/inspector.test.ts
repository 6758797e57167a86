import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import inspector from "node:inspector";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { check, type ErrorReport, errorReportSchema } from "../../lib/format/mod.ts";
import { openSession, type OpenSessionOptions } from "../../lib/mod.ts";
import { recorderOf } from "../../lib/session/current.ts";
import { bundleChild, isDeno, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-inspector-"));
let script = "";
let debugged = "";

beforeAll(async () => {
  debugged = await bundleChild(join(import.meta.dirname!, "children/debugged_child.ts"));
  script = await bundleChild(join(import.meta.dirname!, "children/throwing_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

async function run(
  id: string,
  ...words: string[]
): Promise<{ all: ErrorReport[]; output: string }> {
  const child = spawnChild(script, [home, id, ...words]);
  expect(await child.exit, child.errors()).toEqual({ code: 0, signal: null });
  const folder = join(home, "sessions", id, "logs/errors");
  const all = readdirSync(folder).filter((name) => name.includes("_error"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ErrorReport)
    .sort((a, b) => a.error_type < b.error_type ? -1 : 1);
  for (const one of all) expect(check(errorReportSchema, one)).toEqual([]);
  return { all, output: child.output() };
}

// Deno's inspector hangs, so it is never loaded there: the last test of this file is what holds.
describe.skipIf(isDeno)("locals: inspector", () => {
  test("shows the variables of the frames that threw, without secrets, sync and async", async () => {
    const { all: [sync, async] } = await run("on", "inspector");
    expect(sync).toMatchObject({
      locals_source: "inspector",
      local_variables: { item: { id: 2 }, rate: 3 },
    });
    expect(sync!.stack_trace.at(-1)).toMatchObject({
      function: expect.stringContaining("total"),
      locals: { item: { id: 2 }, password: expect.stringContaining("REDACTED") },
    });
    expect(sync!.stack_trace.at(-2)).toMatchObject({ locals: { outer: "kept" } });
    expect(async).toMatchObject({
      locals_source: "inspector",
      local_variables: { step: 7 },
    });
    expect(JSON.stringify(sync)).not.toContain("correct horse");
  });

  test("is off by default, and stops with the session", async () => {
    const { all, output } = await run("off", "none");
    expect(all.map((one) => one.locals_source)).toEqual(["unavailable", "unavailable"]);
    expect(output).toContain("after: unseen");
    expect((await run("on-2", "inspector")).output).toContain("after: unseen");
  });

  test("looks at a bounded number of throws a second", async () => {
    const { output } = await run("many", "inspector", "many");
    expect(output).toMatch(/seen (1\d|20) of 500/);
  });

  test("keeps away where a debugger is attached", async () => {
    const child = spawnChild(script, [home, "debugged", "inspector"], {
      env: { NODE_OPTIONS: "--inspect=127.0.0.1:0" },
    });
    expect((await child.exit).code).toBe(0);
    const folder = join(home, "sessions/debugged/logs/errors");
    const [name] = readdirSync(folder).filter((file) => file.includes("_error"));
    expect(JSON.parse(readFileSync(join(folder, name!), "utf8")).locals_source).toBe("unavailable");
    expect(inspector.url()).toBeUndefined();
  });

  test.each([["none", 0], ["all", 2]])(
    "gives way to a debugger that comes later and pauses on %s; looks at no worker",
    async (state, pauses) => {
      const child = spawnChild(debugged, [mkdtempSync(join(home, "debugged-")), state]);
      expect((await child.exit).code, child.errors()).toBe(0);
      expect(child.output().trim().split("\n")).toEqual([
        "in a worker: false",
        "alone: true",
        "attached: false",
        "a second later: false",
        `pauses of the debugger: ${pauses}`,
      ]);
    },
  );

  test("looks again when the second with too many throws is over", async () => {
    const { output } = await run("again", "inspector", "again");
    expect(output).toContain("again: seen");
  });

  test("looks at the three innermost frames, at a getter once, and at no other realm", () => {
    const options = { name: "top", home: mkdtempSync(join(home, "top-")) };
    const session = openSession({ ...options, locals: "inspector" });
    let read = 0;
    const caught = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        return recorderOf(session)!.thrown.get(error as object);
      }
    };
    const deep = (depth: number): void => {
      if (depth === 5) throw new Error("deep");
      deep(depth + 1);
    };
    const frames = caught(() => deep(0));
    expect(frames?.map(({ locals }) => locals["depth"])).toEqual([5, 4, 3]);
    const holder = caught(() => {
      const value = {
        get now() {
          read += 1;
          throw new Error("in a getter");
        },
      };
      throw new Error(typeof value);
    });
    expect(holder?.[0]?.locals["value"]).toEqual({ now: expect.stringContaining("getter") });
    expect(read).toBe(1);
    expect(caught(() => runInNewContext("throw new TypeError('foreign')"))).toBeUndefined();
    expect(caught(() => deep(4))).toHaveLength(3);
    session.close();
  });

  test("off, the inspector is not even asked for", () => {
    const asked = vi.spyOn(process, "getBuiltinModule");
    const options = { name: "off", home: mkdtempSync(join(home, "off-")) };
    openSession(options).close();
    expect(asked).not.toHaveBeenCalled();
    openSession({ ...options, locals: "inspector", recording: false }).close();
    expect(asked).not.toHaveBeenCalled();
    openSession({ ...options, locals: "inspector" }).close();
    expect(asked).toHaveBeenCalledWith("node:inspector");
    asked.mockRestore();
  });

  test("two sessions that look do not disturb each other, and leave nothing behind", () => {
    const before = Object.getOwnPropertyNames(globalThis);
    const options = { name: "two", home: mkdtempSync(join(home, "two-")), locals: "inspector" };
    const sessions = [1, 2].map(() => openSession(options as OpenSessionOptions));
    const seenBy = () => {
      const error = new Error("seen?");
      expect(() => {
        throw error;
      }).toThrow(error);
      return sessions.map((session) => recorderOf(session)!.thrown.has(error));
    };
    expect(seenBy()).toEqual([true, true]);
    sessions[0]!.close();
    expect(seenBy()).toEqual([false, true]);
    sessions[1]!.close();
    expect(seenBy()).toEqual([false, false]);
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
  });
});

test.runIf(isDeno)("locals: inspector does nothing under Deno, and says so", async () => {
  const { all } = await run("deno", "inspector");
  expect(all.map((one) => one.locals_source)).toEqual(["unavailable", "unavailable"]);
});
