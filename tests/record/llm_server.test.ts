import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { check, llmTranscriptSchema } from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-llm-server-"));
let server: Server;
let base = "";
/** What the server does with the next requests. */
let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
let session: Session;
let count = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on("end", () => void answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  session = openSession({ name: "server", id: `server-${++count}`, home, recordLlm: true });
});
afterEach(() => session.close());

/** The transcripts so far, oldest first. */
function transcripts(): Record<string, unknown>[] {
  const folder = join(session.path, "logs/llm_transcripts");
  return readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => {
    const value = JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;
    expect(check(llmTranscriptSchema, value)).toEqual([]);
    return value;
  });
}

function post(path: string, body: unknown = chat, init: RequestInit = {}): Promise<Response> {
  return session.fetch(base + path, { method: "POST", body: JSON.stringify(body), ...init });
}

const chat = { model: "m-1", messages: [{ role: "user", content: "hi" }] };
const sse = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const typed = (events: { type: string; [key: string]: unknown }[]) =>
  events.map((event) => sse(event.type, event)).join("");

interface Case {
  path: string;
  body: unknown;
  type?: string;
  headers?: Record<string, string>;
  text: string;
  expected: Record<string, unknown>;
}

const streams: Record<string, Case> = {
  "OpenAI chat": {
    path: "/v1/chat/completions",
    body: chat,
    headers: {
      "x-ratelimit-limit-requests": "500",
      "x-ratelimit-remaining-tokens": "29000",
      "x-ratelimit-reset-tokens": "6m0s",
    },
    text: [
      { model: "m-1-2025", choices: [{ index: 0, delta: { role: "assistant", content: "" } }] },
      { choices: [{ index: 0, delta: { content: "grüß " } }] },
      { choices: [{ index: 0, delta: { content: "dich" } }] },
      {
        choices: [{
          index: 0,
          delta: {
            tool_calls: [{
              index: 0,
              id: "t1",
              type: "function",
              function: { name: "f", arguments: '{"a":' },
            }],
          },
        }],
      },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: "1}" } }] } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
      {
        choices: [],
        usage: {
          prompt_tokens: 100,
          completion_tokens: 20,
          prompt_tokens_details: { cached_tokens: 64 },
          completion_tokens_details: { reasoning_tokens: 5 },
        },
      },
    ].map(data).join("") + "data: [DONE]\n\n",
    expected: {
      provider: "openai",
      model: "m-1",
      response: {
        content: "grüß dich",
        stop_reason: "tool_calls",
        usage: {
          input_tokens: 100,
          output_tokens: 20,
          cache_read_input_tokens: 64,
          reasoning_tokens: 5,
        },
        tool_calls: [{ id: "t1", function: { name: "f", arguments: '{"a":1}' } }],
      },
      rate_limit: { requests_limit: 500, tokens_remaining: 29000, tokens_reset_ms: 360_000 },
    },
  },
  "OpenAI responses": {
    path: "/v1/responses",
    body: { model: "m-1", input: "hi" },
    text: typed([
      { type: "response.created", response: { model: "m-1-2025", status: "in_progress" } },
      { type: "response.output_text.delta", output_index: 0, delta: "gr" },
      { type: "response.output_text.delta", output_index: 0, delta: "üß" },
      {
        type: "response.completed",
        response: {
          model: "m-1-2025",
          status: "completed",
          output: [
            { type: "message", content: [{ type: "output_text", text: "grüß" }] },
            { type: "function_call", name: "f", arguments: '{"a":1}' },
          ],
          usage: {
            input_tokens: 50,
            output_tokens: 9,
            input_tokens_details: { cached_tokens: 7 },
            output_tokens_details: { reasoning_tokens: 3 },
          },
        },
      },
    ]),
    expected: {
      provider: "openai",
      response: {
        content: "grüß",
        stop_reason: "completed",
        usage: {
          input_tokens: 50,
          output_tokens: 9,
          cache_read_input_tokens: 7,
          reasoning_tokens: 3,
        },
        tool_calls: [{ name: "f", arguments: '{"a":1}' }],
      },
    },
  },
  "Anthropic": {
    path: "/v1/messages",
    body: { ...chat, max_tokens: 10 },
    headers: {
      "anthropic-ratelimit-requests-remaining": "49",
      "anthropic-ratelimit-tokens-limit": "80000",
    },
    text: typed([
      {
        type: "message_start",
        message: {
          model: "claude-x",
          usage: {
            input_tokens: 5,
            cache_read_input_tokens: 7,
            cache_creation_input_tokens: 11,
            cache_creation: { ephemeral_1h_input_tokens: 4 },
            output_tokens: 1,
          },
        },
      },
      { type: "ping" },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "grüß" } },
      { type: "content_block_stop", index: 1 },
      {
        type: "content_block_start",
        index: 2,
        content_block: { type: "server_tool_use", id: "t1", name: "web_search", input: {} },
      },
      {
        type: "content_block_delta",
        index: 2,
        delta: { type: "input_json_delta", partial_json: '{"query":"x"}' },
      },
      { type: "content_block_stop", index: 2 },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn" },
        usage: { output_tokens: 9, input_tokens: null },
      },
      { type: "message_stop" },
    ]),
    expected: {
      provider: "anthropic",
      response: {
        content: "grüß",
        thinking: "hm",
        stop_reason: "end_turn",
        usage: {
          input_tokens: 23,
          output_tokens: 9,
          cache_read_input_tokens: 7,
          cache_creation_input_tokens: 11,
          cache_creation_1h_input_tokens: 4,
        },
        tool_calls: [{ id: "t1", name: "web_search", input: { query: "x" } }],
      },
      rate_limit: { requests_remaining: 49, tokens_limit: 80000 },
    },
  },
  "Gemini": {
    path: "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    body: { contents: [{ parts: [{ text: "hi" }] }] },
    text: [
      { candidates: [{ content: { parts: [{ text: "think", thought: true }] } }] },
      { candidates: [{ content: { parts: [{ text: "grüß" }] } }], modelVersion: "gemini-2.5" },
      {
        candidates: [{
          content: { parts: [{ functionCall: { name: "f", args: { a: 1 } } }] },
          finishReason: "STOP",
        }],
        usageMetadata: {
          promptTokenCount: 30,
          candidatesTokenCount: 6,
          thoughtsTokenCount: 4,
          cachedContentTokenCount: 8,
        },
      },
    ].map(data).join(""),
    expected: {
      provider: "gcp.gemini",
      model: "gemini-2.5-flash",
      response: {
        content: "grüß",
        thinking: "think",
        stop_reason: "STOP",
        usage: {
          input_tokens: 30,
          output_tokens: 10,
          cache_read_input_tokens: 8,
          reasoning_tokens: 4,
        },
        tool_calls: [{ functionCall: { name: "f", args: { a: 1 } } }],
      },
    },
  },
  "Ollama": {
    path: "/api/chat",
    body: chat,
    type: "application/x-ndjson",
    text: [
      { model: "m-1", message: { content: "grü" }, done: false },
      { model: "m-1", message: { content: "ß" }, done: false },
      {
        model: "m-1",
        message: { content: "" },
        done: true,
        done_reason: "stop",
        prompt_eval_count: 3,
        eval_count: 4,
      },
    ].map((event) => `${JSON.stringify(event)}\n`).join(""),
    expected: {
      provider: "ollama",
      response: {
        content: "grüß",
        stop_reason: "stop",
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    },
  },
};

