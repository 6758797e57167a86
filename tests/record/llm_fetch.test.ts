import { describe, expect, test } from "vitest";
import { check, llmTranscriptSchema } from "../../lib/format/mod.ts";
import { makeRecordingFetch, runLlmCall, runTrace } from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

const openai = "https://api.openai.com/v1/chat/completions";
const anthropic = "https://api.anthropic.com/v1/messages";
const body = JSON.stringify({ model: "m-1", messages: [{ role: "user", content: "hi" }] });

function transcripts({ files, json }: ReturnType<typeof desk>) {
  const all = files().filter((file) => file.includes("llm_transcripts/")).map(json);
  for (const one of all) expect(check(llmTranscriptSchema, one)).toEqual([]);
  return all;
}

/** A `fetch` that answers from a list. */
function scripted(answers: (() => Response | Promise<Response>)[]) {
  const requests: [RequestInfo | URL, RequestInit | undefined][] = [];
  const send: typeof fetch = (input, init) => {
    requests.push([input, init]);
    return Promise.resolve(answers[requests.length - 1]!());
  };
  return { send, requests };
}

const sse = (events: unknown[], cut = false) => {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const bytes = new TextEncoder().encode(cut ? text : `${text}data: [DONE]\n\n`);
  return new Response(
    new ReadableStream({
      start(controller) {
        // Pieces that respect neither events nor characters.
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
        controller.close();
      },
    }),
    { headers: { "content-type": "text/event-stream", "x-ratelimit-remaining-requests": "3" } },
  );
};

