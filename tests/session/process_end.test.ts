import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { rawDamage, readSession } from "../helpers/session_audit.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-ends-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/ending_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

/** How each end looks from outside, as it does without planloop. */
const outcomes: Record<string, { code: number | null; signal: string | null }> = {
  exit: { code: 7, signal: null },
  throw: { code: 1, signal: null },
  reject: { code: 1, signal: null },
  abort: { code: null, signal: "SIGABRT" },
  SIGTERM: { code: null, signal: "SIGTERM" },
  SIGINT: { code: null, signal: "SIGINT" },
  SIGHUP: { code: null, signal: "SIGHUP" },
};

/** The ends after which a process gets no further chance to write. */
const isKill = (end: string) => end === "abort" || end === "SIGHUP";

describe("a process that ends in the middle of a turn", () => {
  const all = ["default", "batch"].flatMap((mode) =>
    Object.keys(outcomes).map((end): [string, string] => [mode, end])
  );
  test.each(all)("%s, %s: keeps what docs/performance.md promises", async (mode, end) => {
    const id = `${mode}-${end}`;
    const child = spawnChild(script, [home, id, mode, end]);
    expect(await child.exit, child.errors()).toEqual(outcomes[end]);
    expect(child.errors()).not.toContain("planloop:");
    const path = join(home, "sessions", id);
    const read = await readSession(id, path);
    expect(read.problems).toEqual([]);
    expect(rawDamage(path)).toMatchObject({ torn: [], wrong: [], temporary: [] });

    const kept = (turn: number) =>
      read.log.filter(({ context }) => context["turn"] === turn).map(({ context }) =>
        context["count"]
      );
    expect(kept(1)).toEqual([...Array(50).keys()]);
    // Gathered lines wait for the end of the turn, which does not come.
    const isTaken = mode === "batch" && isKill(end);
    const whole = [...Array(50).keys()];
    // Another thread may take the signal, and this one end its turn before the process dies.
    if (isTaken && end === "SIGHUP") expect([[], whole]).toContainEqual(kept(2));
    else expect(kept(2)).toEqual(isTaken ? [] : whole);

    const [trace, ...more] = read.traces;
    expect(more).toEqual([]);
    expect(trace!.record.status).toBe("running");
    const { spans } = trace!.record;
    const steps = (turn: number) => spans.filter(({ metadata }) => metadata["turn"] === turn);
    expect(steps(1)).toHaveLength(300);
    expect(spans.filter(({ name }) => name === "open")).toMatchObject([{ status: "running" }]);
    // Beyond the pace of the journal, a signal takes the spans of the last turn.
    const isOwnEnd = end === "exit" || end === "throw" || end === "reject";
    if (isOwnEnd) expect(steps(2)).toHaveLength(300);
    expect(read.errors).toHaveLength(end === "throw" || end === "reject" ? 1 : 0);
  });
});
