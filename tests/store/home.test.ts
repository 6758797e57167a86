import fc from "fast-check";
import { mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  AmbiguousSessionError,
  openHome,
  resolveHome,
  SessionNotFoundError,
} from "../../lib/store/mod.ts";
import { editDistance, nearestIds } from "../../lib/store/nearest.ts";
import { state, temporaryFolder, type Tree, writeTree } from "./fixtures.ts";

const old = "alpha-20251116T041455Z-aaaa";
const mid = "alpha-beta-20251117T041455Z-bbbb";
const recent = "größe-漢字-20251118T041455Z-cccc";

function home(tree: Tree = {}) {
  const sessions = Object.fromEntries(
    [old, mid, recent].map((id) => [`sessions/${id}/state.json`, state({ session: id })]),
  );
  const index = {
    sessions: [old, mid, recent].map((session) => ({ session, name: session, done: false })),
    updated_at: "2025-11-16T04:14:55",
  };
  return openHome(writeTree(temporaryFolder(), { "index.json": index, ...sessions, ...tree }));
}

function failure(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected an error");
}

describe("resolveHome", () => {
  test("takes the option, else PLANLOOP_HOME, else ~/.planloop", () => {
    const env = { PLANLOOP_HOME: "/env/home" };
    expect(resolveHome("/given", env)).toBe(resolve("/given"));
    expect(resolveHome(undefined, env)).toBe(resolve("/env/home"));
    expect(resolveHome("", { PLANLOOP_HOME: "" })).toBe(join(homedir(), ".planloop"));
    expect(resolveHome(undefined, {})).toBe(join(homedir(), ".planloop"));
  });

  test("makes it absolute and expands a leading ~", () => {
    expect(resolveHome("rel/home", {})).toBe(resolve("rel/home"));
    expect(resolveHome("~", {})).toBe(homedir());
    expect(resolveHome("~/x", {})).toBe(join(homedir(), "x"));
    expect(resolveHome("~other", {})).toBe(resolve("~other"));
  });
});

describe("Home.sessions", () => {
  test("gives the folders, newest first, non-ASCII ids too", () => {
    const one = home();
    expect(one.sessions().map(({ id }) => id)).toEqual([recent, mid, old]);
    expect(one.problems).toEqual([]);
    expect(one.sessions()[0]!.state()!.session).toBe(recent);
  });

  test("compares the index with the folders", () => {
    const sessions = [{ session: old }, { session: "gone-20251116T041455Z-dddd" }];
    const one = home({ "index.json": { sessions, updated_at: "2025-11-16T04:14:55" } });
    expect(one.sessions()).toHaveLength(3);
    one.sessions();
    expect(one.problems.map(({ kind, reason }) => [kind, reason.includes("no folder")])).toEqual([
      ["inconsistent", true],
      ["inconsistent", false],
      ["inconsistent", false],
    ]);
  });

  test("a damaged or missing index does not hide sessions", () => {
    const cut = home({ "index.json": '{"sessions": [{"session": "al' });
    expect(cut.sessions()).toHaveLength(3);
    expect(cut.problems[0]).toMatchObject({ file: "index.json", kind: "torn" });
    const folder = home({ "index.json": "" });
    expect(folder.sessions()).toHaveLength(3);
    const none = openHome(writeTree(temporaryFolder(), { [`sessions/${old}/`]: "" }));
    expect(none.sessions()).toHaveLength(1);
    expect(none.problems).toMatchObject([{ file: "index.json", kind: "missing", lost: false }]);
  });

  test("the index stands in where state.json is damaged", () => {
    const sessions = [{
      session: old,
      name: "Old",
      title: "The title",
      last_updated_at: "2025-11-16T05:00:00",
    }];
    const one = home({ "index.json": { sessions }, [`sessions/${old}/state.json`]: "oops" });
    const found = one.findSession(old);
    expect(found.summary()).toMatchObject({
      name: "Old",
      title: "The title",
      updated: Date.UTC(2025, 10, 16, 5),
      has_state: false,
    });
  });

  test("files, hidden folders, bad names and links out of the home are no sessions", () => {
    const outside = writeTree(temporaryFolder(), { "state.json": state() });
    const one = home({
      "sessions/readme.txt": "x",
      "sessions/.trash/state.json": state(),
      "sessions/bad name!/state.json": state(),
    });
    symlinkSync(outside, join(one.path, "sessions", "linked-out"));
    symlinkSync(old, join(one.path, "sessions", "linked-in"));
    symlinkSync("/nowhere", join(one.path, "sessions", "dangling"));
    expect(one.sessions().map(({ id }) => id).sort()).toEqual(
      [old, mid, recent, "linked-in"].sort(),
    );
    const unsafe = one.problems.filter(({ kind }) => kind === "unsafe").map(({ file }) => file);
    expect(unsafe.sort()).toEqual(["sessions/bad name!", "sessions/linked-out"]);
    const others = one.problems.filter(({ kind }) => kind === "unreadable");
    expect(others.map(({ file, reason }) => [file, reason])).toEqual([
      ["sessions/dangling", "Expected a session folder, but it is a link that leads nowhere"],
      ["sessions/readme.txt", "Expected a session folder, but it is a file, not a folder"],
    ]);
    expect(failure(() => one.findSession("linked-out"))).toBeInstanceOf(SessionNotFoundError);
  });

  test("a home that is missing or empty has no session, and no error", () => {
    expect(openHome(join(temporaryFolder(), "none")).sessions()).toEqual([]);
    const empty = openHome(temporaryFolder());
    expect(empty.sessions()).toEqual([]);
    expect(empty.problems).toEqual([]);
    expect(empty.currentSession()).toBeNull();
  });
});

