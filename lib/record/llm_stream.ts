/**
 * Putting a streamed answer together, whatever provider's pieces it comes in.
 *
 * @module
 */

import { wordStart } from "../redact/mod.ts";
import { emptyResponse, excludesCache, parseResponse } from "./llm_response.ts";
import type { ParsedResponse } from "./llm_types.ts";
import { fieldsOf, normaliseUsage, textOf } from "./llm_usage.ts";
import { transcriptLimits } from "./serialise.ts";

type Fields = Record<string, unknown>;

/** Most pieces of an unknown shape that are kept as they are. */
export const unknownPiecesMax = 1000;

/** Most tool calls of one answer that are put together. */
export const toolCallsMax = 256;

/** Longest word that is left out where an answer is too long, in UTF-16 units. */
const cutWordLengthMax = 65_536;

/** Puts a streamed answer together. */
export class StreamAssembler {
  readonly #provider: string;
  readonly #texts = new Map<string, BoundedText>();
  readonly #tools = new Map<string, Fields>();
  readonly #pieces: unknown[] = [];
  #piecesLeftOut = 0;
  #usage: Fields = {};
  #anthropic = false;
  #result: ParsedResponse = emptyResponse("");
  #whole: ParsedResponse | undefined;
  #known = false;
  #finished = false;

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Whether the provider said that the answer is complete, or has no way to say so. */
  get finished(): boolean {
    return this.#finished || !this.#known;
  }

