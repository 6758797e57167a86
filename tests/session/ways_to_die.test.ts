import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FindingsFold, LockFold } from "../../lib/analyse/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, isDeno, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-dying-"));
let script = "";
beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/dying_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

/** What a reader finds in a session. */
async function read(id: string) {
  const session = new StoredSession(id, join(home, "sessions", id));
  const findings = new FindingsFold();
  const locks = new LockFold();
  const messages: string[] = [];
  for await (const batch of session.log()) {
    for (const record of batch) {
      messages.push(record.message);
      findings.addLog(record);
      locks.add(record);
    }
  }
  const traces = [];
  for await (const { record, file } of session.traces()) {
    traces.push(record);
    findings.addTrace(record, file);
  }
  const calls = [];
  for await (const { record } of session.llmTranscripts()) calls.push(record);
  const facts = { state: session.state(), locks: locks.finish(), problems: [] };
  const found = findings.finish(facts);
  return { messages, traces, calls, locks: facts.locks, found };
}

/** `666 ms` or `1.25 s`, in milliseconds. */
function milliseconds(text: string | undefined): number {
  const [, amount, unit] = /^([\d.]+) (ms|s)$/.exec(text ?? "") ?? [];
  return Number(amount) * (unit === "s" ? 1000 : 1);
}

const ways = ["kill", "term", "abort", "exit", "throw"];

test.each(ways)("a process that dies by %s leaves all that it was at", async (how) => {
  const child = spawnChild(script, [home, how, how]);
  const { code, signal } = await child.exit;
  expect([code, signal]).not.toEqual([0, null]);

  const before = await read(how);
  expect(before.messages).toContain("last words");
  // A process's own end is told to planloop, but by Deno not that by an error that nobody caught.
  const wasTold = how === "exit" || (how === "throw" && !isDeno);
  const [trace] = before.traces;
  expect(before.traces).toHaveLength(1);
  expect(trace).toMatchObject({ operation: "suggest", completed_at: null, status: "running" });
  const open = trace!.spans.filter(({ status }) => status === "running");
  expect(open.map(({ name }) => name)).toContain("outer");
  expect(before.calls).toMatchObject([{
    response: { content: expect.stringMatching(/^word0 word1 (word\d+ )*/) },
    ...(wasTold ? { stream: { aborted: true } } : { status: "running" }),
  }]);
  // Its own end gives the lock back; who is killed is seen to hold it.
  const outcome = wasTold ? "released" : "held";
  expect(before.locks).toMatchObject([{ operation: "deploy", outcome }]);

  const [never] = before.found.filter(({ kind }) => kind === "open_at_death");
  const age = milliseconds(/outer for ([\d.]+ m?s)/.exec(never!.detail)?.[1]);
  expect(age, never!.detail).toBeGreaterThan(600);

  openSession({ name: "later", home, id: how }).close();
  const after = await read(how);
  expect(after.traces).toHaveLength(1);
  expect(after.traces[0]).toMatchObject({ status: "running", spans: trace!.spans });
  expect(after.calls[0]!.response).toEqual(before.calls[0]!.response);
  const names = readdirSync(join(home, "sessions", how, "logs"), { recursive: true });
  expect(names.filter((name) => String(name).includes("journal"))).toEqual([]);
});
