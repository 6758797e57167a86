/**
 * The demo's model: a real HTTP server on this machine with a script instead of a mind. It speaks
 * the protocols of OpenAI and of Anthropic, as JSON and as a stream of events.
 *
 * @module
 */

import { serve, type ServerType } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { deployNotes, modelScript, type Turn } from "./model_script.ts";

/** How long the server asks a client to wait when it refuses a request, in milliseconds. */
export const retryAfterMs = 320;

/** The task whose first request is refused. */
const refusedTask = 3;

/** The task of the deployment, whose stream takes longer than its reader lives. */
export const endlessTask = 99;

const firstTokenMs = 45;
const answerMs = 70;
const betweenEventsMs = 12;
const wordsPerEvent = 6;

/** A running model server. */
export interface ModelServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** What both protocols' requests have in common. */
interface ModelRequest {
  model: string;
  stream?: boolean;
  messages: { role: string; content: unknown }[];
}

/** Starts the server on a free port of this machine. */
export async function startModelServer(): Promise<ModelServer> {
  let refusals = 1;
  const app = new Hono();
  app.post("/v1/chat/completions", async (context) => {
    const request = await context.req.json<ModelRequest>();
    const turn = turnOf(request);
    return request.stream
      ? openAiStream(context, request, turn)
      : openAiAnswer(context, request, turn);
  });
  app.post("/v1/messages", async (context) => {
    const request = await context.req.json<ModelRequest>();
    rateLimitHeaders(context, taskOf(request) === refusedTask && refusals > 0 ? 0 : 37);
    if (taskOf(request) === refusedTask && refusals > 0) {
      refusals -= 1;
      return refuse(context);
    }
    const turn = turnOf(request);
    return request.stream
      ? anthropicStream(context, request, turn)
      : anthropicAnswer(context, request, turn);
  });
  const { server, port } = await listen(app);
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

function listen(app: Hono): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const options = {
      fetch: app.fetch,
      hostname: "127.0.0.1",
      port: 0,
      overrideGlobalObjects: false,
    };
    const server = serve(options, ({ port }) => resolve({ server, port }));
    server.on("error", reject);
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Streams of readers that were killed, and idle connections, would keep it open.
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}

/** The task that a request is about: every prompt of the demo names it. */
function taskOf(request: ModelRequest): number {
  const match = /\[task (\d+)\]/.exec(JSON.stringify(request.messages));
  return match ? Number(match[1]) : -1;
}

function turnOf(request: ModelRequest): Turn {
  const task = taskOf(request);
  if (task === endlessTask) {
    return { text: deployNotes.repeat(20), usage: { input: 240, output: 1900 } };
  }
  const answered = request.messages.filter((message) => message.role === "assistant").length;
  const turn = modelScript[task]?.[answered];
  if (!turn) throw new RangeError(`Cannot answer turn ${answered} of task ${task}: no such turn`);
  return turn;
}

function rateLimitHeaders(context: Context, remaining: number): void {
  const reset = new Date(Date.now() + retryAfterMs).toISOString();
  context.header("anthropic-ratelimit-requests-limit", "50");
  context.header("anthropic-ratelimit-requests-remaining", String(remaining));
  context.header("anthropic-ratelimit-requests-reset", reset);
  context.header("anthropic-ratelimit-tokens-limit", "40000");
  context.header("anthropic-ratelimit-tokens-remaining", String(remaining * 800));
  context.header("anthropic-ratelimit-tokens-reset", reset);
}

