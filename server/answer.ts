/**
 * Answers that are only sent where they are new to whoever asks.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Context } from "hono";

/**
 * Runs `make` unless the reader has what it would give; then answers 304.
 *
 * @param version What the answer depends on, beside its address.
 */
export async function answerIfNew(
  context: Context,
  version: unknown,
  make: () => Promise<Response> | Response,
): Promise<Response> {
  const tag = tagOf(`${JSON.stringify(version)}\n${context.req.url}`);
  if (isKnown(context, tag)) return unchanged(tag);
  const response = await make();
  return response.ok ? tagged(response, tag) : response;
}

/** The same for an answer that is only known to be another one once it is made. */
export async function answerIfOther(context: Context, response: Response): Promise<Response> {
  if (!response.ok) return response;
  const tag = tagOf(await response.clone().text());
  return isKnown(context, tag) ? unchanged(tag) : tagged(response, tag);
}

function tagOf(text: string): string {
  return `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
}

function isKnown(context: Context, tag: string): boolean {
  const known = context.req.header("if-none-match") ?? "";
  return known.split(",").some((one) => one.trim() === tag || one.trim() === "*");
}

function unchanged(tag: string): Response {
  return tagged(new Response(null, { status: 304 }), tag);
}

function tagged(response: Response, tag: string): Response {
  response.headers.set("etag", tag);
  response.headers.set("cache-control", "no-cache");
  return response;
}

/** JSON as an answer. */
export function jsonResponse(value: unknown): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    headers: { "content-type": "application/json; charset=utf-8" },
  });
}
