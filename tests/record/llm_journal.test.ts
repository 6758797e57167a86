import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { check, llmJournalLineSchema, llmTranscriptSchema } from "../../lib/format/mod.ts";
import {
  createRecorder,
  heldBackLengthMax,
  holdBack,
  makeRecordingFetch,
  recoverCalls,
  replyJournalMs,
  runLlmCall,
  runTrace,
} from "../../lib/record/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { desk, folder } from "./fixture.ts";

const call = {
  provider: "openai",
  model: "gpt-x",
  request: { messages: [{ role: "user", content: "hi" }] },
};
const delta = (content: string) => ({ choices: [{ delta: { content } }] });

/** A stream that the test feeds by hand. */
function faucet() {
  let controller!: ReadableStreamDefaultController<unknown>;
  const stream = new ReadableStream<unknown>({ start: (given) => void (controller = given) });
  return {
    stream,
    give: (piece: unknown) => controller.enqueue(piece),
    end: () => controller.close(),
  };
}

function journal(at: ReturnType<typeof desk>) {
  const [file] = at.files().filter((name) => name.endsWith("_llm.journal.jsonl"));
  if (file === undefined) return undefined;
  const lines = at.lines(file);
  for (const line of lines) expect(check(llmJournalLineSchema, line)).toEqual([]);
  return lines;
}

/** The same disk, seen by a process that starts after the first one was killed. */
function survivor(at: ReturnType<typeof desk>) {
  const runtime = fakeRuntime({ files: at.runtime.files, pid: 5000, seed: 9 });
  return createRecorder({
    runtime,
    sessionId: "s",
    path: folder,
    recording: true,
    recordsLlm: true,
  });
}