function refuse(context: Context): Response {
  context.header("retry-after-ms", String(retryAfterMs));
  const message =
    "This request would exceed your organization's rate limit of 50 requests a minute.";
  return context.json({ type: "error", error: { type: "rate_limit_error", message } }, 429);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A text in pieces of a few words, as models send them. */
function pieces(text: string): string[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const result: string[] = [];
  for (let at = 0; at < words.length; at += wordsPerEvent) {
    result.push(words.slice(at, at + wordsPerEvent).join(""));
  }
  return result;
}

function openAiUsage({ usage }: Turn): Record<string, unknown> {
  const { input, output } = usage;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function openAiTools(turn: Turn): unknown[] {
  return (turn.tools ?? []).map(({ name, input }, index) => ({
    index,
    id: `call_${name}_${index + 1}`,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  }));
}

async function openAiAnswer(
  context: Context,
  { model }: ModelRequest,
  turn: Turn,
): Promise<Response> {
  await sleep(answerMs);
  const tools = openAiTools(turn);
  const message = {
    role: "assistant",
    content: turn.text,
    ...(tools.length > 0 ? { tool_calls: tools } : {}),
  };
  return context.json({
    id: "chatcmpl-demo",
    object: "chat.completion",
    model,
    choices: [{ index: 0, message, finish_reason: tools.length > 0 ? "tool_calls" : "stop" }],
    usage: openAiUsage(turn),
  });
}

function openAiStream(context: Context, { model }: ModelRequest, turn: Turn): Response {
  return streamSSE(context, async (stream) => {
    const send = (delta: object, rest: object = {}, finish_reason: string | null = null) =>
      stream.writeSSE({
        data: JSON.stringify({
          id: "chatcmpl-demo",
          object: "chat.completion.chunk",
          model,
          choices: [{ index: 0, delta, finish_reason }],
          ...rest,
        }),
      });
    await sleep(firstTokenMs);
    await send({ role: "assistant", content: "" });
    for (const content of pieces(turn.text)) {
      await send({ content });
      await sleep(betweenEventsMs);
    }
    const tools = openAiTools(turn);
    if (tools.length > 0) await send({ tool_calls: tools });
    await send({}, { usage: openAiUsage(turn) }, tools.length > 0 ? "tool_calls" : "stop");
    await stream.writeSSE({ data: "[DONE]" });
  });
}

function anthropicUsage({ usage }: Turn): Record<string, number> {
  return {
    input_tokens: usage.input,
    cache_read_input_tokens: usage.cacheRead ?? 0,
    cache_creation_input_tokens: usage.cacheWrite ?? 0,
  };
}

function anthropicTools(
  turn: Turn,
): { type: "tool_use"; id: string; name: string; input: object }[] {
  return (turn.tools ?? []).map(({ name, input }, index) => ({
    type: "tool_use",
    id: `toolu_${name}_${index + 1}`,
    name,
    input,
  }));
}

async function anthropicAnswer(
  context: Context,
  { model }: ModelRequest,
  turn: Turn,
): Promise<Response> {
  await sleep(answerMs);
  const tools = anthropicTools(turn);
  return context.json({
    id: "msg_demo",
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text: turn.text }, ...tools],
    stop_reason: tools.length > 0 ? "tool_use" : "end_turn",
    usage: { ...anthropicUsage(turn), output_tokens: turn.usage.output },
  });
}

function anthropicStream(context: Context, { model }: ModelRequest, turn: Turn): Response {
  return streamSSE(context, async (stream) => {
    const send = (type: string, rest: object) =>
      stream.writeSSE({ event: type, data: JSON.stringify({ type, ...rest }) });
    await sleep(firstTokenMs);
    const usage = { ...anthropicUsage(turn), output_tokens: 1 };
    const message = {
      id: "msg_demo",
      type: "message",
      role: "assistant",
      model,
      content: [],
      usage,
    };
    await send("message_start", { message });
    await send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    for (const text of pieces(turn.text)) {
      if (stream.aborted) return;
      await send("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
      await sleep(betweenEventsMs);
    }
    await send("content_block_stop", { index: 0 });
    let index = 0;
    for (const { input, ...block } of anthropicTools(turn)) {
      index += 1;
      const partial_json = JSON.stringify(input);
      await send("content_block_start", { index, content_block: { ...block, input: {} } });
      await send("content_block_delta", {
        index,
        delta: { type: "input_json_delta", partial_json },
      });
      await send("content_block_stop", { index });
    }
    const stop_reason = index > 0 ? "tool_use" : "end_turn";
    await send("message_delta", {
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: turn.usage.output },
    });
    await send("message_stop", {});
  });
}
