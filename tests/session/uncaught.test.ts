import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, errorReportSchema } from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";
import { bundleChild, isDeno, removeBundles, spawnChild } from "../helpers/child.ts";
import { type FakeRuntime, fakeRuntime } from "../../lib/runtime/mod.ts";

function reports(runtime: FakeRuntime, session: Session): string[] {
  return runtime.files.paths().filter((path) =>
    path.startsWith(`${session.path}/logs/errors/`) && path.includes("_error")
  );
}

describe("session.captureUncaught", () => {
  test("takes what nobody caught, instead of the session that was opened last", () => {
    const runtime = fakeRuntime();
    const first = openSession({ name: "first", runtime });
    const last = openSession({ name: "last", runtime });
    const stop = first.captureUncaught();
    runtime.process.uncaught(new Error("one"));
    runtime.process.uncaught(new Error("two"), "unhandledRejection");
    expect(reports(runtime, first)).toHaveLength(2);
    expect(reports(runtime, last)).toHaveLength(0);
    const log = runtime.files.readText(`${first.path}/logs/planloop.jsonl`);
    expect(log).toContain('"origin":"uncaughtException"');
    expect(log).toContain('"origin":"unhandledRejection"');
    stop();
    runtime.process.uncaught(new Error("three"));
    expect(reports(runtime, last)).toHaveLength(1);
    last.run(() => {
      first.captureUncaught();
      runtime.process.uncaught(new Error("inside the other session's flow"));
    });
    expect(reports(runtime, last)).toHaveLength(2);
    first.close();
    runtime.process.uncaught(new Error("four"));
    expect(reports(runtime, last)).toHaveLength(3);
    last.close();
  });
});

describe("session.captureUncaught, in a process that dies of it", () => {
  const root = mkdtempSync(join(tmpdir(), "planloop-uncaught-"));
  let script = "";
  beforeAll(async () => {
    script = await bundleChild(join(import.meta.dirname!, "children/uncaught_child.ts"));
  });
  afterAll(() => {
    removeBundles();
    rmSync(root, { recursive: true, force: true });
  });

  async function die(how: string) {
    const home = mkdtempSync(join(root, "home-"));
    const child = spawnChild(script, [home, how]);
    const exit = await child.exit;
    const folder = join(home, "sessions/dying/logs/errors");
    const reports = readdirSync(folder).filter((name) => /_error(_\d+)?\.json$/.test(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
    for (const one of reports) expect(check(errorReportSchema, one)).toEqual([]);
    return { exit, reports, child };
  }

  test.each([
    ["throw", "RangeError", "thrown"],
    ["timer", "RangeError", "thrown"],
    ["text", "string", "only a text"],
    ["reject", "TypeError", "rejected"],
    ["later", "TypeError", "rejected later"],
  ])("%s: one report with its source line, and the process ends as without planloop", async (
    how,
    error_type,
    error_message,
  ) => {
    const { exit, reports, child } = await die(how);
    const bare = spawnChild(script, ["bare", how]);
    expect(exit).toEqual(await bare.exit);
    expect(child.errors()).toContain(error_message);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ error_type, error_message });
    if (how !== "text") {
      expect(reports[0].stack_trace.at(-1)).toMatchObject({
        code: expect.stringContaining(`new ${error_type}`),
      });
    }
  });

  // Deno does not tell in which flow an uncaught error was thrown.
  test.skipIf(isDeno)(
    "an error in a timer of a trace is the trace's, with its variables",
    async () => {
      const { reports } = await die("timer");
      expect(reports[0]).toMatchObject({ operation: "job", local_variables: { file: "a.ts" } });
    },
  );

  test("a worker that dies reports by itself, and its process goes on", async () => {
    const { exit, reports, child } = await die("worker");
    expect(exit).toEqual({ code: 0, signal: null });
    expect(child.output()).toContain("the worker died: thrown");
    expect(reports).toMatchObject([{ error_type: "RangeError", error_message: "thrown" }]);
  });
});
