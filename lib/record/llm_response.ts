/**
 * A model's answer, from every provider's shape into one.
 *
 * @module
 */

import { fieldsOf, normaliseUsage, textOf } from "./llm_usage.ts";
import type { ParsedResponse } from "./llm_types.ts";
import { transcriptLimits } from "./serialise.ts";

type Fields = Record<string, unknown>;

/** Keys of an answer that say what our own keys say. */
const TAKEN = new Set([
  "content",
  "choices",
  "output",
  "output_text",
  "usage",
  "stop_reason",
  "model",
  "candidates",
  "modelVersion",
  "usageMetadata",
  "message",
  "tool_calls",
]);

/**
 * Reads an answer in the shape of OpenAI (chat or responses), Anthropic, Gemini, Ollama, the AI SDK,
 * or our own. Anything else becomes the content as it is. Never throws.
 *
 * @param provider Decides how the provider counts cached tokens.
 */
export function parseResponse(raw: unknown, provider: string): ParsedResponse {
  try {
    return isBody(raw) ? parseBody(raw, provider) : emptyResponse(raw);
  } catch {
    // A proxy, or a getter, that throws: what is written shows where.
    return emptyResponse(raw);
  }
}

function isBody(raw: unknown): raw is Fields {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) &&
    !ArrayBuffer.isView(raw) && !(raw instanceof String);
}

function parseBody(body: Fields, provider: string): ParsedResponse {
  const parts = chatParts(body) ?? responsesParts(body) ?? anthropicParts(body) ??
    geminiParts(body) ?? plainParts(body);
  const usage = body["usage"] ?? body["usageMetadata"] ??
    (body["eval_count"] === undefined ? undefined : body);
  return {
    content: parts.content,
    stop_reason: parts.stop ?? null,
    usage: normaliseUsage(usage, excludesCache(provider, body)),
    tool_calls: parts.tools ?? [],
    model: textOf(body["model"]) ?? textOf(body["modelVersion"]) ?? null,
    error: null,
    rest: { ...(parts.isWhole ? {} : restOf(body, parts.taken)), ...parts.rest },
  };
}

function restOf(body: Fields, taken: readonly string[] = []): Fields {
  const rest = Object.keys(body).filter((key) => !TAKEN.has(key) && !taken.includes(key));
  return Object.fromEntries(rest.map((key) => [key, body[key]]));
}

/** An answer of nothing but content. */
export function emptyResponse(content: unknown): ParsedResponse {
  return {
    content,
    stop_reason: null,
    usage: {},
    tool_calls: [],
    model: null,
    error: null,
    rest: {},
  };
}

/** Whether input tokens leave out the cached ones: Anthropic's messages, whoever serves them. */
export function excludesCache(provider: string, message: unknown): boolean {
  return /anthropic|claude/i.test(provider) || fieldsOf(message)["type"] === "message";
}

/** Most parts of an answer that are looked at. */
const partsMax: number = transcriptLimits.itemsMax;

/** The parts of an answer, as far as the limit goes. */
function partsOf(list: readonly unknown[]): Fields[] {
  const parts = list.slice(0, partsMax).map(fieldsOf);
  const left = list.length - partsMax;
  return left > 0 ? [...parts, { type: "text", text: `…(${left} more)` }] : parts;
}

interface Parts {
  content: unknown;
  stop?: string | undefined;
  tools?: unknown[];
  rest?: Fields;
  taken?: string[];
  /** Whether the content is the whole body. */
  isWhole?: boolean;
}

/** OpenAI's chat completions, and all that copy them. */
function chatParts(body: Fields): Parts | undefined {
  const choices = body["choices"];
  if (!Array.isArray(choices)) return undefined;
  const first = fieldsOf(choices[0]);
  const message = fieldsOf(first["message"]);
  const tools = message["tool_calls"];
  return {
    content: message["content"] ?? first["text"] ?? message["refusal"] ?? null,
    stop: textOf(first["finish_reason"]),
    tools: Array.isArray(tools) ? tools : [],
    rest: choices.length > 1 ? { choices } : {},
  };
}

/** OpenAI's responses. */
function responsesParts(body: Fields): Parts | undefined {
  const output = body["output"];
  if (!Array.isArray(output)) return undefined;
  const items = partsOf(output);
  const contents = items.flatMap((item) => {
    if (Array.isArray(item["content"])) return partsOf(item["content"]);
    return item["type"] === "text" ? [item] : [];
  });
  const texts = contents.map((part) => textOf(part["text"]) ?? "");
  const reason = textOf(fieldsOf(body["incomplete_details"])["reason"]);
  return {
    content: textOf(body["output_text"]) ?? texts.join(""),
    stop: reason ?? textOf(body["status"]),
    tools: items.filter((item) => item["type"] === "function_call"),
    taken: ["status"],
  };
}

/** Anthropic's messages. */
function anthropicParts(body: Fields): Parts | undefined {
  const blocks = body["content"];
  if (!Array.isArray(blocks)) return undefined;
  const all = partsOf(blocks);
  const onlyText = all.every((block) => block["type"] === "text");
  return {
    content: all.map((block) => textOf(block["text"]) ?? "").join(""),
    stop: textOf(body["stop_reason"]),
    tools: all.filter((block) => block["type"] === "tool_use"),
    // Thinking, citations and the blocks' order would be lost in the text alone.
    rest: onlyText ? {} : { content_blocks: blocks },
  };
}

function geminiParts(body: Fields): Parts | undefined {
  const candidates = body["candidates"] ?? (body["promptFeedback"] === undefined ? undefined : []);
  if (!Array.isArray(candidates)) return undefined;
  const first = fieldsOf(candidates[0]);
  const list = fieldsOf(first["content"])["parts"];
  const parts = partsOf(Array.isArray(list) ? list : []);
  const texts = (isThought: boolean) =>
    parts.filter((part) => (part["thought"] === true) === isThought)
      .map((part) => textOf(part["text"]) ?? "").join("");
  const thinking = texts(true);
  return {
    content: texts(false),
    // A prompt that is refused has no candidate, but a reason.
    stop: textOf(first["finishReason"]) ?? textOf(fieldsOf(body["promptFeedback"])["blockReason"]),
    tools: parts.filter((part) => part["functionCall"] !== undefined),
    rest: thinking === "" ? {} : { thinking },
  };
}

/** Our own shape, Ollama's, and the AI SDK's. */
function plainParts(body: Fields): Parts {
  const message = fieldsOf(body["message"]);
  const known = ["content", "text", "response"].find((key) => body[key] !== undefined);
  const content = known === undefined ? message["content"] : body[known];
  const stop = ["stop_reason", "finishReason", "done_reason", "finish_reason"]
    .map((key) => textOf(body[key])).find((reason) => reason !== undefined);
  const tools = body["tool_calls"] ?? body["toolCalls"] ?? message["tool_calls"];
  const isAnswer = content !== undefined || stop !== undefined || body["usage"] !== undefined;
  if (!isAnswer) return { content: body, isWhole: true };
  return {
    content: content ?? null,
    stop,
    tools: Array.isArray(tools) ? tools : [],
    taken: ["text", "response", "finishReason", "done_reason", "finish_reason", "toolCalls"],
  };
}
