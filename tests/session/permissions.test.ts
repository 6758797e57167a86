import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";
import { bundleChild, removeBundles } from "../helpers/child.ts";

// Deno gives its own permissions to a child whose path is the one it runs from.
const deno = fileURLToPath(new URL("../../node_modules/.bin/deno", import.meta.url));
let script = "";
let home = "";

beforeAll(async () => {
  script = await bundleChild(
    fileURLToPath(new URL("./children/permission_child.ts", import.meta.url)),
  );
});
afterAll(removeBundles);
beforeEach(() => home = mkdtempSync(join(tmpdir(), "planloop-permissions-")));
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Answer {
  recording: boolean;
  home: string;
  lock: string;
  alive: boolean;
  isSomewhere: boolean;
}

/** Runs the child under Deno with these permissions and no others. */
async function run(
  permissions: string[],
  lockMs = 5000,
): Promise<{ told: Answer; errors: string }> {
  const args = [id, String(lockMs), String(process.pid)];
  const child: ChildProcess = spawn(
    deno,
    ["run", "--no-prompt", "--no-lock", ...permissions, script, ...args],
    { env: { ...process.env, PLANLOOP_HOME: home, NO_COLOR: "1" } },
  );
  let output = "";
  let errors = "";
  child.stdout!.setEncoding("utf8").on("data", (text) => output += text);
  child.stderr!.setEncoding("utf8").on("data", (text) => errors += text);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect(code, errors).toBe(0);
  return { told: JSON.parse(output) as Answer, errors };
}

const id = "limited";
const files = ["--allow-read", "--allow-write"];
const log = () => readFileSync(join(home, "sessions", id, "logs/planloop.jsonl"), "utf8");

describe("a Deno program", () => {
  test.each([
    ["what the guide names", [...files, "--allow-env", "--allow-sys"]],
    ["nothing of the system", [...files, "--allow-env"]],
    ["one variable", [...files, "--allow-env=PLANLOOP_HOME"]],
  ])("records with %s", async (_, permissions) => {
    const { told, errors } = await run(permissions);
    expect(errors).toBe("");
    expect(told).toMatchObject({ recording: true, home, lock: "taken", isSomewhere: true });
    expect(log()).toContain('"message":"Here"');
    expect(readdirSync(join(home, "sessions", id, "logs/errors"))).toHaveLength(2);
  });

  test("goes on without any permission, and says once that nothing is recorded", async () => {
    const { told, errors } = await run([]);
    expect(told).toMatchObject({ recording: false, lock: "taken" });
    expect(errors.trim().split("\n")).toEqual([
      expect.stringMatching(/^planloop: Cannot open the session in .*allow-write/),
    ]);
    expect(readdirSync(home)).toEqual([]);
  });

  test("that may not ask who lives takes no lock from a process that does", async () => {
    const session = openSession({ name: "holder", id, home });
    const lock = await session.lock("holding");
    const { told } = await run([...files, "--allow-env", "--allow-sys"], 300);
    expect(told).toMatchObject({ lock: "timeout", alive: true });
    expect(log()).not.toContain("lock_broken");
    lock.release();
    session.close();
  });

  test("that may not ask who lives leaves a running trace its journal", async () => {
    const session = openSession({ name: "holder", id, home });
    const traces = join(home, "sessions", id, "logs/traces");
    const journals = () => readdirSync(traces).filter((name) => name.endsWith(".journal.jsonl"));
    await session.trace("long", async () => {
      expect(journals()).toHaveLength(1);
      await run([...files, "--allow-env", "--allow-sys"]);
      expect(journals()).toHaveLength(1);
    });
    session.close();
    expect(journals()).toEqual([]);
  });
});
