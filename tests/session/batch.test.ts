import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";
import { gatheredBytesMax } from "../../lib/record/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-batch-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/recorder_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

const linesOf = (id: string) =>
  readFileSync(join(home, "sessions", id, "logs/planloop.jsonl"), "utf8").split("\n")
    .filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));

function machine(options: { batch?: boolean } = { batch: true }) {
  const runtime = fakeRuntime();
  const session = openSession({ name: "s", id: "s", runtime, ...options });
  const path = `${session.path}/logs/planloop.jsonl`;
  const lines = () =>
    runtime.files.exists(path)
      ? runtime.files.readText(path).trimEnd().split("\n").map((line) => JSON.parse(line))
      : [];
  return { runtime, session, lines, path };
}

describe("openSession with batch", () => {
  test("gathers the lines of a turn and writes them at its end, in order, at once", () => {
    const { runtime, session, lines } = machine();
    for (let count = 0; count < 10; count += 1) session.info(`${count}`);
    session.metric("a.b", 1);
    expect(lines()).toEqual([]);
    const writes = runtime.files.calls("write");
    runtime.endTurn();
    expect(runtime.files.calls("write")).toBe(writes + 2);
    expect(lines().map(({ message }) => message)).toEqual([..."0123456789"]);
    session.info("next");
    session.close();
    expect(lines().at(-1)).toMatchObject({ message: "next" });
  });

  test("writes within a turn what grows too long to wait", () => {
    const { session, lines } = machine();
    session.info("x".repeat(gatheredBytesMax));
    expect(lines()).toHaveLength(1);
  });

  test("writes when the process is asked to end, and listens no more once closed", () => {
    const { runtime, session, lines } = machine();
    session.info("last");
    runtime.process.terminate();
    expect(lines()).toHaveLength(1);
    session.close();
    session.info("reopened");
    runtime.process.terminate();
    expect(lines()).toHaveLength(1);
  });

  test("counts what a full disk took, and tells it when writing works again", () => {
    const { runtime, session, lines } = machine();
    runtime.files.fail({ operation: "write", code: "ENOSPC", times: 1 });
    for (let count = 0; count < 7; count += 1) session.info("lost");
    runtime.endTurn();
    session.info("a");
    runtime.endTurn();
    session.info("b");
    runtime.endTurn();
    expect(lines().map(({ message }) => message)).toEqual([
      "a",
      "b",
      "Recording works again: 7 record(s) were lost",
    ]);
  });
});

describe("session.close", () => {
  test("tells what was lost, where no line came after it", () => {
    const { runtime, session, lines } = machine({});
    runtime.files.fail({ operation: "openAppend", code: "EMFILE", path: /performance/ });
    session.metric("steps.count", 1);
    expect(lines()).toEqual([]);
    session.close();
    expect(lines()).toMatchObject([{ event: "recorder_recovered", context: { lost: 1 } }]);
  });

  test("tells nothing where nothing was lost", () => {
    const { runtime, session, path } = machine({});
    session.close();
    expect(runtime.files.exists(path)).toBe(false);
  });
});

describe("a process that gathers its lines", () => {
  test("loses none of a turn that was over when it was killed", async () => {
    for (const [index, turn] of [3, 40, 97].entries()) {
      const child = spawnChild(script, [home, `killed-${index}`, "batch-loop"]);
      await child.waitFor(`\n${turn}\n`);
      child.kill("SIGKILL");
      expect((await child.exit).signal).toBe("SIGKILL");
      const acknowledged = Number(child.output().trimEnd().split("\n").at(-1));
      const kept = linesOf(`killed-${index}`).filter(({ context }) => context.turn <= acknowledged);
      expect(kept).toHaveLength((acknowledged + 1) * 50);
    }
  });

  test("loses nothing when it comes to its end", async () => {
    const child = spawnChild(script, [home, "end", "batch-end"]);
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(linesOf("end").map(({ context }) => context.count)).toEqual([...Array(50).keys()]);
  });
});