describe("session.fetch against a server", () => {
  test.each(Object.entries(streams))(
    "records a stream of %s, which comes out as it was sent",
    async (_, one) => {
      answer = async (_request, response) => {
        response.writeHead(200, {
          "content-type": one.type ?? "text/event-stream; charset=utf-8",
          ...one.headers,
        });
        const bytes = new TextEncoder().encode(one.text);
        // Pieces that respect neither events nor characters.
        for (let at = 0; at < bytes.length; at += 301) {
          response.write(bytes.slice(at, at + 301));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        response.end();
      };
      const response = await post(one.path, one.body);
      expect(response.url).toBe(base + one.path);
      expect(await response.text()).toBe(one.text);
      const [transcript] = transcripts();
      expect(transcript).toMatchObject({
        ...one.expected,
        error: null,
        attempts: [{ status: 200 }],
      });
      expect(transcript!["stream"]).toMatchObject({ aborted: false });
      const { time_to_first_chunk_ms } = transcript!["stream"] as {
        time_to_first_chunk_ms: number;
      };
      expect(time_to_first_chunk_ms).toBeGreaterThan(0);
      expect(transcript!["duration_ms"]).toBeGreaterThanOrEqual(time_to_first_chunk_ms);
    },
  );

  test.each(Object.entries(streams))(
    "keeps what came of a stream of %s that breaks off",
    async (_, one) => {
      answer = (_request, response) => {
        response.writeHead(200, { "content-type": one.type ?? "text/event-stream" });
        // All but the end that says that it was the end.
        const cut = one.text.lastIndexOf(one.type ? "\n" : "\n\n", one.text.length - 20);
        response.write(one.text.slice(0, cut + 2), () => setTimeout(() => response.destroy(), 20));
      };
      const response = await post(one.path, one.body);
      await expect(response.text()).rejects.toThrow();
      const [transcript] = transcripts();
      expect(transcript).toMatchObject({ stream: { aborted: true } });
      expect(transcript!["error"]).not.toBeNull();
      expect((transcript!["response"] as { content: string }).content).toContain("grü");
    },
  );

  test("does not hold back the first piece, nor pull what nobody reads, and cancel reaches the server", async () => {
    let sent = 0;
    let closed: () => void;
    const gone = new Promise<void>((resolve) => closed = resolve);
    const line = data({ choices: [{ delta: { content: "x".repeat(1000) } }] });
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.on("close", () => closed());
      const more = () => {
        while (!response.destroyed && sent < 200e6) {
          sent += line.length;
          if (!response.write(line)) return void response.once("drain", more);
        }
      };
      more();
    };
    const response = await post("/v1/chat/completions");
    const reader = response.body!.getReader();
    expect((await reader.read()).value!.length).toBeGreaterThan(0);
    // The system's own buffers fill, and then nothing more flows.
    await expect.poll(async () => {
      const before = sent;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return sent - before;
    }).toBe(0);
    expect(sent).toBeLessThan(50e6);
    await reader.cancel();
    await gone;
    expect(transcripts()[0]).toMatchObject({ stream: { aborted: true }, error: null });
  });

  test("gives the first event while the second is not sent yet", async () => {
    let goOn: () => void = () => {};
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(data({ choices: [{ delta: { content: "one " } }] }));
      goOn = () =>
        response.end(data({ choices: [{ delta: { content: "two" }, finish_reason: "stop" }] }));
    };
    const reader = (await post("/v1/chat/completions")).body!.getReader();
    const first = await reader.read();
    expect(new TextDecoder().decode(first.value)).toContain("one ");
    goOn();
    while (!(await reader.read()).done);
    expect(transcripts()[0]).toMatchObject({ response: { content: "one two" } });
  });

  test("lets a reader bring its own buffer, as fetch does", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(streams["Gemini"]!.text);
    };
    const { body } = await post(streams["Gemini"]!.path, streams["Gemini"]!.body);
    const reader = body!.getReader({ mode: "byob" });
    let text = "";
    for (let buffer = new Uint8Array(64);;) {
      const { done, value } = await reader.read(buffer);
      if (done) break;
      text += new TextDecoder("latin1").decode(value);
      buffer = new Uint8Array(value.buffer);
    }
    expect(text).toContain("functionCall");
    expect(transcripts()[0]).toMatchObject({ response: { content: "grüß" } });
  });

  test("an abort in the middle is the caller's error, and is recorded as one", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(data({ choices: [{ delta: { content: "half " } }] }));
    };
    const abort = new AbortController();
    const response = await post("/v1/chat/completions", chat, { signal: abort.signal });
    const reader = response.body!.getReader();
    await reader.read();
    const next = reader.read();
    abort.abort();
    await expect(next).rejects.toThrow(/abort/i);
    expect(transcripts()[0]).toMatchObject({
      response: { content: "half " },
      stream: { aborted: true },
      error: { type: "AbortError" },
    });
  });

  test("puts Gemini's list of chunks together, where events are not asked for", async () => {
    const { text, body, expected } = streams["Gemini"]!;
    const list = `[${text.replaceAll("data: ", "").trim().split("\n\n").join(",\r\n")}]`;
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json; charset=UTF-8" }).end(list);
    };
    const response = await post("/v1beta/models/gemini-2.5-flash:streamGenerateContent", body);
    expect(await response.text()).toBe(list);
    expect(transcripts()[0]).toMatchObject({ ...expected, stream: null });
  });

  test("records JSON that is compressed, and hands it on", async () => {
    const value = { choices: [{ message: { content: "zipped" } }], usage: { prompt_tokens: 1 } };
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(value)));
    };
    const response = await post("/v1/chat/completions");
    expect(await response.json()).toEqual(value);
    expect(transcripts()[0]).toMatchObject({ response: { content: "zipped" } });
  });

  test(
    "records bodies that are no JSON: a proxy's page, bytes, nothing, and too much",
    async () => {
      const page = "<html>502 Bad Gateway</html>";
      answer = (_request, response) => {
        response.writeHead(502, { "content-type": "text/html", "retry-after-ms": "1500" });
        response.end(page);
      };
      expect(await (await post("/v1/messages")).text()).toBe(page);
      answer = (_request, response) => {
        response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
        response.end(Uint8Array.from({ length: 3000 }, (_, index) => index));
      };
      expect(
        (await (await post("/model/a.b:0/invoke-with-response-stream", { messages: [] }))
          .arrayBuffer()).byteLength,
      )
        .toBe(3000);
      answer = (_request, response) => void response.writeHead(204).end();
      expect((await post("/v1/chat/completions")).status).toBe(204);
      const huge = "y".repeat(17 * 1024 * 1024);
      answer = (_request, response) => {
        response.writeHead(200, { "content-type": "text/plain" });
        response.end(huge);
      };
      expect((await (await post("/v1/responses", { input: "hi" })).text()).length).toBe(
        huge.length,
      );
      const found = new Map(transcripts().map((one) => [one["provider"], one]));
      const all = transcripts();
      expect(all).toHaveLength(4);
      expect(found.get("anthropic")).toMatchObject({
        response: null,
        error: { type: "http_502", status: 502, message: page, retry_after_ms: 1500 },
      });
      expect(found.get("aws.bedrock")).toMatchObject({
        model: "a.b:0",
        response: { content: "[3000 bytes of application/vnd.amazon.eventstream]" },
      });
      const contents = all.map((one) => (one["response"] as { content: string } | null)?.content);
      expect(contents).toContain("");
      expect(contents.some((text) => /^y{1000}.*more\)$/.test(text ?? ""))).toBe(true);
    },
    30_000,
  );

  test("a refused connection is the caller's error, recorded with its cause", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    const failing = session.fetch(`http://127.0.0.1:${port}/v1/messages`, {
      method: "POST",
      body: JSON.stringify(chat),
    });
    await expect(failing).rejects.toThrow();
    expect(transcripts()[0]).toMatchObject({
      response: null,
      error: { status: null, message: expect.stringMatching(/refused|ECONNREFUSED/i) },
    });
  });

  test("session.llm follows a Response to the end of its body", async () => {
    const { path, body, text } = streams["Anthropic"]!;
    answer = (_request, response) => {
      response.writeHead(200, {
        "content-type": "text/event-stream",
        "anthropic-ratelimit-requests-remaining": "2",
      });
      response.end(text);
    };
    const call = { provider: "anthropic", model: "m-1", request: chat };
    for (const send of [fetch, session.fetch]) {
      const response = await session.llm(
        call,
        () => send(base + path, { method: "POST", body: JSON.stringify(body) }),
      );
      expect(transcripts()).toHaveLength(send === fetch ? 0 : 1);
      expect(await response.text()).toBe(text);
    }
    answer = (_request, response) =>
      void response.writeHead(429, { "retry-after": "3" }).end("slow");
    const refused = await session.llm(
      call,
      () => fetch(base + path, { method: "POST", body: JSON.stringify(body) }),
    );
    expect(refused.status).toBe(429);
    session.close();
    const all = transcripts();
    expect(all.filter((one) => one["response"] !== null)).toMatchObject(
      Array(2).fill({
        response: { content: "grüß", stop_reason: "end_turn" },
        rate_limit: { requests_remaining: 2 },
      }),
    );
    expect(all.filter((one) => one["response"] === null)).toMatchObject([
      { error: { status: 429, retry_after_ms: 3000 } },
    ]);
    await refused.body?.cancel();
  });
});
