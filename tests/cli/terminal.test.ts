/**
 * What a person at a terminal sees: the same commands, in this process, with a terminal's output.
 *
 * @module
 */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../cli/main.ts";
import { fakeIo, fakeOutput } from "./fake_io.ts";
import { goodId, goodSession, makeHome, secondId, stateJson } from "./homes.ts";
import { temporaryFolder } from "./program.ts";

describe("sessions list at a terminal", () => {
  test("prints a table, the current session marked", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const io = fakeIo();
    expect(await main(["sessions", "list", "--home", home], io)).toBe(0);
    const lines = io.stdout.text.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ +ID +TITLE +STATUS +UPDATED \(UTC\) +TASKS$/);
    expect(lines).toHaveLength(3);
    const current = lines.filter((line) => line.startsWith("*"));
    expect(current).toHaveLength(1);
    expect(current[0]).toMatch(
      new RegExp(`^\\*  ${goodId}  Fix the checkout  task    2026-11-20 10:45 +1/2$`),
    );
    expect(io.stderr.text).toBe("");
  });

  test("--json prints JSON there too", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const io = fakeIo();
    await main(["sessions", "list", "--json", "--home", home], io);
    expect(JSON.parse(io.stdout.text).sessions).toHaveLength(1);
  });

  test("an empty home says so, and what to try", async () => {
    const home = makeHome({});
    const io = fakeIo();
    expect(await main(["sessions", "list", "--home", home], io)).toBe(0);
    expect(io.stdout.text).toBe("");
    expect(io.stderr.text).toContain(home);
    expect(io.stderr.text).toContain("planloop demo");
  });

  test("a recorded title cannot drive the terminal", async () => {
    const home = makeHome({ [goodId]: { "state.json": stateJson(goodId, "\x1b]0;owned\x07") } });
    const io = fakeIo();
    await main(["sessions", "list", "--home", home], io);
    for (const character of ["\x07", "\x1b"]) expect(io.stdout.text).not.toContain(character);
    expect(io.stdout.text).toContain("\\u{1b}]0;owned");
  });

  test("problems are told on stderr, with the session's file", async () => {
    const home = makeHome({ [goodId]: { "state.json": stateJson(goodId).slice(0, 700) } });
    const io = fakeIo();
    expect(await main(["sessions", "list", "--home", home], io)).toBe(0);
    expect(io.stderr.text).toMatch(/^\d+ data problems?:/);
    expect(io.stderr.text).toContain(`sessions/${goodId}/state.json`);
  });
});

describe("sessions info at a terminal", () => {
  test("prints facts, tasks and files", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const io = fakeIo();
    expect(await main(["sessions", "info", "--home", home], io)).toBe(0);
    const text = io.stdout.text;
    expect(text).toContain(`Session  ${goodId} (current)\n`);
    expect(text).toContain("Status   task\n");
    expect(text).toContain("Recorded 3 log lines, 1 trace, 0 model calls, 0 errors,");
    expect(text).toMatch(/^ +2 +IN_PROGRESS +fix +Fix the rounding +1$/m);
    expect(text).toMatch(/^state\.json +\d\.\d KB$/m);
    expect(text).toContain(`Folder   ${join(home, "sessions", goodId)}\n`);
  });

  test("colours only where the output has them", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const io = fakeIo({ stdout: fakeOutput({ hasColours: true }) });
    await main(["sessions", "info", "--home", home], io);
    expect(io.stdout.text).toContain("\x1b[1m");
  });
});

describe("main", () => {
  test("an error is one sentence; PLANLOOP_DEBUG=1 adds where it came from", async () => {
    const home = join(temporaryFolder(), "none");
    const quiet = fakeIo();
    expect(await main(["sessions", "info", "x", "--home", home], quiet)).toBe(1);
    expect(quiet.stderr.text).toMatch(/^Error: \S/);
    expect(quiet.stderr.text).not.toMatch(/^\s+at /m);
    const loud = fakeIo({ env: { PLANLOOP_DEBUG: "1" } });
    expect(await main(["sessions", "info", "x", "--home", home], loud)).toBe(1);
    expect(loud.stderr.text).toMatch(/^\s+at /m);
  });

  test("an interrupted command ends with 130", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const io = fakeIo({ interrupted: AbortSignal.abort() });
    expect(await main(["sessions", "info", "--home", home], io)).toBe(130);
    expect(io.stdout.text).toBe("");
  });
});
