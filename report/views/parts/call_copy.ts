/**
 * A model call as text for elsewhere: Markdown for a ticket, a request to try again, a command that
 * reads its file.
 *
 * @module
 */

import type { LlmRow } from "../../../lib/bundle/sections.ts";
import { humanCost, humanDuration } from "../../../lib/format/human.ts";
import { plainText } from "../../components/mod.ts";
import { markdownCell } from "../../components/copy_rows.ts";
import { conversationOf, joinTools, type Part, toolNames } from "./conversation.ts";
import { asRecord, inlineText } from "./value.ts";

/** Longest part of a message in Markdown, in UTF-16 units. */
export const markdownPartMax = 20_000;

/** The call as Markdown: its facts, and its conversation as text that no viewer takes for markup. */
export function callMarkdown(row: LlmRow, transcript: unknown): string {
  const messages = conversationOf(transcript);
  const facts = [
    ["Outcome", row.error === null ? row.outcome : `${row.outcome}: ${row.error}`],
    ["Model", `${row.provider} ${row.model}`],
    ["Time", row.time === null ? "unknown" : new Date(row.time).toISOString()],
    ["Duration", humanDuration(row.duration_ms)],
    ["Tokens", `${row.input_tokens ?? "unknown"} in, ${row.output_tokens ?? "unknown"} out`],
    ["Cost", humanCost(row.cost_usd)],
    ["Trace", row.trace_id],
    ["File", row.file],
  ] as const;
  return [
    `## LLM call: ${markdownCell(row.operation || "call")}`,
    "",
    ...facts.map(([name, value]) => `- ${name}: ${markdownCell(value)}`),
    ...joinTools(messages, toolNames(messages)).flatMap(({ role, answer, parts }) => [
      "",
      `### ${markdownCell(role)}${answer ? " (answer)" : ""}`,
      ...parts.flatMap(partMarkdown),
    ]),
    "",
  ].join("\n");
}

function partMarkdown(part: Part): string[] {
  switch (part.kind) {
    case "text":
      return fenced(part.text, "text");
    case "thinking":
      return ["", "Thinking:", ...fenced(part.text, "text")];
    case "tool_call":
      return [
        "",
        `Calls ${markdownCell(part.name)}:`,
        ...fenced(json(part.input), "json"),
        ...(part.result ? partMarkdown(part.result) : []),
      ];
    case "tool_result":
      return [
        "",
        `Result${part.name ? ` of ${markdownCell(part.name)}` : ""}${
          part.failed ? ", failed" : ""
        }:`,
        ...part.parts.flatMap(partMarkdown),
      ];
    case "other":
      return fenced(json(part.value), "json");
  }
}

/** A fence that is longer than any in the text. */
function fenced(text: string, language: string): string[] {
  const longest = text.match(/`{3,}/g)?.reduce((most, run) => Math.max(most, run.length), 2) ?? 2;
  const fence = "`".repeat(longest + 1);
  const cut = text.length > markdownPartMax ? `${text.slice(0, markdownPartMax)}…` : text;
  const lines = cut.split(/\r?\n/).map(plainText);
  return ["", `${fence}${language}`, ...lines, fence];
}

/** Where a provider takes requests, and how the caller names itself there; never a recorded key. */
const endpoints: readonly [provider: RegExp, url: string, headers: readonly string[]][] = [
  [/anthropic/i, "https://api.anthropic.com/v1/messages", [
    "x-api-key: $ANTHROPIC_API_KEY",
    "anthropic-version: 2023-06-01",
  ]],
  [/ollama/i, "http://localhost:11434/api/", []],
  [/openai/i, "https://api.openai.com/v1/", ["authorization: Bearer $OPENAI_API_KEY"]],
  [/(?:)/, "$LLM_URL", ["authorization: Bearer $LLM_API_KEY"]],
];

/** Keys of a request that some callers keep their secrets in. */
const secretKeys = /^(?:x-)?(?:api[-_]?key|authorization|(?:extra|default)?_?headers)$/i;

/** A command that makes the request again. Keys come from the environment. */
export function callCurl(row: LlmRow, transcript: unknown): string {
  const recorded = asRecord(asRecord(transcript)["request"]);
  const request = Object.fromEntries(
    Object.entries(recorded).filter(([key]) => !secretKeys.test(key)),
  );
  const [, url, headers] = endpoints.find(([provider]) => provider.test(row.provider))!;
  const body = json({ model: row.model, ...request });
  return [
    `curl "${url.endsWith("/") ? url + pathOf(url, request) : url}" \\`,
    ...["content-type: application/json", ...headers].map((header) => `  -H "${header}" \\`),
    "  --data-binary @- <<'PLANLOOP_REQUEST'",
    body,
    "PLANLOOP_REQUEST",
    "",
  ].join("\n");
}

function pathOf(url: string, request: Record<string, unknown>): string {
  if (url.includes("localhost")) return "messages" in request ? "chat" : "generate";
  return "messages" in request ? "chat/completions" : "responses";
}

/** A command that shows the call out of its file; run it in the session's folder. */
export function callJq(row: LlmRow): string {
  const file = plainText(row.file).replaceAll("'", `'\\''`);
  return `jq '{model, usage: .response.usage, request, answer: .response.content}' '${file}'`;
}

/** JSON whose every character can be seen, and which no terminal takes for a command. */
function json(value: unknown): string {
  const text = typeof value === "string" ? inlineText(value) : JSON.stringify(value, null, 2);
  return (text ?? "null").replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
