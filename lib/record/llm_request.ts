/**
 * Recognising model calls among a program's requests.
 *
 * @module
 */

import type { LlmRequest } from "../format/mod.ts";
import { fieldsOf, textOf } from "./llm_usage.ts";

/** Largest request body that is looked at, in UTF-16 units. */
export const requestLengthMax: number = 64 * 1024 * 1024;

/** A model call among the requests. */
export interface RecognisedCall {
  provider: string;
  model: string;
  request: LlmRequest;
}

/** Hosts whose provider's name is not plain from the host. */
const HOSTS: [RegExp, string][] = [
  [/(^|\.)anthropic\.com$/, "anthropic"],
  [/(^|\.)openai\.com$/, "openai"],
  [/(^|\.)openai\.azure\.com$/, "azure.ai.openai"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)mistral\.ai$/, "mistral_ai"],
  [/(^|\.)groq\.com$/, "groq"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)x\.ai$/, "xai"],
  [/(^|\.)cohere\.(com|ai)$/, "cohere"],
  [/(^|\.)perplexity\.ai$/, "perplexity"],
  [/(^|\.)together\.(xyz|ai)$/, "together"],
  [/^generativelanguage\.googleapis\.com$/, "gcp.gemini"],
  [/aiplatform\.googleapis\.com$/, "gcp.vertex_ai"],
  [/^bedrock-runtime\..*\.amazonaws\.com$/, "aws.bedrock"],
];

/** Ends of the paths that answer model calls, and whose protocol they speak. */
const PATHS: [RegExp, string][] = [
  [/\/messages$/, "anthropic"],
  [/\/chat\/completions$/, "openai"],
  [/\/responses$/, "openai"],
  [/\/completions$/, "openai"],
  [/\/api\/(chat|generate)$/, "ollama"],
  [/\/v\d\/chat$/, "cohere"],
  [/\/models\/[^/]+:(generateContent|streamGenerateContent)$/, "gcp.gemini"],
  [/\/publishers\/anthropic\/models\/[^/]+:(rawPredict|streamRawPredict)$/, "anthropic"],
  [/\/model\/[^/]+\/(invoke|converse)(-with-response-stream|-stream)?$/, "aws.bedrock"],
];

/** Members of a request of which each protocol has one. */
const ASKED = ["messages", "prompt", "input", "contents", "message", "inputText"];

/**
 * Tells whether a request is a model call, by its path and its body.
 *
 * @param body The request's body.
 * @param provider The provider's name where the caller knows it.
 * @returns Nothing for any other request.
 */
export function recogniseCall(
  url: string,
  method: string,
  body: string,
  provider?: string,
): RecognisedCall | undefined {
  if (method.toUpperCase() !== "POST" || body.length > requestLengthMax) return undefined;
  const target = parseUrl(url);
  const protocol = target && PATHS.find(([path]) => path.test(target.pathname))?.[1];
  if (!target || !protocol) return undefined;
  const request = parseObject(body);
  if (!request || !ASKED.some((member) => Object.hasOwn(request, member))) return undefined;
  const model = textOf(request["model"]) ?? modelInPath(target.pathname) ?? "unknown";
  const { model: _model, ...asked } = request;
  const host = HOSTS.find(([pattern]) => pattern.test(target.hostname))?.[1];
  return { provider: provider ?? host ?? protocol, model, request: asked };
}

/** Whether a path is one that answers model calls: cheap, before any body is read. */
export function isCallUrl(url: string): boolean {
  const path = parseUrl(url)?.pathname;
  return path !== undefined && PATHS.some(([pattern]) => pattern.test(path));
}

/** Azure, Google and AWS name the model, or the deployment, in the path and none in the body. */
function modelInPath(path: string): string | undefined {
  const name = /\/(?:deployments|models?)\/([^/:]+)(?::(?:g|s|r)[A-Za-z]+$|\/)/.exec(path)?.[1] ??
    /\/model\/([^/]+)\//.exec(path)?.[1];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return name;
  }
}

function parseUrl(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? undefined : fieldsOf(value);
  } catch {
    return undefined;
  }
}
