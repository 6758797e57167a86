import { describe, expect, test } from "vitest";
import { check, llmTranscriptSchema } from "../../lib/format/mod.ts";
import {
  abandonCalls,
  recordLlmCall,
  runLlmCall,
  runTrace,
  transcriptLimits,
} from "../../lib/record/mod.ts";
import { recogniseCall } from "../../lib/record/llm_request.ts";
import { headerReader, parseRateLimit } from "../../lib/record/rate_limit.ts";
import { normaliseUsage } from "../../lib/record/llm_usage.ts";
import { parseResponse } from "../../lib/record/llm_response.ts";
import { desk } from "./fixture.ts";

const call = {
  provider: "openai",
  model: "gpt-x",
  request: { messages: [{ role: "user", content: "hi" }] },
};

const answer = {
  id: "c1",
  model: "gpt-x-2025",
  choices: [{ message: { content: "hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 2 } },
};

function transcripts({ files, json }: ReturnType<typeof desk>) {
  const all = files().filter((file) => file.includes("llm_transcripts/")).map(json);
  for (const one of all) expect(check(llmTranscriptSchema, one)).toEqual([]);
  return all;
}

describe("runLlmCall", () => {
  test("records a call around a promise, in a span of its trace", async () => {
    const at = desk();
    const result = await runTrace(
      at.recorder,
      "suggest",
      () =>
        runLlmCall(at.recorder, call, async () => {
          await Promise.resolve();
          at.runtime.advance(120);
          return answer;
        }),
    );
    expect(result).toBe(answer);
    const [one] = transcripts(at);
    expect(one).toMatchObject({
      operation: "suggest",
      response: {
        content: "hello",
        stop_reason: "stop",
        usage: { input_tokens: 3, output_tokens: 4 },
      },
      duration_ms: 120,
      cost_usd: null,
      error: null,
      call_index: 1,
      attempts: [{ attempt: 1, duration_ms: 120 }],
    });
    const trace = at.json(at.files().find((file) => file.includes("traces/"))!);
    expect(trace["spans"]).toMatchObject([{ name: "llm_call", span_id: one!["span_id"] }]);
    expect(at.lines("logs/performance.jsonl")[0]).toMatchObject({
      metric: "llm.latency",
      value: 120,
    });
  });

  test("without transcripts nothing of the call but its latency reaches the disk", async () => {
    const at = desk({ recordsLlm: false });
    await runLlmCall(at.recorder, call, () => Promise.resolve(answer));
    expect(transcripts(at)).toEqual([]);
    expect(at.text("logs/performance.jsonl")).toContain("llm.latency");
    for (const file of at.files()) expect(at.text(file)).not.toContain("hello");
  });

  test("records attempts, the waits between them, and the last error", async () => {
    const at = desk();
    const limited = Object.assign(new Error("slow down"), {
      status: 429,
      headers: new Headers({ "retry-after-ms": "250" }),
      error: { type: "error", error: { type: "rate_limit_error", message: "slow down" } },
    });
    const value = await runLlmCall(at.recorder, call, async (handle) => {
      await handle.attempt(() => Promise.reject(limited)).catch(() => {});
      at.runtime.advance(250);
      handle.response(200, { "x-ratelimit-remaining-requests": "9" });
      return handle.attempt(() => Promise.resolve(answer));
    });
    expect(value).toBe(answer);
    const [one] = transcripts(at);
    expect(one).toMatchObject({
      error: null,
      rate_limit: { requests_remaining: 9 },
      attempts: [
        {
          status: 429,
          error: { type: "rate_limit_error", status: 429, retry_after_ms: 250 },
          retry_delay_ms: 250,
        },
        { attempt: 2, error: null },
      ],
    });
  });

  test("records what was thrown, and throws the same object", async () => {
    const at = desk();
    const error = new TypeError("fetch failed");
    await expect(runLlmCall(at.recorder, call, () => Promise.reject(error))).rejects.toBe(error);
    expect(() =>
      runLlmCall(at.recorder, call, () => {
        throw error;
      })
    ).toThrow(error);
    for (const one of transcripts(at)) {
      expect(one).toMatchObject({ response: null, error: { type: "TypeError", status: null } });
    }
    expect(transcripts(at)).toHaveLength(2);
  });

  test("passes an async iterable on unchanged, and puts the answer together", async () => {
    const at = desk();
    const chunks = [
      { choices: [{ delta: { content: "hel" } }], model: "gpt-x" },
      { choices: [{ delta: { content: "lo" } }] },
      {
        choices: [{
          delta: {
            tool_calls: [{ index: 0, id: "t", function: { name: "f", arguments: '{"a"' } }],
          },
        }],
      },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] } }] },
      { choices: [{ delta: {}, finish_reason: "tool_calls" }] },
      { choices: [], usage: { prompt_tokens: 5, completion_tokens: 6 } },
    ];
    class Stream {
      controller = "kept";
      async *[Symbol.asyncIterator]() {
        at.runtime.advance(40);
        for (const chunk of chunks) yield await Promise.resolve(chunk);
      }
    }
    const stream = await runLlmCall(at.recorder, call, () => Promise.resolve(new Stream()));
    expect(stream.controller).toBe("kept");
    const seen: unknown[] = [];
    for await (const chunk of stream) seen.push(chunk);
    expect(seen).toEqual(chunks);
    expect(seen[0]).toBe(chunks[0]);
    expect(transcripts(at)[0]).toMatchObject({
      response: {
        content: "hello",
        stop_reason: "tool_calls",
        usage: { input_tokens: 5, output_tokens: 6 },
        tool_calls: [{ id: "t", function: { name: "f", arguments: '{"a":1}' } }],
      },
      stream: { chunks: 6, time_to_first_chunk_ms: 40, aborted: false },
    });
  });

  test("a generator read through next, and left early, is recorded as aborted", async () => {
    const at = desk();
    let closed = false;
    async function* words() {
      try {
        yield "one ";
        yield "two ";
        yield "three";
      } finally {
        closed = true;
      }
    }
    const stream = runLlmCall(at.recorder, call, words);
    expect((await stream.next()).value).toBe("one ");
    for await (const word of stream) {
      expect(word).toBe("two ");
      break;
    }
    expect(closed).toBe(true);
    expect(transcripts(at)[0]).toMatchObject({
      response: { content: "one two " },
      stream: { aborted: true },
      error: null,
    });
  });

  test("a ReadableStream keeps its pieces, and a failure in it reaches both sides", async () => {
    const at = desk();
    const source = new ReadableStream({
      start(controller) {
        controller.enqueue({ type: "text-delta", text: "half" });
        queueMicrotask(() => controller.error(new Error("cut")));
      },
    });
    const stream = runLlmCall(at.recorder, call, () => source);
    const reader = stream.getReader();
    await expect((async () => {
      while (!(await reader.read()).done);
    })()).rejects.toThrow("cut");
    expect(transcripts(at)[0]).toMatchObject({
      stream: { aborted: true },
      error: { type: "Error", message: "cut" },
    });
  });

  test("a client's own promise keeps its methods, and is asked only when the caller asks", async () => {
    const at = desk();
    let asked = 0;
    /** As the clients of OpenAI and Anthropic give. */
    class ApiPromise extends Promise<unknown> {
      readonly #make: () => Promise<unknown>;
      readonly id = "kept";
      constructor(make: () => Promise<unknown>) {
        super(() => {});
        this.#make = make;
      }
      override then<A, B>(
        done?: ((value: unknown) => A | PromiseLike<A>) | null,
        failed?: ((error: unknown) => B | PromiseLike<B>) | null,
      ): Promise<A | B> {
        asked += 1;
        return this.#make().then(done, failed);
      }
      async withResponse() {
        return { data: await this.#make(), response: new Response(null), request_id: "r1" };
      }
    }
    const stream = () =>
      Promise.resolve(
        new ReadableStream({
          start(controller) {
            controller.enqueue({ choices: [{ delta: { content: "hi" }, finish_reason: "stop" }] });
            controller.close();
          },
        }),
      );
    const read = async (body: ReadableStream) => {
      const reader = body.getReader();
      while (!(await reader.read()).done);
    };
    const first = runLlmCall(
      at.recorder,
      call,
      () => new ApiPromise(() => Promise.resolve(answer)),
    );
    expect(first).toBeInstanceOf(ApiPromise);
    expect(first.id).toBe("kept");
    expect(asked).toBe(0);
    expect(await first).toBe(answer);
    expect(await first).toBe(answer);
    expect(asked).toBe(1);

    const second = runLlmCall(at.recorder, call, () => new ApiPromise(stream));
    const { data, request_id } = await second.withResponse();
    expect(request_id).toBe("r1");
    await read(data as ReadableStream);

    const error = new TypeError("refused");
    const third = runLlmCall(at.recorder, call, () => new ApiPromise(() => Promise.reject(error)));
    await expect(third.catch((caught) => Promise.reject(caught))).rejects.toBe(error);

    const bare = { then: (done: (value: unknown) => void) => done({ content: "bare" }) };
    expect(await runLlmCall(at.recorder, call, () => bare as PromiseLike<unknown>)).toEqual({
      content: "bare",
    });
    const all = transcripts(at);
    expect(
      all.map((one) => (one["response"] as { content: string } | null)?.content ?? null).sort(),
    )
      .toEqual(["bare", "hello", "hi", null]);
    expect(at.recorder.openCalls.size).toBe(0);
  });

  test("a client's stream that is handed on as a web stream is followed, too", async () => {
    const at = desk();
    class Stream {
      readonly #pieces = ["one ", "two"];
      async *[Symbol.asyncIterator]() {
        for (const piece of this.#pieces) yield await Promise.resolve(piece);
      }
      toReadableStream(): ReadableStream<string> {
        const iterator = this[Symbol.asyncIterator]();
        return new ReadableStream({
          async pull(controller) {
            const { done, value } = await iterator.next();
            if (done) controller.close();
            else controller.enqueue(value);
          },
        });
      }
    }
    const reader = runLlmCall(at.recorder, call, () => new Stream()).toReadableStream().getReader();
    while (!(await reader.read()).done);
    expect(transcripts(at)[0]).toMatchObject({
      response: { content: "one two" },
      stream: { chunks: 2, aborted: false },
    });
  });

  test("pieces of OpenAI's responses are kept where the end never comes", async () => {
    const at = desk();
    async function* pieces() {
      yield { type: "response.created", response: { model: "gpt-x-2025" } };
      yield { type: "response.reasoning_summary_text.delta", delta: "because" };
      yield { type: "response.output_text.delta", delta: "half" };
      yield {
        type: "response.output_item.added",
        output_index: 1,
        item: { type: "function_call", name: "f", call_id: "c1", arguments: "" },
      };
      yield { type: "response.function_call_arguments.delta", output_index: 1, delta: '{"a": ' };
      yield { type: "response.function_call_arguments.delta", output_index: 1, delta: "1" };
      throw new Error("cut");
    }
    const stream = runLlmCall(at.recorder, call, pieces);
    await expect((async () => {
      for await (const _ of stream) void _;
    })()).rejects.toThrow("cut");
    expect(transcripts(at)[0]).toMatchObject({
      response: {
        content: "half",
        reasoning: "because",
        tool_calls: [{ name: "f", call_id: "c1", arguments: '{"a": 1' }],
      },
      stream: { aborted: true, chunks: 6 },
      error: { message: "cut" },
    });
  });

  test.each([
    ["OpenAI chat", { error: { message: "overloaded", code: "server_error" } }, "server_error"],
    [
      "OpenAI responses",
      { type: "error", code: "server_error", message: "overloaded" },
      "server_error",
    ],
    [
      "Anthropic",
      { type: "error", error: { type: "overloaded_error", message: "overloaded" } },
      "overloaded_error",
    ],
  ])("an error inside a stream of %s is the call's error", async (_, piece, type) => {
    const at = desk();
    async function* pieces() {
      yield { choices: [{ delta: { content: "half" } }] };
      yield await Promise.resolve(piece);
    }
    for await (const _ of runLlmCall(at.recorder, call, pieces)) void _;
    expect(transcripts(at)[0]).toMatchObject({
      response: { content: "half" },
      stream: { aborted: true },
      error: { type, message: "overloaded" },
    });
  });

  test("an answer longer than a transcript holds is not cut inside of a word", async () => {
    const at = desk();
    const token = `ghp_${"a1B2".repeat(9)}`;
    const { textLengthMax } = transcriptLimits;
    async function* pieces() {
      yield "x ".repeat(textLengthMax / 2 - 10);
      yield await Promise.resolve(token);
      yield " and more";
    }
    for await (const _ of runLlmCall(at.recorder, call, pieces)) void _;
    const { content } = transcripts(at)[0]!["response"] as { content: string };
    expect(content.includes("ghp_")).toBe(false);
    expect(content.slice(-40)).toMatch(/x …\(49 more\)$/);
  });

  test("abandonCalls records what nobody read to the end, as far as it came", async () => {
    const at = desk();
    async function* words() {
      yield "one";
      yield await new Promise<string>(() => {});
    }
    const stream = runLlmCall(at.recorder, call, words);
    await stream.next();
    abandonCalls(at.recorder);
    expect(transcripts(at)[0]).toMatchObject({
      response: { content: "one" },
      stream: { chunks: 1, aborted: true },
      error: null,
    });
    expect(at.recorder.openCalls.size).toBe(0);
    void runLlmCall(at.recorder, call, () => new Promise(() => {}));
    abandonCalls(at.recorder);
    expect(transcripts(at).map(({ error }) => error)).toContainEqual(
      expect.objectContaining({ type: "no_answer" }),
    );
  });

  test("a price function gives the cost; none, or one that throws, gives null", async () => {
    const price = ({ usage }: { usage: { output_tokens?: number } }) => ({
      cost_usd: (usage.output_tokens ?? 0) * 0.01,
      price: { source: "test", version: "1" },
    });
    const at = desk({ price });
    await runLlmCall(at.recorder, call, () => Promise.resolve(answer));
    await runLlmCall(at.recorder, { ...call, price: () => null }, () => Promise.resolve(answer));
    const failing = () => {
      throw new Error("no table");
    };
    await runLlmCall(at.recorder, { ...call, price: failing }, () => Promise.resolve(answer));
    expect(transcripts(at).map((one) => [one["cost_usd"], one["price"]])).toEqual([
      [0.04, { source: "test", version: "1" }],
      [null, null],
      [null, null],
    ]);
  });
});