describe("makeRecordingFetch", () => {
  test("records a JSON answer, and hands it on as it came", async () => {
    const at = desk();
    const text = JSON.stringify({
      choices: [{ message: { content: "hello" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    });
    const { send, requests } = scripted([
      () => Response.json(JSON.parse(text), { headers: { "x-ratelimit-limit-tokens": "50" } }),
    ]);
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    const init = { method: "POST", body };
    const response = await recording(openai, init);
    expect(requests[0]).toEqual([openai, init]);
    expect(requests[0]![1]).toBe(init);
    expect(await response.json()).toEqual(JSON.parse(text));
    expect(transcripts(at)[0]).toMatchObject({
      provider: "openai",
      model: "m-1",
      request: { messages: [{ content: "hi" }] },
      response: { content: "hello", usage: { input_tokens: 1, output_tokens: 2 } },
      attempts: [{ status: 200 }],
      rate_limit: { tokens_limit: 50 },
      stream: null,
    });
  });

  test("passes an event stream on byte by byte, and records Anthropic's tokens in full", async () => {
    const at = desk();
    const events = [
      {
        type: "message_start",
        message: { model: "claude", usage: { input_tokens: 5, cache_read_input_tokens: 7 } },
      },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "grüß" } },
      {
        type: "content_block_start",
        index: 1,
        content_block: { type: "tool_use", id: "t", name: "f" },
      },
      {
        type: "content_block_delta",
        index: 1,
        delta: { type: "input_json_delta", partial_json: '{"a":' },
      },
      {
        type: "content_block_delta",
        index: 1,
        delta: { type: "input_json_delta", partial_json: "1}" },
      },
      { type: "content_block_stop", index: 1 },
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 9 } },
      { type: "message_stop" },
    ];
    const { send } = scripted([() => sse(events)]);
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    const response = await recording(anthropic, { method: "POST", body });
    expect(await response.text()).toBe(await sse(events).text());
    expect(transcripts(at)[0]).toMatchObject({
      provider: "anthropic",
      response: {
        content: "grüß",
        stop_reason: "tool_use",
        usage: { input_tokens: 12, output_tokens: 9, cache_read_input_tokens: 7 },
        tool_calls: [{ id: "t", input: { a: 1 } }],
      },
      stream: { chunks: 9, aborted: false },
      rate_limit: { requests_remaining: 3 },
    });
  });

  test("the first piece is not held back, and no more is read than is asked for", async () => {
    const at = desk();
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(
          new TextEncoder().encode(`data: {"choices":[{"delta":{"content":"x"}}]}\n\n`),
        );
      },
    }, { highWaterMark: 0 });
    const { send } = scripted([
      () => new Response(endless, { headers: { "content-type": "text/event-stream" } }),
    ]);
    const response = await makeRecordingFetch(at.recorder, { fetch: send })(openai, {
      method: "POST",
      body,
    });
    const reader = response.body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(pulled).toBe(1);
    await reader.cancel();
    expect(transcripts(at)[0]).toMatchObject({
      response: { content: "x" },
      stream: { aborted: true },
    });
  });

  test("a stream without its end is aborted, though the connection closed in order", async () => {
    const at = desk();
    const { send } = scripted([() => sse([{ choices: [{ delta: { content: "half" } }] }], true)]);
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    await (await recording(openai, { method: "POST", body })).text();
    expect(transcripts(at)[0]).toMatchObject({
      response: { content: "half" },
      stream: { aborted: true },
    });
  });

  test("a retry completes the record of the failed try", async () => {
    const at = desk();
    const limited = () =>
      Response.json({ type: "error", error: { type: "rate_limit_error", message: "slow" } }, {
        status: 429,
        headers: { "retry-after": "1", "anthropic-ratelimit-requests-remaining": "0" },
      });
    const { send } = scripted([
      limited,
      () => Response.json({ content: [{ type: "text", text: "ok" }], stop_reason: "end_turn" }),
    ]);
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    await runTrace(at.recorder, "op", async () => {
      const first = await recording(anthropic, { method: "POST", body });
      await first.body!.cancel();
      expect(transcripts(at)[0]).toMatchObject({ error: { status: 429, retry_after_ms: 1000 } });
      at.runtime.advance(1000);
      const second = await recording(anthropic, { method: "POST", body });
      expect(await second.json()).toMatchObject({ stop_reason: "end_turn" });
    });
    const all = transcripts(at);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      error: null,
      response: { content: "ok" },
      duration_ms: 1000,
      attempts: [{ attempt: 1, status: 429, retry_delay_ms: 1000 }, { attempt: 2, status: 200 }],
    });
  });

  test("a failed status whose body was not read says so by its number", async () => {
    const at = desk();
    const { send } = scripted([() => new Response("never looked at", { status: 429 })]);
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    const response = await recording(openai, { method: "POST", body });
    await response.body!.cancel();
    expect(transcripts(at).map((one) => one["error"])).toEqual([{
      type: "http_429",
      status: 429,
      message: "The provider answered with status 429",
      retry_after_ms: null,
    }]);
  });

  test("a failed connection is recorded and thrown on", async () => {
    const at = desk();
    const error = new TypeError("fetch failed");
    const recording = makeRecordingFetch(at.recorder, { fetch: () => Promise.reject(error) });
    await expect(recording(openai, { method: "POST", body })).rejects.toBe(error);
    expect(transcripts(at)[0]).toMatchObject({
      response: null,
      error: { message: "fetch failed" },
    });
  });

  test("other requests pass untouched: other paths, other methods, other bodies", async () => {
    const at = desk();
    const { send } = scripted(Array(4).fill(() => new Response("x")));
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    await recording("https://example.com/data", { method: "POST", body });
    await recording(openai);
    await recording(openai, { method: "POST", body: "not json" });
    await recording("/chat/completions", { method: "POST", body });
    expect(at.files()).toEqual([]);
  });

  test("takes a Request, bytes, and a given provider's name", async () => {
    const at = desk();
    const { send } = scripted(Array(2).fill(() => Response.json({ choices: [] })));
    const recording = makeRecordingFetch(at.recorder, { fetch: send, provider: "local" });
    await (await recording(new Request(openai, { method: "POST", body }))).text();
    await (await recording(new URL(openai), {
      method: "POST",
      body: new TextEncoder().encode(body),
    })).text();
    expect(transcripts(at).map((one) => one["provider"])).toEqual(["local", "local"]);
  });

  test("inside a call it adds attempts and tokens, and writes no transcript of its own", async () => {
    const at = desk();
    const { send } = scripted([
      () => new Response("busy", { status: 503 }),
      () =>
        Response.json({ choices: [{ message: { content: "yes" } }], usage: { prompt_tokens: 8 } }),
    ]);
    const recording = makeRecordingFetch(at.recorder, { fetch: send });
    const call = { provider: "openai", model: "m-1", request: { prompt: "hi" } };
    const text = await runLlmCall(at.recorder, call, async () => {
      await (await recording(openai, { method: "POST", body })).text();
      const response = await recording(openai, { method: "POST", body });
      return (await response.json()).choices[0].message.content as string;
    });
    expect(text).toBe("yes");
    const all = transcripts(at);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      response: { content: "yes", usage: { input_tokens: 8 } },
      attempts: [{ status: 503, error: { type: "http_503" } }, { status: 200, error: null }],
    });
  });
});
