import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SessionIndex } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";

let script = "";
let home = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/registering_child.ts"));
});
afterAll(removeBundles);
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planloop-registry-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const index = (): SessionIndex =>
  JSON.parse(readFileSync(join(home, "index.json"), "utf8")) as SessionIndex;
const registered = (): string[] => index().sessions.map(({ session }) => session).sort();
const open = (id: string): void => openSession({ name: id, home, id }).close();
const claim = (): string => join(home, ".index_claim");

/** What a process leaves that was killed while it wrote the registry. */
function leaveClaim(pid: number): void {
  const text = JSON.stringify({
    id: "3f2b1c9e-8a57-4d0e-9f10-6a2b7c4d5e6f",
    agent: `pid:${pid}`,
    operation: "index",
    requested_at: Date.now() / 1000,
    pid,
    host: systemRuntime().process.hostname,
  });
  writeFileSync(claim(), text);
}

describe("openSession's registry", () => {
  test("loses no row where several processes open sessions at once", async () => {
    const [processes, sessions] = [6, 8];
    const children = Array.from(
      { length: processes },
      (_, number) => spawnChild(script, [home, `s${number}`, String(sessions)], { input: true }),
    );
    await Promise.all(children.map((child) => child.waitFor("ready")));
    for (const child of children) child.process.stdin!.end("go\n");
    for (const child of children) {
      expect(await child.exit, child.errors()).toEqual({ code: 0, signal: null });
    }
    const ids = children.flatMap((_, number) =>
      Array.from({ length: sessions }, (_, count) => `s${number}-${count}`)
    );
    expect(registered()).toEqual(ids.sort());
    // Nor is a row's change lost.
    for (const row of index().sessions) expect(row.title).toBe(`changed ${row.session}`);
    expect(readdirSync(home).sort()).toEqual(["current_session", "index.json", "sessions"]);
  }, 60_000);

  test("is written after a process was killed while it wrote it", () => {
    open("first");
    leaveClaim(999_999_999);
    open("second");
    expect(registered()).toEqual(["first", "second"]);
    expect(existsSync(claim())).toBe(false);
  });

  test("is written, after a moment, where another process stands still in it", () => {
    open("first");
    leaveClaim(process.pid);
    // It waits for 40 times 2 ms, and not for the claim's end, which never comes.
    open("second");
    expect(registered()).toEqual(["first", "second"]);
    expect(existsSync(claim())).toBe(true);
  });

  test("gets rows back that another writer dropped", () => {
    for (const id of ["first", "second", "third"]) open(id);
    const text = readFileSync(join(home, "index.json"), "utf8");
    const sessions = index().sessions.filter(({ session }) => session !== "second");
    writeFileSync(join(home, "index.json"), JSON.stringify({ ...index(), sessions }));
    open("fourth");
    expect(registered()).toEqual(["first", "fourth", "second", "third"]);
    const before = (JSON.parse(text) as SessionIndex).sessions;
    for (const row of before) expect(index().sessions).toContainEqual(row);
  });

  test("has no rows for folders that are no sessions", () => {
    open("first");
    rmSync(join(home, "sessions/first/state.json"));
    open("second");
    writeFileSync(join(home, "sessions/second/state.json"), '{"session": "else"}');
    rmSync(join(home, "index.json"));
    open("third");
    expect(registered()).toEqual(["third"]);
  });

  test("is not written again for a session that it knows", () => {
    open("first");
    utimesSync(join(home, "index.json"), 1, 1);
    open("first");
    expect(statSync(join(home, "index.json")).mtimeMs).toBe(1000);
  });
});