test("recordLlmCall keeps values that do not fit their key beside the rest, redacted", () => {
  const at = desk();
  const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789";
  const record = {
    ...{ provider: "anthropic", model: "m", response: "ok", duration_ms: "5 s" },
    request: { prompt: "p", max_tokens: "many", temperature: null, as_given: { mine: 1 } },
    usage: { input_tokens: secret },
  };
  // deno-lint-ignore no-explicit-any
  recordLlmCall(at.recorder, record as any);
  const [one] = transcripts(at);
  expect(one!["request"]).toEqual({ prompt: "p", as_given: { mine: 1, max_tokens: "many" } });
  expect(one!["as_given"]).toEqual({
    duration_ms: "5 s",
    usage: { input_tokens: expect.stringMatching(/^\[REDACTED:anthropic:....\]$/) },
  });
  recordLlmCall(at.recorder, { ...call, response: "ok" });
  expect(transcripts(at)[1]).not.toHaveProperty("as_given");
});

test("recordLlmCall writes numbered transcripts, redacted", () => {
  const at = desk();
  runTrace(at.recorder, "op", (trace) => {
    const request = { prompt: "my key is sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789" };
    const record = { provider: "anthropic", model: "m", request, response: "ok", duration_ms: 5 };
    expect(recordLlmCall(at.recorder, record)).toBe(`logs/llm_transcripts/${trace.id}_llm.json`);
    expect(recordLlmCall(at.recorder, record)).toBe(
      `logs/llm_transcripts/${trace.id}_llm_002.json`,
    );
  });
  const [one, two] = transcripts(at);
  expect([one!["call_index"], two!["call_index"]]).toEqual([1, 2]);
  expect(JSON.stringify(one)).not.toContain("sk-ant-api03-abc");
});

