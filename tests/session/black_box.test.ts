import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check, llmTranscriptSchema } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-black-box-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/stream_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

async function calls(id: string) {
  const session = new StoredSession(id, join(home, "sessions", id));
  const found = [];
  for await (const stored of session.llmTranscripts()) found.push(stored);
  expect(session.problems).toEqual([]);
  return found;
}

test("a killed process leaves its model's half answer, read before and after it is folded", async () => {
  const child = spawnChild(script, [home, "half"]);
  await child.waitFor("\n60\n");
  const [live] = await calls("half");
  expect(live!.record).toMatchObject({ status: "running", response: { stop_reason: null } });
  child.kill("SIGKILL");
  await child.exit;
  const last = Number(child.output().trimEnd().split("\n").at(-1));

  const [killed, ...more] = await calls("half");
  expect(more).toEqual([]);
  expect(killed!.file).toMatch(/_llm\.journal\.jsonl$/);
  expect(killed!.record).toMatchObject({
    status: "running",
    operation: "suggest",
    request: { messages: [{ content: "count" }] },
    duration_ms: null,
    error: null,
    stream: { aborted: true },
  });
  const text = String(killed!.record.response?.content);
  const words = text.trimEnd().split(" ");
  expect(words).toEqual(words.map((_, index) => `word${index}`));
  // 10 ms a word: at most 250 ms of the answer are lost, and some room for a busy machine.
  expect(words.length).toBeGreaterThan(last - 60);

  openSession({ name: "after", home, id: "half" }).close();
  const names = readdirSync(join(home, "sessions/half/logs/llm_transcripts"));
  expect(names).toEqual([expect.stringMatching(/_llm\.json$/)]);
  const [folded] = await calls("half");
  expect(check(llmTranscriptSchema, folded!.raw)).toEqual([]);
  expect(folded!.record).toEqual({ ...killed!.record, call_index: 1 });
});