describe("Home.checkReadable", () => {
  test("throws where there is nothing, a file, a dangling link, or a link out of the home", () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    const file = join(writeTree(folder, { file: "x" }), "file");
    const outside = openHome(temporaryFolder());
    symlinkSync(folder, join(outside.path, "sessions"));
    const reasons = [
      [openHome(join(folder, "none")), "it does not exist", false],
      [openHome(join(folder, "link")), "it is a link that leads nowhere", true],
      [openHome(file), "it is a file, not a folder", true],
      [outside, "its folder sessions: The link leads out", true],
    ] as const;
    for (const [one, reason, exists] of reasons) {
      const error = failure(() => one.checkReadable());
      expect(error).toBeInstanceOf(SessionNotFoundError);
      expect(error.message).toContain(`in the home ${one.path}: ${reason}`);
      expect(failure(() => one.findSession("x")).message).toBe(error.message);
      expect(one.exists(), reason).toBe(exists);
    }
  });

  test("passes a home with and without sessions", () => {
    home().checkReadable();
    openHome(temporaryFolder()).checkReadable();
  });
});

describe("Home.findSession", () => {
  test("takes the current session by default", () => {
    expect(home({ current_session: `${mid}\n` }).findSession().id).toBe(mid);
    expect(home({ current_session: ` ${mid} ` }).currentSession()).toBe(mid);
    expect(home({ current_session: "" }).currentSession()).toBeNull();
  });

  test("takes an id, a unique start of one, or a folder", () => {
    const one = home();
    expect(one.findSession(old).id).toBe(old);
    expect(one.findSession("alpha-b").id).toBe(mid);
    expect(one.findSession("größe").id).toBe(recent);
    expect(one.findSession("alpha-b…").id).toBe(mid);
    expect(failure(() => one.findSession("…"))).toBeInstanceOf(SessionNotFoundError);
    expect(failure(() => one.findSession("alpha-…b"))).toBeInstanceOf(SessionNotFoundError);
    expect(one.findSession(join(one.path, "sessions", old)).path).toBe(
      join(one.path, "sessions", old),
    );
    const elsewhere = temporaryFolder();
    mkdirSync(join(elsewhere, "logs"));
    expect(one.findSession(elsewhere).path).toBe(elsewhere);
  });

  test("a folder is found relative to the working directory", () => {
    const folder = writeTree(temporaryFolder(), { "state.json": state() });
    const way = `./${relative(process.cwd(), folder)}`;
    expect(home().findSession(way).path).toBe(folder);
    const missing = failure(() => home().findSession(`${way}-missing`));
    expect(missing.message).toContain(`${folder}-missing: it does not exist`);
    const empty = temporaryFolder();
    expect(failure(() => home().findSession(empty)).message).toContain("neither state.json nor");
  });

  test("a start that several share names them", () => {
    const one = home();
    const error = failure(() => one.findSession("alpha")) as AmbiguousSessionError;
    expect(error).toBeInstanceOf(AmbiguousSessionError);
    expect(error).toMatchObject({ name: "AmbiguousSessionError", wanted: "alpha", home: one.path });
    expect(error.candidates).toEqual([mid, old]);
    expect(error.message).toContain(`${mid}, ${old}`);
  });

  test("an unknown id names the home and the nearest ids", () => {
    const one = home();
    const error = failure(() => one.findSession("alpha-bata")) as SessionNotFoundError;
    expect(error).toBeInstanceOf(SessionNotFoundError);
    expect(error).toMatchObject({ name: "SessionNotFoundError", wanted: "alpha-bata" });
    expect(error.home).toBe(one.path);
    expect(error.nearest[0]).toBe(mid);
    expect(error.message).toContain(one.path);
    expect(error.message).toContain(`Nearest: ${mid}`);
  });

  test("what must not become a path is refused", () => {
    const one = home();
    for (const id of ["../x", "..", "a/b", "a\\b", "a\0b", ".hidden", "a b", "x".repeat(300)]) {
      const error = failure(() => one.findSession(id)) as SessionNotFoundError;
      expect(error, id).toBeInstanceOf(SessionNotFoundError);
      expect(error.message, id).toContain("as a session id");
    }
  });

  test("missing and empty homes, and a missing current session, each say what they are", () => {
    const none = join(temporaryFolder(), "none");
    expect(failure(() => openHome(none).findSession()).message).toContain(
      `${none}: it does not exist`,
    );
    const file = join(writeTree(temporaryFolder(), { f: "x" }), "f");
    expect(failure(() => openHome(file).findSession("x")).message).toContain("not a folder");
    const empty = temporaryFolder();
    expect(failure(() => openHome(empty).findSession("x")).message).toContain("holds no sessions");
    const noCurrent = failure(() => home().findSession()) as SessionNotFoundError;
    expect(noCurrent.message).toContain("no current session");
    expect(noCurrent.nearest).toEqual([recent, mid, old]);
    const gone = failure(() => home({ current_session: "alpha-2" }).findSession());
    expect(gone.message).toMatch(/current session "alpha-2" is not in/);
    const evil = failure(() => home({ current_session: "../../etc" }).findSession());
    expect(evil).toBeInstanceOf(SessionNotFoundError);
  });
});

describe("nearestIds", () => {
  test("prefers ids that contain the text, then those with few edits", () => {
    const ids = ["zeta-20251116T041455Z-aaaa", "quality-20251116T041455Z-bbbb", old];
    expect(nearestIds("qualty", ids)[0]).toBe(ids[1]);
    expect(nearestIds("eta", ids)[0]).toBe(ids[0]);
    expect(nearestIds("x", [])).toEqual([]);
  });

  test("editDistance: property: is symmetric, 0 for equal texts, at most the longer length", () => {
    const text = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
      { numRuns: 100 },
    );
    expect(editDistance("kitten", "sitting")).toBe(3);
  });
});