test("normaliseUsage reads every provider's names, and adds what Anthropic leaves out", () => {
  expect(normaliseUsage({
    input_tokens: 10,
    output_tokens: 5,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 20,
  }, true)).toEqual({
    input_tokens: 130,
    output_tokens: 5,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 20,
  });
  expect(normaliseUsage({
    input_tokens: 130,
    output_tokens: 5,
    input_tokens_details: { cached_tokens: 100 },
    output_tokens_details: { reasoning_tokens: 3 },
  }, false)).toEqual({
    input_tokens: 130,
    output_tokens: 5,
    cache_read_input_tokens: 100,
    reasoning_tokens: 3,
  });
  expect(
    normaliseUsage({ promptTokenCount: 1, candidatesTokenCount: 2, thoughtsTokenCount: 3 }, false),
  )
    .toEqual({ input_tokens: 1, output_tokens: 5, reasoning_tokens: 3 });
  expect(normaliseUsage({ prompt_tokens: "many", completion_tokens: -1 }, false)).toEqual({});
});

test("parseResponse reads each provider's shape", () => {
  expect(parseResponse({
    type: "message",
    model: "claude",
    content: [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "a" },
      { type: "tool_use", id: "t", name: "f", input: {} },
    ],
    stop_reason: "tool_use",
    usage: { input_tokens: 1, output_tokens: 2, cache_read_input_tokens: 3 },
  }, "proxy")).toMatchObject({
    content: "a",
    stop_reason: "tool_use",
    usage: { input_tokens: 4 },
    tool_calls: [{ id: "t" }],
    rest: { content_blocks: [{ type: "thinking" }, {}, {}] },
  });
  expect(parseResponse({
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "a" }] }, {
      type: "function_call",
    }],
  }, "openai")).toMatchObject({ content: "a", stop_reason: "completed", tool_calls: [{}] });
  expect(
    parseResponse(
      { candidates: [{ content: { parts: [{ text: "g" }] }, finishReason: "STOP" }] },
      "g",
    ),
  )
    .toMatchObject({ content: "g", stop_reason: "STOP" });
  expect(parseResponse({ message: { content: "o" }, done_reason: "stop", eval_count: 7 }, "ollama"))
    .toMatchObject({ content: "o", stop_reason: "stop", usage: { output_tokens: 7 } });
  expect(parseResponse({ text: "t", finishReason: "stop", usage: { inputTokens: 1 } }, "x"))
    .toMatchObject({ content: "t", usage: { input_tokens: 1 } });
  expect(parseResponse({ anything: 1 }, "x")).toMatchObject({ content: { anything: 1 }, rest: {} });
  expect(parseResponse(["a"], "x").content).toEqual(["a"]);
});