describe("a running model call's journal", () => {
  test("holds the request at once, and the answer so far at a bounded rate", async () => {
    const at = desk();
    const { stream, give, end } = faucet();
    const reader = runLlmCall(at.recorder, call, () => stream).getReader();
    expect(journal(at)).toMatchObject([{ kind: "llm_start", request: call.request, pid: 4242 }]);
    give(delta("one two "));
    await reader.read();
    // Nothing is written while the reader gets its piece.
    expect(journal(at)).toHaveLength(1);
    at.runtime.advance(1);
    expect(journal(at)!.slice(1)).toMatchObject([{ part: "content", keep: 0, text: "one two " }]);
    for (let count = 0; count < 50; count += 1) {
      give(delta("more "));
      await reader.read();
      at.runtime.advance(1);
    }
    expect(journal(at)).toHaveLength(2);
    at.runtime.advance(replyJournalMs);
    expect(journal(at)!.slice(2)).toMatchObject([
      { keep: 8, text: "more ".repeat(50), chunks: 51 },
    ]);
    end();
    await reader.read();
    expect(journal(at)).toBeUndefined();
    expect(at.files().filter((file) => file.includes("llm_transcripts"))).toHaveLength(1);
  });

  test("becomes a transcript when its process is gone, and not before", async () => {
    const at = desk();
    const { stream, give } = faucet();
    await runTrace(at.recorder, "suggest", async () => {
      const reader = runLlmCall(at.recorder, call, () => stream).getReader();
      give(delta("half an ans"));
      give({ choices: [{ delta: { reasoning_content: "why not " } }] });
      give({
        choices: [{
          delta: {
            tool_calls: [{ index: 0, id: "t", function: { name: "f", arguments: '{"a": 1' } }],
          },
        }],
      });
      for (let count = 0; count < 3; count += 1) await reader.read();
    });
    at.runtime.advance(1);
    recoverCalls(at.recorder);
    expect(journal(at)).toHaveLength(4);
    recoverCalls(survivor(at));
    expect(journal(at)).toBeUndefined();
    const [file, ...more] = at.files().filter((name) => name.includes("llm_transcripts"));
    expect(more).toEqual([]);
    expect(check(llmTranscriptSchema, at.json(file!))).toEqual([]);
    expect(at.json(file!)).toMatchObject({
      operation: "suggest",
      status: "running",
      request: call.request,
      response: {
        content: "half an ",
        reasoning: "why not ",
        tool_calls: [{ id: "t", function: { name: "f", arguments: '{"a": ' } }],
      },
      duration_ms: null,
      error: null,
      stream: { chunks: 3, aborted: true },
      call_index: 1,
    });
  });

  test("of a call without an answer becomes a transcript without a response", () => {
    const at = desk();
    void runLlmCall(at.recorder, call, () => new Promise(() => {}));
    recoverCalls(survivor(at));
    const [file] = at.files().filter((name) => name.includes("llm_transcripts"));
    expect(at.json(file!)).toMatchObject({ status: "running", response: null, stream: null });
  });

  test("is dropped where the transcript had just been written", async () => {
    const at = desk();
    const { stream, end } = faucet();
    const reader = runLlmCall(at.recorder, call, () => stream).getReader();
    const [name] = at.files().filter((file) =>
      file.endsWith(".journal.jsonl") && file.includes("_llm")
    );
    const text = at.text(name!);
    end();
    await reader.read();
    at.runtime.files.writeFileAtomic(`${folder}/${name}`, text);
    recoverCalls(survivor(at));
    expect(at.files().filter((file) => file.includes("llm_transcripts"))).toHaveLength(1);
    expect(journal(at)).toBeUndefined();
  });

  test("is not kept where transcripts are not recorded, nor for a second try twice", async () => {
    const off = desk({ recordsLlm: false });
    void runLlmCall(off.recorder, call, () => new Promise(() => {}));
    expect(journal(off)).toBeUndefined();

    const at = desk();
    const body = JSON.stringify({ model: "m", messages: [] });
    let tries = 0;
    const send = () => {
      tries += 1;
      return Promise.resolve(
        tries === 1 ? new Response("busy", { status: 503 }) : new Response(new ReadableStream()),
      );
    };
    const recording = makeRecordingFetch(at.recorder, { fetch: send as typeof fetch });
    const url = "https://api.openai.com/v1/chat/completions";
    await runTrace(at.recorder, "op", async () => {
      await (await recording(url, { method: "POST", body })).text();
      expect(journal(at)).toBeUndefined();
      await recording(url, { method: "POST", body });
    });
    expect(journal(at)).toMatchObject([{ kind: "llm_start", attempts: [{ status: 503 }] }]);
  });

  test("never holds a secret, wherever the stream is cut", async () => {
    const secrets = [
      "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
      `sk-ant-${"a1B2".repeat(8)}`,
      'password = "correct horse battery"',
      '{"api_key": "Zx81kQ0pLmN4vB7c"}',
    ];
    const bare = ["abcdefghijklmnop", "a1B2a1B2", "correct horse", "Zx81kQ0p"];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(secrets.length - 1),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 30 }),
        async (which, sizes) => {
          const at = desk();
          const { stream, give } = faucet();
          const reader = runLlmCall(at.recorder, call, () => stream).getReader();
          const text = `use ${secrets[which]} then\nthe next `;
          for (let from = 0, step = 0; from < text.length; step += 1) {
            const size = sizes[step % sizes.length]!;
            give(delta(text.slice(from, from + size)));
            from += size;
            await reader.read();
            at.runtime.advance(replyJournalMs);
          }
          const written = JSON.stringify(journal(at));
          expect(written).not.toContain(bare[which]);
          expect(written).toContain("REDACTED");
        },
      ),
      { numRuns: 60 },
    );
  });
});

test("holdBack keeps whole words, and gives up on a word without an end", () => {
  expect(holdBack("one two thr")).toBe("one two ");
  expect(holdBack("don't stop now ")).toBe("don't stop now ");
  expect(holdBack("key: 'a b ")).toBe("key");
  expect(holdBack("key: 'a b' and ")).toBe("key: 'a b' and ");
  const endless = "x".repeat(heldBackLengthMax + 5);
  expect(holdBack(endless)).toBe("xxxxx");
});
