import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { check, errorReportSchema } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-surroundings-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("reports of one trace show its locks, state, model calls and spans as they are at each error", async () => {
  const session = openSession({ name: "a", home, recordLlm: true });
  const broken = new Error("first", { cause: new RangeError("why") });
  const load = session.captureErrorContext(async function load(path: string) {
    await sleep(1);
    if (path !== "") throw broken;
  }, { locals: () => ({ tried: 3 }) });
  const traceId = await session.trace("repair", async (trace) => {
    trace.set({ goal: "green" });
    await session.llm({ provider: "p", model: "m", request: { messages: [] } }, () => ({
      content: "try again",
    }));
    await session.updateState((state) => void (state.next_steps = ["one"]));
    await session.span("outer", async (outer) => {
      outer.set({ round: 1 });
      await sleep(1);
      const lock = await session.lock("patch");
      await session.span("inner", { file: "a.ts" }, async (inner) => {
        inner.set({ round: 2 });
        await expect(load("a.md")).rejects.toBe(broken);
      });
      lock.release();
    });
    await session.updateState((state) => void (state.next_steps = ["two"]));
    session.captureError(new Error("second"));
    return trace.id;
  });
  session.close();
  const folder = join(session.path, "logs/errors");
  const read = (name: string) => JSON.parse(readFileSync(join(session.path, name), "utf8"));
  const names = [`${traceId}_error.json`, `${traceId}_error_002.json`];
  expect(readdirSync(folder).filter((name) => name.includes("_error")).sort()).toEqual(names);
  const [first, second] = names.map((name) => read(`logs/errors/${name}`));
  for (const one of [first, second]) expect(check(errorReportSchema, one)).toEqual([]);
  expect(first).toMatchObject({
    error_message: "first",
    function: "load",
    operation: "repair",
    arguments: ["a.md"],
    local_variables: { path: "a.md", goal: "green", round: 2, tried: 3 },
    causes: [{ error_type: "RangeError", relation: "cause" }],
    open_spans: [
      { name: "outer", variables: { round: 1 } },
      { name: "inner", metadata: { file: "a.ts" }, variables: { round: 2 } },
    ],
    held_locks: [{ operation: "patch" }],
  });
  expect(first.stack_trace.at(-1)).toMatchObject({ file: import.meta.filename });
  expect(first.stack_trace.at(-1).code).toContain("first");
  expect(second).toMatchObject({ error_message: "second", held_locks: [], open_spans: [] });
  for (const [one, step] of [[first, "one"], [second, "two"]]) {
    expect(read(one.state_snapshot_path)).toMatchObject({ next_steps: [step] });
    const links = [one.llm_transcript_link].flat();
    expect(links).toHaveLength(1);
    expect(existsSync(join(session.path, links[0]))).toBe(true);
  }
});