test("parseRateLimit reads both families of headers, in any case", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(parseRateLimit(
    headerReader({
      "X-RateLimit-Limit-Requests": "60",
      "x-ratelimit-remaining-tokens": "900",
      "x-ratelimit-reset-requests": "1m1.5s",
      "x-ratelimit-reset-tokens": "120ms",
      "retry-after": "2",
    }),
    now,
  )).toEqual({
    requests_limit: 60,
    requests_reset_ms: 61_500,
    tokens_remaining: 900,
    tokens_reset_ms: 120,
    retry_after_ms: 2000,
  });
  expect(parseRateLimit(
    headerReader(
      new Headers({
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:03Z",
        "anthropic-ratelimit-input-tokens-limit": "5",
        "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT",
      }),
    ),
    now,
  )).toEqual({ requests_reset_ms: 3000, tokens_limit: 5, retry_after_ms: 7000 });
  expect(parseRateLimit(headerReader({ "retry-after": "soon" }), now)).toBeNull();
});

test("parseRateLimit rounds to the microsecond, whatever a product of fractions comes to", () => {
  expect(1.005 * 1000).not.toBe(1005);
  const resets = { "x-ratelimit-reset-requests": "1.005s", "x-ratelimit-reset-tokens": "1.005" };
  expect(parseRateLimit(headerReader(resets), 0)).toEqual({
    requests_reset_ms: 1005,
    tokens_reset_ms: 1005,
  });
  expect(parseRateLimit(headerReader({ "retry-after-ms": "12.3456" }), 0)).toEqual({
    retry_after_ms: 12.346,
  });
  expect(parseRateLimit(headerReader({ "retry-after": "1.0000004" }), 0)).toEqual({
    retry_after_ms: 1000,
  });
});

test.each([
  [
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent",
    "gcp.gemini",
  ],
  [
    "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/" +
    "gemini-x:streamGenerateContent",
    "gcp.vertex_ai",
  ],
  [
    "https://x.aiplatform.googleapis.com/v1/p/publishers/anthropic/models/gemini-x:streamRawPredict",
    "gcp.vertex_ai",
  ],
  ["https://bedrock-runtime.eu-west-1.amazonaws.com/model/gemini-x/converse", "aws.bedrock"],
  ["https://r.openai.azure.com/openai/deployments/gemini-x/chat/completions", "azure.ai.openai"],
  ["https://api.cohere.com/v2/chat", "cohere"],
])("recogniseCall knows %s", (url, provider) => {
  const model = provider === "cohere" ? { model: "gemini-x" } : {};
  for (const asked of ["messages", "contents"]) {
    expect(recogniseCall(url, "post", JSON.stringify({ ...model, [asked]: [] }))).toEqual({
      provider,
      model: "gemini-x",
      request: { [asked]: [] },
    });
  }
  expect(recogniseCall(url, "GET", '{"messages":[]}')).toBeUndefined();
  expect(recogniseCall(url, "POST", '{"other":1}')).toBeUndefined();
});
