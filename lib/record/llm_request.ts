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
];

/** Ends of the paths that answer model calls, and whose protocol they speak. */
const PATHS: [RegExp, string][] = [
  [/\/messages$/, "anthropic"],
  [/\/chat\/completions$/, "openai"],
  [/\/responses$/, "openai"],
  [/\/completions$/, "openai"],
  [/\/api\/(chat|generate)$/, "ollama"],
];

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
  if (!request || (!("messages" in request) && !("prompt" in request) && !("input" in request))) {
    return undefined;
  }
  const model = textOf(request["model"]) ?? deployment(target.pathname) ?? "unknown";
  const { model: _model, ...asked } = request;
  const host = HOSTS.find(([pattern]) => pattern.test(target.hostname))?.[1];
  return { provider: provider ?? host ?? protocol, model, request: asked };
}

/** Whether a path is one that answers model calls: cheap, before any body is read. */
export function isCallUrl(url: string): boolean {
  const path = parseUrl(url)?.pathname;
  return path !== undefined && PATHS.some(([pattern]) => pattern.test(path));
}

/** Azure names its deployment in the path, and no model in the body. */
function deployment(path: string): string | undefined {
  return /\/deployments\/([^/]+)\//.exec(path)?.[1];
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