  /** Takes the stream's next piece. Never throws. */
  push(piece: unknown): void {
    if (typeof piece === "string") return this.#text("content", piece);
    const fields = fieldsOf(piece);
    const taken = this.#chat(fields) || this.#typed(fields) || this.#plain(fields);
    if (taken) return;
    if (this.#pieces.length < unknownPiecesMax) this.#pieces.push(piece);
    else this.#piecesLeftOut += 1;
  }

  /** The provider's own end mark, such as `[DONE]`. */
  end(): void {
    this.#finished = true;
  }

  /** The answer so far. */
  result(): ParsedResponse {
    if (this.#whole) return this.#whole;
    const rest: Fields = {};
    for (const [name, text] of this.#texts) if (name !== "content") rest[name] = text.value();
    if (this.#pieces.length > 0) rest["pieces"] = this.#pieces;
    if (this.#piecesLeftOut > 0) rest["pieces_left_out"] = this.#piecesLeftOut;
    return {
      ...this.#result,
      content: this.#texts.get("content")?.value() ?? "",
      usage: normaliseUsage(this.#usage, this.#anthropic || excludesCache(this.#provider, null)),
      tool_calls: [...this.#tools.values()],
      rest,
    };
  }

  /** OpenAI's chat completion chunks. */
  #chat(piece: Fields): boolean {
    const choices = piece["choices"];
    if (piece["error"] && piece["type"] === undefined) this.#error(piece["error"]);
    if (!Array.isArray(choices)) return this.#result.error !== null && "error" in piece;
    this.#known = true;
    this.#model(piece["model"]);
    this.#addUsage(piece["usage"]);
    const choice = fieldsOf(choices[0]);
    const delta = fieldsOf(choice["delta"]);
    this.#text("content", delta["content"] ?? choice["text"]);
    this.#text("reasoning", delta["reasoning_content"] ?? delta["reasoning"]);
    this.#text("refusal", delta["refusal"]);
    const tools = delta["tool_calls"];
    if (Array.isArray(tools)) { for (const tool of tools) this.#chatTool(fieldsOf(tool)); }
    this.#stop(choice["finish_reason"]);
    return true;
  }

  #chatTool(delta: Fields): void {
    const tool = this.#tool(String(delta["index"] ?? delta["id"] ?? 0));
    if (!tool) return;
    if (typeof delta["id"] === "string") tool["id"] = delta["id"];
    if (typeof delta["type"] === "string") tool["type"] = delta["type"];
    const part = fieldsOf(delta["function"]);
    const known = fieldsOf(tool["function"]);
    tool["function"] = {
      name: `${known["name"] ?? ""}${part["name"] ?? ""}`,
      arguments: `${known["arguments"] ?? ""}${part["arguments"] ?? ""}`,
    };
  }

  /** Pieces that name their type: Anthropic's, OpenAI's responses, the AI SDK's. */
  #typed(piece: Fields): boolean {
    const type = textOf(piece["type"]);
    switch (type) {
      case undefined:
        return false;
      case "message_start":
      case "content_block_start":
      case "content_block_delta":
      case "content_block_stop":
      case "message_delta":
      case "message_stop":
      case "ping":
        this.#anthropicPiece(type, piece);
        return true;
      case "error":
        this.#error(piece["error"] ?? piece);
        return true;
      case "text-delta":
        this.#known = true;
        this.#text("content", piece["text"] ?? piece["delta"] ?? piece["textDelta"]);
        return true;
      case "tool-call":
        this.#tools.set(String(piece["toolCallId"] ?? this.#tools.size), piece);
        return true;
      case "finish":
        this.#stop(piece["finishReason"] ?? "finish");
        this.#addUsage(piece["totalUsage"] ?? piece["usage"]);
        return true;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        this.#finished = true;
        this.#whole = parseResponse(piece["response"], this.#provider);
        if (type === "response.failed") this.#error(fieldsOf(piece["response"])["error"]);
        return true;
      default:
        return type.startsWith("response.") && this.#responsesPiece(type, piece);
    }
  }

  /** OpenAI's responses, before their end, which says all of it again. */
  #responsesPiece(type: string, piece: Fields): true {
    this.#known = true;
    const item = fieldsOf(piece["item"]);
    const key = String(piece["output_index"] ?? 0);
    if (type === "response.created") this.#model(fieldsOf(piece["response"])["model"]);
    else if (type === "response.output_text.delta") this.#text("content", piece["delta"]);
    else if (type === "response.refusal.delta") this.#text("refusal", piece["delta"]);
    else if (/^response\.reasoning.*\.delta$/.test(type)) this.#text("reasoning", piece["delta"]);
    else if (/^response\.output_item\./.test(type) && item["type"] === "function_call") {
      Object.assign(this.#tool(key) ?? {}, item);
    } else if (type === "response.function_call_arguments.delta") {
      const tool = this.#tool(key);
      if (tool) tool["arguments"] = `${tool["arguments"] ?? ""}${piece["delta"] ?? ""}`;
    }
    return true;
  }

  #anthropicPiece(type: string, piece: Fields): void {
    this.#known = true;
    this.#anthropic = true;
    const delta = fieldsOf(piece["delta"]);
    const key = String(piece["index"] ?? 0);
    if (type === "message_start") {
      const message = fieldsOf(piece["message"]);
      this.#model(message["model"]);
      this.#addUsage(message["usage"]);
    } else if (type === "content_block_start") {
      const block = fieldsOf(piece["content_block"]);
      this.#text("content", block["text"]);
      if (/tool_use$/.test(textOf(block["type"]) ?? "")) {
        Object.assign(this.#tool(key) ?? {}, block, { input: "" });
      }
    } else if (type === "content_block_delta") {
      this.#text("content", delta["text"]);
      this.#text("thinking", delta["thinking"]);
      const tool = delta["partial_json"] === undefined ? undefined : this.#tool(key);
      if (tool) tool["input"] = `${tool["input"] ?? ""}${delta["partial_json"]}`;
    } else if (type === "content_block_stop") {
      const tool = this.#tools.get(key);
      if (tool) tool["input"] = parsedOrText(tool["input"]);
    } else if (type === "message_delta") {
      this.#result.stop_reason = textOf(delta["stop_reason"]) ?? this.#result.stop_reason;
      this.#addUsage(piece["usage"]);
    } else if (type === "message_stop") this.#finished = true;
  }

  /** Ollama's pieces, Gemini's, and plain objects with a text. */
  #plain(piece: Fields): boolean {
    if (Array.isArray(piece["candidates"])) {
      const part = parseResponse(piece, this.#provider);
      this.#known = true;
      this.#model(piece["modelVersion"]);
      this.#text("content", part.content);
      this.#text("thinking", part.rest["thinking"]);
      for (const tool of part.tool_calls) {
        Object.assign(this.#tool(String(this.#tools.size)) ?? {}, tool);
      }
      this.#addUsage(piece["usageMetadata"]);
      if (part.stop_reason !== null) this.#stop(part.stop_reason);
      return true;
    }
    const text = fieldsOf(piece["message"])["content"] ?? piece["response"] ?? piece["text"] ??
      piece["content"] ?? piece["delta"];
    if (typeof text !== "string") return false;
    this.#text("content", text);
    this.#model(piece["model"]);
    if (piece["done"] === true) {
      this.#stop(piece["done_reason"] ?? "stop");
      this.#addUsage(piece);
    }
    return true;
  }

  #text(name: string, part: unknown): void {
    if (typeof part !== "string" || part === "") return;
    let text = this.#texts.get(name);
    if (!text) this.#texts.set(name, text = new BoundedText());
    text.add(part);
  }

  #tool(key: string): Fields | undefined {
    const known = this.#tools.get(key);
    if (known || this.#tools.size >= toolCallsMax) return known;
    const made: Fields = {};
    this.#tools.set(key, made);
    return made;
  }

  #stop(reason: unknown): void {
    if (typeof reason !== "string") return;
    this.#known = true;
    this.#finished = true;
    this.#result.stop_reason = reason;
  }

  /** Later counts replace earlier ones, but a count that is not told says nothing. */
  #addUsage(usage: unknown): void {
    for (const [key, value] of Object.entries(fieldsOf(usage))) {
      if (value !== null && value !== undefined) this.#usage[key] = value;
    }
  }

  #model(model: unknown): void {
    if (typeof model === "string") this.#result.model = model;
  }

  #error(error: unknown): void {
    const fields = fieldsOf(error);
    const found = {
      type: typeOf(fields) ?? "stream_error",
      status: null,
      message: textOf(fields["message"]) ?? "The provider reported an error inside the stream",
      retry_after_ms: null,
    };
    this.#result.error = found;
    if (this.#whole) this.#whole.error = found;
  }
}

/** `type` where it says more than that it is an error. */
function typeOf(error: Fields): string | undefined {
  const type = textOf(error["type"]);
  return type === undefined || type === "error" ? textOf(error["code"]) ?? type : type;
}

function parsedOrText(text: unknown): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}

/** A text that grows up to what a transcript keeps, and counts the rest. */
class BoundedText {
  #parts: string[] = [];
  #length = 0;
  #more = 0;

  add(part: string): void {
    const room = transcriptLimits.textLengthMax - this.#length;
    const kept = part.slice(0, Math.max(0, room));
    if (kept !== "") this.#parts.push(kept);
    this.#length += kept.length;
    this.#more += part.length - kept.length;
  }

  value(): string {
    const text = this.#parts.join("");
    if (this.#more === 0) return text;
    // A cut inside of a word could leave half a secret that nothing recognises.
    const word = wordStart(text, text.length);
    const end = text.length - word > cutWordLengthMax ? text.length : word;
    return `${text.slice(0, end)}…(${this.#more + text.length - end} more)`;
  }
}
