/**
 * The demo's client of model servers: two protocols, streams, tools, and one patient retry.
 *
 * @module
 */

import type { Session } from "../lib/mod.ts";
import type { ToolCall } from "./model_script.ts";

/** How often a refused request is sent again. */
const attemptsMax = 3;

/** Longest wait that a server may ask for, in milliseconds. */
const retryDelayMsMax = 5_000;

/** The protocol, and whether the answer is streamed. */
export interface ModelChoice {
  provider: "openai" | "anthropic";
  model: string;
  stream: boolean;
}

/** One message, in a form that both protocols understand. */
export interface Message {
  role: "user" | "assistant";
  content: string;
}

/** What the model answered. */
export interface Reply {
  text: string;
  tools: ToolCall[];
}

/** A server's refusal, with what it says about trying again. */
export class ModelServerError extends Error {
  override readonly name = "ModelServerError";
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; undefined where it is no JSON. */
  readonly error: unknown;

  constructor(model: string, response: Response, body: string) {
    super(`Cannot ask ${model}: the server answered ${response.status}: ${body}`);
    this.status = response.status;
    this.headers = response.headers;
    try {
      this.error = JSON.parse(body);
    } catch {
      this.error = undefined;
    }
  }

  /** How long to wait before the next try, in milliseconds; null where there is no use in one. */
  get retry_delay_ms(): number | null {
    const delay = Number(this.headers.get("retry-after-ms"));
    return this.status === 429 && delay > 0 && delay <= retryDelayMsMax ? delay : null;
  }
}

/** Talks to one model server through a session, which records every call. */
export class ModelClient {
  readonly #session: Session;
  readonly #url: string;
  readonly #key: string;

  /**
   * @param url The server's address, without a path.
   * @param key The key that the server would check.
   */
  constructor(session: Session, url: string, key: string) {
    this.#session = session;
    this.#url = url;
    this.#key = key;
  }

  /** Asks once, and again when the server asks to wait. */
  ask(choice: ModelChoice, messages: Message[], tools: readonly object[]): Promise<Reply> {
    const request = {
      model: choice.model,
      max_tokens: 1024,
      temperature: 0,
      stream: choice.stream,
      messages,
      ...(tools.length > 0 ? { tools: [...tools] } : {}),
    };
    const { provider, model } = choice;
    return this.#session.llm({ provider, model, request, operation: "agent" }, async (call) => {
      for (let attempt = 1;; attempt++) {
        try {
          return await call.attempt(() => this.#send(provider, request));
        } catch (error) {
          const delay = error instanceof ModelServerError ? error.retry_delay_ms : null;
          if (delay === null || attempt === attemptsMax) throw error;
          this.#session.warning(`${model} asks to wait ${delay} ms`, { attempt, delay_ms: delay });
          call.retryDelay(delay);
          await new Promise((resolve) => setTimeout(resolve, delay));
        }
      }
    });
  }

  async #send(provider: ModelChoice["provider"], request: { model: string }): Promise<Reply> {
    const path = provider === "openai" ? "/v1/chat/completions" : "/v1/messages";
    const headers = provider === "openai"
      ? { authorization: `Bearer ${this.#key}` }
      : { "x-api-key": this.#key, "anthropic-version": "2023-06-01" };
    const response = await this.#session.fetch(this.#url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(request),
    });
    if (response.ok) return readReply(provider, response);
    throw new ModelServerError(request.model, response, await response.text());
  }
}

/** The parts of an answer that the agent uses, of both protocols and of their streams' events. */
interface Piece {
  choices?: { delta?: OpenAiMessage; message?: OpenAiMessage }[];
  content?: { type: string; text?: string; name?: string; input?: Record<string, unknown> }[];
  index?: number;
  content_block?: { type: string; name?: string };
  delta?: { text?: string; partial_json?: string };
}

interface OpenAiMessage {
  content?: string | null;
  tool_calls?: { function: { name: string; arguments: string } }[];
}

async function readReply(provider: ModelChoice["provider"], response: Response): Promise<Reply> {
  const isStream = response.headers.get("content-type")?.includes("event-stream");
  if (!isStream) return wholeReply(provider, await response.json() as Piece);
  const reply: Reply = { text: "", tools: [] };
  const calls = new Map<number, { name: string; json: string }>();
  for await (const piece of events(response)) {
    if (provider === "openai") {
      const part = openAiReply(piece.choices?.[0]?.delta);
      reply.text += part.text;
      reply.tools.push(...part.tools);
    } else {
      reply.text += piece.delta?.text ?? "";
      const { index = 0, content_block: block, delta } = piece;
      if (block?.type === "tool_use") calls.set(index, { name: block.name ?? "", json: "" });
      const call = calls.get(index);
      if (call && delta?.partial_json) call.json += delta.partial_json;
    }
  }
  for (const { name, json } of calls.values()) {
    reply.tools.push({ name, input: JSON.parse(json) });
  }
  return reply;
}

function wholeReply(provider: ModelChoice["provider"], body: Piece): Reply {
  if (provider === "openai") return openAiReply(body.choices?.[0]?.message);
  const blocks = body.content ?? [];
  return {
    text: blocks.map((block) => block.text ?? "").join(""),
    tools: blocks.filter((block) => block.type === "tool_use")
      .map(({ name = "", input = {} }) => ({ name, input })),
  };
}

function openAiReply(message: OpenAiMessage | undefined): Reply {
  return {
    text: message?.content ?? "",
    tools: (message?.tool_calls ?? []).map((call) => ({
      name: call.function.name,
      input: JSON.parse(call.function.arguments),
    })),
  };
}

/** The events of a stream, as they arrive. */
export async function* events(response: Response): AsyncGenerator<Piece, void, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data && data !== "[DONE]") yield JSON.parse(data) as Piece;
    }
  }
}
