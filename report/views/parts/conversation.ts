/**
 * A model call as a conversation, whichever provider's shape the request and response have.
 *
 * @module
 */

import { asList, asRecord, asText, hasContent } from "./value.ts";

/** A piece of a message. */
export type Part =
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string }
  | ToolCall
  | ToolResult
  | { kind: "other"; type: string; value: unknown };

/** The model asks for a tool. */
export interface ToolCall {
  kind: "tool_call";
  name: string;
  id: string;
  input: unknown;
  /** What the tool gave, where {@linkcode joinTools} found it. */
  result?: ToolResult;
}

/** What a tool gave. */
export interface ToolResult {
  kind: "tool_result";
  id: string;
  failed: boolean;
  parts: Part[];
  /** The tool's name, where {@linkcode joinTools} found its call. */
  name?: string;
}

/** One message. */
export interface Message {
  /** As recorded, such as `user`; `system` for the request's own system text. */
  role: string;
  parts: Part[];
  /** Whether it is the call's answer. */
  answer: boolean;
}

/** A tool that the model was offered. */
export interface Tool {
  name: string;
  description: string;
  schema: unknown;
}

/** Tool results nested deeper than this are shown as data. */
const partDepthMax = 4;

/** The conversation of a transcript: system, messages, answer, in this order. */
export function conversationOf(transcript: unknown): Message[] {
  const call = asRecord(transcript);
  const request = asRecord(call["request"]);
  const messages: Message[] = [];
  if (hasContent(request["system"])) messages.push(message("system", request["system"]));
  for (const value of asList(request["messages"])) {
    const { role, content, tool_calls, tool_call_id } = asRecord(value);
    const parts = [...partsOf(content), ...asList(tool_calls).map(toolCall)];
    const id = asText(tool_call_id);
    const wrapped: Part[] = id ? [{ kind: "tool_result", id, failed: false, parts }] : parts;
    messages.push({ role: asText(role) || "unknown", parts: wrapped, answer: false });
  }
  if (hasContent(request["prompt"])) messages.push(message("user", request["prompt"]));
  if (messages.length === 0 && typeof call["request"] === "string") {
    messages.push(message("user", call["request"]));
  }
  const answer = answerOf(call["response"]);
  if (answer) messages.push(answer);
  return messages;
}

function message(role: string, content: unknown): Message {
  return { role, parts: partsOf(content), answer: false };
}

function answerOf(value: unknown): Message | null {
  if (typeof value === "string") return { role: "assistant", parts: partsOf(value), answer: true };
  const response = asRecord(value);
  const parts = [...partsOf(response["content"]), ...asList(response["tool_calls"]).map(toolCall)];
  return parts.length > 0 ? { role: "assistant", parts, answer: true } : null;
}

/**
 * Puts each tool's result below its call, and leaves out messages that held nothing else. A result
 * whose call is not among these messages stays where it is, with the tool's name from `names`.
 */
export function joinTools(
  messages: readonly Message[],
  names: ReadonlyMap<string, string>,
): Message[] {
  const results = new Map<string, ToolResult>();
  const called = new Set<string>();
  for (const part of messages.flatMap((message) => message.parts)) {
    if (part.kind === "tool_call" && part.id) called.add(part.id);
    if (part.kind === "tool_result" && called.has(part.id) && !results.has(part.id)) {
      results.set(part.id, part);
    }
  }
  return messages.flatMap((message) => {
    const parts = message.parts.filter((part) =>
      part.kind !== "tool_result" || results.get(part.id) !== part
    ).map((part): Part => {
      if (part.kind === "tool_result") return { ...part, name: names.get(part.id) ?? "" };
      const result = part.kind === "tool_call" ? results.get(part.id) : undefined;
      return result ? { ...part, result } as ToolCall : part;
    });
    return parts.length > 0 || message.parts.length === 0 ? [{ ...message, parts }] : [];
  });
}

/** The tools' names by the ids of their calls. */
export function toolNames(messages: readonly Message[]): Map<string, string> {
  return new Map(
    messages.flatMap((message) => message.parts).flatMap((part) =>
      part.kind === "tool_call" && part.id ? [[part.id, part.name] as const] : []
    ),
  );
}

/** Content as parts: plain text, or a list of a provider's blocks. */
export function partsOf(content: unknown, depth = 0): Part[] {
  if (!hasContent(content)) return [];
  if (typeof content === "string") return [{ kind: "text", text: content }];
  if (!Array.isArray(content)) return [part(content, depth)];
  return content.map((value) =>
    typeof value === "string" ? { kind: "text", text: value } as const : part(value, depth)
  );
}

function part(value: unknown, depth: number): Part {
  const block = asRecord(value);
  const type = asText(block["type"]);
  if (typeof block["text"] === "string" && (type.endsWith("text") || type === "")) {
    return { kind: "text", text: block["text"] };
  }
  if (type === "thinking" || type === "reasoning") {
    return { kind: "thinking", text: asText(block["thinking"]) || asText(block["text"]) };
  }
  if (type === "tool_use" || type === "server_tool_use") {
    const { name, id, input } = block;
    return { kind: "tool_call", name: asText(name), id: asText(id), input };
  }
  if (type === "tool_result" && depth < partDepthMax) {
    const parts = partsOf(block["content"], depth + 1);
    const failed = block["is_error"] === true;
    return { kind: "tool_result", id: asText(block["tool_use_id"]), failed, parts };
  }
  return { kind: "other", type: type || typeof value, value };
}

/** A tool call in OpenAI's shape, with its arguments parsed where they are JSON; or in any other. */
function toolCall(value: unknown): Part {
  const call = asRecord(value);
  const inner = asRecord(call["function"]);
  const name = asText(inner["name"]) || asText(call["name"]);
  const raw = inner["arguments"] ?? call["arguments"] ?? call["input"];
  return { kind: "tool_call", name, id: asText(call["id"]), input: parsed(raw) };
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The tools that a request offers, in either provider's shape. */
export function toolsOf(transcript: unknown): Tool[] {
  const request = asRecord(asRecord(transcript)["request"]);
  return asList(request["tools"]).map((value) => {
    const tool = { ...asRecord(value), ...asRecord(asRecord(value)["function"]) };
    return {
      name: asText(tool["name"]) || asText(tool["type"]) || "(no name)",
      description: asText(tool["description"]),
      schema: tool["input_schema"] ?? tool["parameters"] ?? null,
    };
  });
}

/** The request's settings: every key that is not part of the conversation. */
export function settingsOf(transcript: unknown): Record<string, unknown> {
  const shown = new Set(["system", "messages", "prompt", "tools"]);
  const request = asRecord(asRecord(transcript)["request"]);
  return Object.fromEntries(Object.entries(request).filter(([key]) => !shown.has(key)));
}

/** Most arguments, and most characters of them, that are shown without being folded. */
const argumentsMax = 8;
const argumentsLengthMax = 1200;

/**
 * What a tool was called with as `name: value` lines, texts of several lines below their name.
 * Null where it is no flat object, too long, or holds escape sequences.
 */
export function argumentLines(input: unknown): string | null {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return null;
  const entries = Object.entries(input);
  if (entries.length > argumentsMax) return null;
  if (entries.some(([, value]) => typeof value === "object" && value !== null)) return null;
  const text = entries.map(([name, value]) => {
    const lines = typeof value === "string" && value.includes("\n");
    return `${name}:${
      lines ? `\n  ${value.replaceAll("\n", "\n  ")}` : ` ${JSON.stringify(value)}`
    }`;
  }).join("\n");
  return text.length > argumentsLengthMax || text.includes("\x1b") ? null : text || "{}";
}
