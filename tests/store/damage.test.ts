import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { all, state } from "./fixtures.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 1));
const text = (value: string) => new TextEncoder().encode(value);

const files: [string, Uint8Array][] = [
  ["state.json", json(state())],
  ["PLAN.md", text("---\ntitle: 'A demo'\ntags: []\n---\n\n# Plan\n")],
  ["deadlock.json", json({ last_state_hash: "", no_progress_counter: 0 })],
  [".lock", text("")],
  [".lock_info", json({ held_by: "pid:1", since: 1.5, operation: "update" })],
  [".lock_queue/a.json", json({ id: "a", agent: "x", operation: "update", requested_at: 1 })],
  ["logs/planloop.jsonl", text('{"timestamp":"2025-11-16T04:15:00Z","message":"m"}\n'.repeat(3))],
  [
    "logs/planloop.log",
    text("2025-11-15 20:15:01,000 [INFO] Session created: s-20251116T041501Z-aaaa\nmore\n"),
  ],
  ["logs/performance.jsonl", text('{"timestamp":"2025-11-16","metric":"m","value":1}\n')],
  ["logs/agent-transcript.jsonl", text('{"type":"note","timestamp":"t","message":"n"}\n')],
  ["logs/traces/t.json", json({ trace_id: "t", spans: [{ name: "a", duration_ms: 1 }] })],
  ["logs/traces/u.journal.jsonl", text('{"kind":"trace_start","trace_id":"u"}\n')],
  ["logs/errors/t_error.json", json({ error_type: "E", stack_trace: [{ file: "a", line: 1 }] })],
  ["logs/llm_transcripts/t_llm.json", json({ request: { prompt: "p" }, response: "r" })],
  ["logs/diffs/t_diff.json", json({ changes: { a: { old: 1, new: 2 } } })],
];

async function readAll(session: StoredSession): Promise<void> {
  session.summary();
  session.plan();
  session.feedback();
  session.deadlock();
  session.lockInfo();
  session.lockQueue();
  session.agentTranscript();
  session.files();
  await all(session.log());
  await all(session.metrics());
  await all(session.traces());
  await all(session.errors());
  await all(session.llmTranscripts());
  await all(session.diffs());
}

function sessionOf(damaged: string, bytes: Uint8Array): StoredSession {
  const runtime = fakeRuntime();
  for (const folder of [".lock_queue", "traces", "errors", "llm_transcripts", "diffs"]) {
    runtime.files.createDirectory(folder.startsWith(".") ? `/s/${folder}` : `/s/logs/${folder}`);
  }
  for (const [file, whole] of files) {
    runtime.files.writeFileAtomic(`/s/${file}`, file === damaged ? bytes : whole);
  }
  return new StoredSession("s", "/s", { runtime });
}

test("StoredSession: the undamaged session has no problem", async () => {
  const session = sessionOf("", new Uint8Array());
  await readAll(session);
  expect(session.problems).toEqual([]);
});

test("StoredSession: property: any file cut and with flipped bits is read without an error", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.nat(),
      fc.array(fc.tuple(fc.nat(), fc.nat(7)), { maxLength: 6 }),
      async (index, end, flips) => {
        const [file, whole] = files[index]!;
        const bytes = whole.slice(0, end % (whole.length + 1));
        for (const [at, bit] of flips) {
          if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << bit;
        }
        const session = sessionOf(file, bytes);
        await readAll(session);
        for (const problem of session.problems) {
          expect(problem.reason).not.toMatch(/undefined|\[object/);
        }
      },
    ),
    { numRuns: 150 },
  );
});
