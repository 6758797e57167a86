import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { goodId, goodSession, logLine, makeHome, secondId, stateJson } from "./homes.ts";
import { planloop, programs, temporaryFolder } from "./program.ts";
import { pageText } from "../templates/read_page.ts";

const secret = "sk-ant-api03-" + "Zq8wK3nT7vB1xR5m".repeat(6) + "AA";

/** The report's header, as the app reads it. */
function headerOf(file: string): {
  title: string;
  session: { id: string };
  counts: Record<string, number>;
  redaction: { enabled: boolean };
} {
  const html = pageText(file);
  const match = /<script type="application\/json" id="planloop-header">(.*?)<\/script>/s.exec(html);
  return JSON.parse(match![1]!);
}

describe.each(programs)("$name report", (program) => {
  test("writes one file, prints its path, and a summary on stderr", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await planloop(program, ["report"], { home, cwd });
    expect(code).toBe(0);
    const file = join(cwd, "report", "index.html");
    expect(stdout).toBe(`${file}\n`);
    expect(stderr).toMatch(
      new RegExp(`^${goodId}: 3 log lines, 2 tasks, 1 trace, .*No data problems\\.\n$`),
    );
    expect(headerOf(file)).toMatchObject({
      session: { id: goodId },
      counts: { logs: 3, traces: 1, tasks: 2, tasks_done: 1, problems: 0 },
      redaction: { enabled: true },
    });
  });

  test("--session takes an id, the start of one, or a folder; --quiet says nothing", async () => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const cwd = temporaryFolder();
    for (const wanted of [secondId, "checkout-20261121", join(home, "sessions", secondId)]) {
      const args = ["report", "--session", wanted, "--quiet"];
      const { code, stdout, stderr } = await planloop(program, args, { home, cwd });
      expect([code, stderr], wanted).toEqual([0, ""]);
      expect(headerOf(stdout.trim()).session.id).toBe(secondId);
    }
  });

  test("--split makes a folder, and says how many files; a ticket names the folder", async () => {
    const files = {
      ...goodSession(),
      "logs/errors/tr_1_error.json": JSON.stringify({
        trace_id: "tr_1",
        error_type: "TypeError",
        error_message: "too much",
        local_variables: { blob: randomBytes(200_000).toString("base64") },
      }),
    };
    const home = makeHome({ [goodId]: files });
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await planloop(program, ["report", "--split"], { home, cwd });
    expect([code, stdout]).toEqual([0, `${join(cwd, "report", "index.html")}\n`]);
    expect(stderr).toMatch(/, \d+ KB in 2 files\./);
    const [key] = readdirSync(join(cwd, "report", "data"));
    expect(readdirSync(join(cwd, "report", "data", key!))).toEqual(["0001.js"]);
    const ticket = await planloop(program, ["report", "--split", "--ticket"], { home, cwd });
    expect(ticket.code).toBe(0);
    expect(ticket.stdout).toMatch(/\nAttach the folder `report` \(\d+ KB, 2 files\)/);
    expect(ticket.stderr).toContain(`Attach the folder ${join(cwd, "report")}\n`);
  });

  test("--split puts a small session's records beside the page, too", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    const { code, stderr } = await planloop(program, ["report", "--split"], { home, cwd });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/ KB in 2 files\./)]);
    expect(readdirSync(join(cwd, "report", "data"))).toHaveLength(1);
  });

  test("--split of a session without records says why it is one file", async () => {
    const { "logs/planloop.jsonl": log, ...rest } = goodSession();
    const { "state.json": state } = rest;
    const home = makeHome({ [goodId]: { "state.json": state!, "logs/planloop.jsonl": log! } });
    const cwd = temporaryFolder();
    const { code, stderr } = await planloop(program, ["report", "--split"], { home, cwd });
    expect([code, stderr]).toEqual([0, expect.stringContaining("One file, in spite of --split:")]);
    expect(readdirSync(join(cwd, "report"))).not.toContain("data");
  });

  test("--session takes a folder's path from the working directory, and an id before that", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = join(home, "sessions", goodId, "logs");
    const report = (...args: string[]) =>
      planloop(program, ["report", "--out", temporaryFolder(), ...args], { home, cwd });
    const title = async (wanted: string) => {
      const { code, stdout, stderr } = await report("--session", wanted);
      expect([code, stderr]).toEqual([0, expect.stringContaining("3 log lines")]);
      return headerOf(stdout.trim()).title;
    };
    expect(await title("..")).toBe("Fix the checkout");
    expect(await title(`../../${goodId}`)).toBe("Fix the checkout");
    expect(await title(`../../../sessions/${goodId}/`)).toBe("Fix the checkout");
    const absent = await report("--session", `sessions/${goodId}`);
    expect(absent.code).toBe(1);
    expect(absent.stderr).toContain(`Cannot read a session from ${join(cwd, "sessions", goodId)}`);
    expect(absent.stderr).toMatch(/\.\n$/);
  });

  test("--title and --out are taken as they are", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    const title = `</script><b>"Run" & 42`;
    const args = ["report", "--title", title, "--out", "a/b c"];
    const { code, stdout } = await planloop(program, args, { home, cwd });
    expect([code, stdout]).toEqual([0, `${join(cwd, "a", "b c", "index.html")}\n`]);
    expect(headerOf(stdout.trim()).title).toBe(title);
    expect(pageText(stdout.trim())).toContain("&lt;/script&gt;&lt;b&gt;");
  });

  test("secrets are out by default; --no-redact leaves them in and says so", async () => {
    const files = { ...goodSession(), "logs/planloop.jsonl": logLine(1, `key ${secret}`) };
    const home = makeHome({ [goodId]: files });
    const cwd = temporaryFolder();
    const clean = await planloop(program, ["report", "--out", "clean"], { home, cwd });
    expect(pageText(clean.stdout.trim())).not.toContain(secret);
    expect(headerOf(clean.stdout.trim()).redaction).toMatchObject({
      enabled: true,
      replaced: expect.objectContaining({}),
    });
    const raw = await planloop(program, ["report", "--no-redact", "--out", "raw"], { home, cwd });
    expect(pageText(raw.stdout.trim())).toContain(secret);
    expect(headerOf(raw.stdout.trim()).redaction.enabled).toBe(false);
    expect(raw.stderr).toContain("Secrets were not removed");
  });

  test("overwrites its own report, with the same bytes for the same session", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    const first = await planloop(program, ["report"], { home, cwd });
    const bytes = readFileSync(first.stdout.trim());
    const again = await planloop(program, ["report"], { home, cwd });
    expect(again.code).toBe(0);
    expect(readFileSync(again.stdout.trim()).equals(bytes)).toBe(true);
  });

  test("refuses a folder that it did not make, and touches nothing there", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "report"));
    writeFileSync(join(cwd, "report", "thesis.txt"), "years of work");
    const { code, stdout, stderr } = await planloop(program, ["report"], { home, cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(join(cwd, "report"));
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(readdirSync(join(cwd, "report"))).toEqual(["thesis.txt"]);
  });

  test("refuses a file where the folder should be", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "report"), "a file");
    const { code, stderr } = await planloop(program, ["report"], { home, cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(join(cwd, "report"));
    expect(readFileSync(join(cwd, "report"), "utf8")).toBe("a file");
  });

  test.each([
    ["chekout-20261120T101500Z-1a2b", goodId],
    ["../x", ""],
    ["checkout", secondId],
  ])("--session %s: exit 1, a sentence, no report", async (wanted, named) => {
    const home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
    const cwd = temporaryFolder();
    const args = ["report", "--session", wanted];
    const { code, stdout, stderr } = await planloop(program, args, { home, cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Error: \S/);
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(cwd, "report"))).toBe(false);
  });

  test("an empty home and a missing one: exit 1, naming the home", async () => {
    for (const home of [makeHome({}), join(temporaryFolder(), "none")]) {
      const { code, stderr } = await planloop(program, ["report"], {
        home,
        cwd: temporaryFolder(),
      });
      expect(code).toBe(1);
      expect(stderr).toContain(home);
    }
  });

  test("damage gives a report all the same, with its problems counted", async () => {
    const home = makeHome({
      [goodId]: {
        "state.json": stateJson(goodId).slice(0, 1000),
        "logs/planloop.jsonl": `${logLine(1, "one")}{"timestamp":"2026-11-20\n${logLine(2, "two")}`,
      },
    });
    const log = join(home, "sessions", goodId, "logs", "planloop.jsonl");
    appendFileSync(log, logLine(3, "x".repeat(5_000_000)));
    appendFileSync(log, Buffer.from([0x22, 0xff, 0xfe, 0x0a]));
    mkdirSync(join(home, "sessions", goodId, "logs", "performance.jsonl"));
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await planloop(program, ["report"], { home, cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/\d+ data problems/);
    const { counts } = headerOf(stdout.trim());
    expect(counts["logs"]).toBe(3);
    expect(counts["problems"]).toBeGreaterThanOrEqual(4);
  });

  test("no logs: a report of the state alone", async () => {
    const home = makeHome({ [goodId]: { "state.json": stateJson(goodId) } });
    const { code, stdout } = await planloop(program, ["report"], { home, cwd: temporaryFolder() });
    expect(code).toBe(0);
    expect(headerOf(stdout.trim()).counts).toMatchObject({ tasks: 2, logs: 0 });
  });

  test("--open hands the file to the desktop; without an opener it is a hint", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const cwd = temporaryFolder();
    const opener = join(cwd, "xdg-open");
    writeFileSync(opener, `#!/bin/sh\nprintf '%s' "$1" > opened\n`);
    chmodSync(opener, 0o755);
    const env = { PATH: `${cwd}:${process.env["PATH"]}` };
    const { code, stdout } = await planloop(program, ["report", "--open"], { home, cwd, env });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "opened"), "utf8")).toBe(stdout.trim());
  });

  // The second is stopped while it finds out which traces to show.
  test.each(
    [
      { signal: "SIGINT", scope: [] },
      { signal: "SIGINT", scope: ["--only", "errors"] },
      { signal: "SIGTERM", scope: ["--all", "--only", "errors", "--max-size", "400k"] },
    ] as const,
  )("$signal ends it with 130 and leaves nothing behind: $scope", async (
    { signal, scope },
  ) => {
    const home = makeHome({ [goodId]: goodSession() });
    const log = join(home, "sessions", goodId, "logs", "planloop.jsonl");
    const block = Array.from({ length: 20_000 }, (_, n) => logLine(n % 60, `step ${n}`)).join("");
    for (let n = 0; n < 25; n++) appendFileSync(log, block);
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await planloop(program, ["report", ...scope], {
      home,
      cwd,
      onStart: (child) => {
        // As soon as it has begun to write.
        const timer = setInterval(() => {
          if (!existsSync(join(cwd, "report")) || readdirSync(join(cwd, "report")).length === 0) {
            return;
          }
          clearInterval(timer);
          child.kill(signal);
        }, 5);
      },
    });
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toBe("Interrupted.\n");
    const left = existsSync(join(cwd, "report")) ? readdirSync(join(cwd, "report")) : [];
    expect(left.filter((name) => name !== ".planloop-report")).toEqual([]);
  });
});
