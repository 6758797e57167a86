import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { check, llmJournalLineSchema, llmTranscriptSchema } from "../../lib/format/mod.ts";
import {
  createRecorder,
  makeRecordingFetch,
  recoverCalls,
  replyJournalMs,
  runLlmCall,
  runTrace,
} from "../../lib/record/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { valueOfBeginning } from "../../lib/record/partial_json.ts";
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
    at.runtime.endTurn();
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
    at.runtime.endTurn();
    recoverCalls(survivor(at));
    const [file] = at.files().filter((name) => name.includes("llm_transcripts"));
    expect(at.json(file!)).toMatchObject({ status: "running", response: null, stream: null });
  });

  test("is dropped where the transcript had just been written", async () => {
    const at = desk();
    const { stream, end } = faucet();
    const reader = runLlmCall(at.recorder, call, () => stream).getReader();
    at.runtime.endTurn();
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
    off.runtime.endTurn();
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
    at.runtime.endTurn();
    expect(journal(at)).toMatchObject([{ kind: "llm_start", attempts: [{ status: 503 }] }]);
  });

  test("is begun when the turn ends in which the call was made, and by none that ends sooner", async () => {
    const at = desk();
    void runLlmCall(at.recorder, call, () => new Promise(() => {}));
    expect(journal(at)).toBeUndefined();
    at.runtime.endTurn();
    expect(journal(at)).toMatchObject([{ kind: "llm_start", request: call.request }]);

    const short = desk();
    await runLlmCall(short.recorder, call, () => Promise.resolve({ content: "done" }));
    const before = short.files();
    short.runtime.endTurn();
    expect(short.files()).toEqual(before);
    expect(journal(short)).toBeUndefined();
  });

  test("that cannot be begun is said once, and the stream goes on", async () => {
    const at = desk();
    at.runtime.files.createDirectory(`${folder}/logs`);
    at.runtime.files.writeFileAtomic(`${folder}/logs/llm_transcripts`, "no folder");
    const { stream, give } = faucet();
    const reader = runLlmCall(at.recorder, call, () => stream).getReader();
    for (let count = 0; count < 5; count += 1) {
      give(delta("one two "));
      expect((await reader.read()).value).toEqual(delta("one two "));
      at.runtime.endTurn();
      at.runtime.advance(replyJournalMs);
    }
    expect(at.recorder.failures.lostTotal).toBe(1);
  });

  const env = { SHOP_PASSWORD: "correct horse battery staple 7" };
  /** A secret that stands in a text or in a tool's arguments, and a part of it from its beginning. */
  const planted: [text: string, part: string][] = [
    ["use ghp_abcdefghijklmnopqrstuvwxyz0123456789 then", "abcdefgh"],
    [`use sk-ant-${"a1B2".repeat(8)} then`, "a1B2a1"],
    ['password = "purple horse battery" then', "purple"],
    ['{"api_key": "Zx81kQ0pLmN4vB7c"} then', "Zx81k"],
    ["the shop's correct horse battery staple 7 then", "correct"],
    ["-----BEGIN PRIVATE KEY-----\nMIIEvQIB\nADANBgkq\n-----END PRIVATE KEY-----\n then", "MIIEv"],
  ];
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 30 });

  /** Feeds a text in pieces; after each piece, calls back with all that is on the disk. */
  async function feed(
    text: string,
    pieces: readonly number[],
    piece: (part: string) => unknown,
    look: (disk: string) => void,
  ) {
    const at = desk({ redact: createRedactor({ env }) });
    const { stream, give, end } = faucet();
    const reader = runLlmCall(at.recorder, call, () => stream).getReader();
    const disk = () => at.files().map((file) => at.text(file)).join("\n");
    for (let from = 0, step = 0; from < text.length; step += 1) {
      const size = pieces[step % pieces.length]!;
      give(piece(text.slice(from, from + size)));
      from += size;
      await reader.read();
      at.runtime.advance(replyJournalMs);
      look(disk());
    }
    const written = disk();
    end();
    await reader.read();
    look(disk());
    return written;
  }

  test("never holds the beginning of a secret, at any moment, wherever the stream is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...planted), sizes, async ([text, part], pieces) => {
        const written = await feed(`${text}\nthe next and the last `, pieces, delta, (disk) => {
          expect(disk).not.toContain(part);
        });
        expect(written).toContain("REDACTED");
        expect(written).toContain("last ");
      }),
      { numRuns: 60 },
    );
  });

  test("nor in the arguments of a tool, as text or as the value that they become", async () => {
    const openai = (part: string) => ({
      choices: [{ delta: { tool_calls: [{ index: 0, id: "t", function: { arguments: part } }] } }],
    });
    const anthropic = (part: string) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: part },
    });
    const header = '{"headers": [{"value": "velvet otter 12", "name": "x-api-key"}], "n": 1}';
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...planted, [header, "velvet"] as [string, string]),
        sizes,
        fc.boolean(),
        async ([text, part], pieces, asText) => {
          // What only the names in a value tell is no secret in a text.
          if (text === header) asText = false;
          const args = text === header ? text : JSON.stringify({ cmd: text, more: "a b c" });
          const piece = asText ? openai : anthropic;
          const written = await feed(`${args} `, pieces, piece, (disk) => {
            expect(disk).not.toContain(part);
          });
          expect(written).toContain("REDACTED");
        },
      ),
      { numRuns: 60 },
    );
  });
});

test("valueOfBeginning gives what is whole, and the text that is cut as far as it goes", () => {
  const whole = { a: [1, 'x\\y"z', { b: null }], "c\n": "größe 😀", d: { e: true } };
  const text = JSON.stringify(whole, null, 1);
  for (let end = 0; end <= text.length; end += 1) {
    const value = valueOfBeginning(text.slice(0, end));
    if (end === 0) expect(value).toBeUndefined();
    else {expect(Object.keys(whole).slice(0, Object.keys(value as object).length)).toEqual(
        Object.keys(value as object),
      );}
  }
  expect(valueOfBeginning(text)).toEqual(whole);
  expect(valueOfBeginning('{"a": "one tw')).toEqual({ a: "one tw" });
  expect(valueOfBeginning('{"a": 12')).toEqual({});
  expect(valueOfBeginning('{"a": 12, "b')).toEqual({ a: 12 });
  expect(valueOfBeginning('{"a": "x\\u00')).toEqual({ a: "x" });
  expect(valueOfBeginning('{"a": "x\\')).toEqual({ a: "x" });
  expect(valueOfBeginning('[{"n": 1, "value": "s", "x": [')).toEqual([{ n: 1 }]);
  expect(valueOfBeginning('[{"value": "s", "name": "x"}, ')).toEqual([{ value: "s", name: "x" }]);
  expect(valueOfBeginning("no json")).toBeUndefined();
  expect(valueOfBeginning("{]")).toBeUndefined();
});
