import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSession, type OpenSessionOptions } from "../../lib/mod.ts";
import { unseenLinesMax, unseenMsMax } from "../../lib/record/append.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { rawDamage, readSession } from "../helpers/session_audit.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-removed-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A session on the real disk: only there does a removed file go on taking lines. */
function open(options: Partial<OpenSessionOptions> = {}) {
  const warnings: string[] = [];
  const real = systemRuntime();
  const warn = (line: string) => void warnings.push(line);
  const runtime = { ...real, process: { ...real.process, warn } };
  const home = mkdtempSync(join(root, "home-"));
  const session = openSession({ name: "s", home, id: "s", runtime, ...options });
  const lines = () => {
    const log = join(session.path, "logs/planloop.jsonl");
    if (!existsSync(log)) return [];
    return readFileSync(log, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  };
  return { session, warnings, lines, remove: () => rmSync(session.path, { recursive: true }) };
}

describe("a session whose folder is removed while it records", () => {
  test("notices within a bounded number of lines, goes on in a new one, and says so", () => {
    const { session, warnings, lines, remove } = open();
    for (let count = 0; count < 10; count += 1) session.info("before");
    remove();
    for (let count = 0; count < 300; count += 1) session.info("after", { count });
    const [first, ...others] = lines();
    expect(first).toMatchObject({
      event: "recorder_recovered",
      context: { lost: unseenLinesMax, reason: expect.stringContaining("removed") },
    });
    expect(others.map(({ context }) => context.count)).toEqual(
      Array.from({ length: 300 - unseenLinesMax + 10 }, (_, index) => index + unseenLinesMax - 10),
    );
    expect(warnings).toEqual([expect.stringContaining("planloop.jsonl while it was written")]);
    session.close();
  });

  test("notices within a second where lines come slowly", async () => {
    const { session, lines, remove } = open();
    session.info("before");
    remove();
    session.info("lost");
    await new Promise((resolve) => setTimeout(resolve, unseenMsMax + 100));
    session.info("after");
    expect(lines().map(({ message }) => message)).toEqual([
      "after",
      "Recording works again: 2 record(s) were lost",
    ]);
    session.close();
  });

  test("gathered lines are counted too, and a loss at the very end is said", async () => {
    const { session, warnings, remove } = open({ batch: true });
    session.info("before");
    await new Promise((resolve) => setImmediate(resolve));
    remove();
    session.info("lost");
    expect(warnings).toEqual([]);
    session.close();
    expect(warnings).toHaveLength(1);
    expect(existsSync(session.path)).toBe(false);
  });

  test("keeps every record that ends later, and readers take what is there", async () => {
    const { session, remove } = open();
    session.trace("whole", () => {
      session.span("before", () => {});
      remove();
      session.span("after", () => {});
      session.captureError(new Error("later"));
    });
    session.metric("a.b", 1);
    session.close();
    const read = await readSession("s", session.path);
    expect(read.traces).toHaveLength(1);
    expect(read.traces[0]!.record.spans.map(({ name }) => name)).toEqual(["before", "after"]);
    expect(read.errors).toHaveLength(1);
    expect(read.metrics.map(({ metric }) => metric)).toEqual(["command.duration", "a.b"]);
    expect(read.problems.map(({ file, kind }) => `${file} ${kind}`)).toEqual([
      "state.json missing",
      "PLAN.md missing",
    ]);
    expect(rawDamage(session.path)).toEqual({ torn: [], wrong: [], temporary: [] });
  });

  test("an update fails with the file's name, and the next session begins the folder anew", async () => {
    const { session, remove } = open();
    remove();
    await expect(session.updateState(() => {})).rejects.toThrow(session.path);
    session.close();
    const next = openSession({ name: "s", home: session.home, id: "s" });
    expect((await next.updateState(() => {})).version).toBe(2);
    next.close();
  });

  test("a folder that was moved keeps its log", () => {
    const { session, warnings } = open();
    session.info("before");
    const moved = `${session.path}-moved`;
    systemRuntime().files.rename(session.path, moved);
    for (let count = 0; count < 300; count += 1) session.info("after");
    session.close();
    const log = readFileSync(join(moved, "logs/planloop.jsonl"), "utf8");
    expect(log.trimEnd().split("\n")).toHaveLength(301);
    expect(existsSync(session.path)).toBe(false);
    expect(warnings).toEqual([]);
  });
});
