import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../lib/format/mod.ts";
import { readCurrentSession } from "../../lib/store/mod.ts";
import { makeUnreadable, state, temporaryFolder, type Tree, writeTree } from "./fixtures.ts";

const id = "größe-漢字-20251118T041455Z-cccc";

function read(tree: Tree) {
  const problems: Problem[] = [];
  const home = writeTree(temporaryFolder(), {
    [`sessions/${id}/state.json`]: state({ session: id }),
    ...tree,
  });
  return { ...readCurrentSession(home, (problem) => problems.push(problem)), home, problems };
}

describe("readCurrentSession", () => {
  test.each([id, `${id}\n`, ` ${id}\r\n`, `\ufeff${id}`])("%j is the session's id", (text) => {
    expect(read({ current_session: text })).toMatchObject({ id, exists: true, problems: [] });
  });

  test.each([{}, { current_session: "" }, { current_session: " \n" }])(
    "%j: none is set",
    (tree: Tree) => {
      expect(read(tree)).toMatchObject({ id: null, exists: false, problems: [] });
    },
  );

  test.each([`${id}x`, "../..", ".", "..", "a/b", `${id}\n${id}`])(
    "%j is given as it stands, and does not exist",
    (text) => {
      expect(read({ current_session: text, x: "" })).toMatchObject({ id: text, exists: false });
    },
  );

  test("a file of that name is no session", () => {
    expect(read({ "sessions/afile": "", current_session: "afile" }))
      .toMatchObject({ id: "afile", exists: false });
  });

  test("a home that is missing has none", () => {
    const home = join(temporaryFolder(), "none");
    expect(readCurrentSession(home)).toEqual({ id: null, exists: false });
  });

  test("what cannot be read is a problem: a folder, a link out of the home", () => {
    const folder = read({ "current_session/": "" });
    expect(folder).toMatchObject({ id: null, exists: false });
    expect(folder.problems).toMatchObject([{ file: "current_session", kind: "unreadable" }]);

    const outside = writeTree(temporaryFolder(), { id });
    const home = temporaryFolder();
    mkdirSync(join(home, "sessions"));
    symlinkSync(join(outside, "id"), join(home, "current_session"));
    const problems: Problem[] = [];
    expect(readCurrentSession(home, (problem) => problems.push(problem)).id).toBeNull();
    expect(problems).toMatchObject([{ file: "current_session", kind: "unsafe" }]);
  });

  test("a file without the right to read it is a problem", () => {
    const { home } = read({ current_session: id });
    if (!makeUnreadable(join(home, "current_session"))) return;
    const problems: Problem[] = [];
    expect(readCurrentSession(home, (problem) => problems.push(problem)).id).toBeNull();
    expect(problems).toMatchObject([{ kind: "unreadable" }]);
  });
});
