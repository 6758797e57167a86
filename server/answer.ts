/**
 * Answers that are only sent where they are new to whoever asks.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Context } from "hono";

/** Runs `make` unless the reader has what it would give; then answers 304. */
export async function answerIfNew(
  context: Context,
  version: string,
  make: () => Promise<Response> | Response,
): Promise<Response> {
  const tag = `W/"${
    createHash("sha256").update(`${version}\n${context.req.url}`).digest("base64url").slice(0, 22)
  }"`;
  const headers = { etag: tag, "cache-control": "no-cache" };
  const known = context.req.header("if-none-match") ?? "";
  if (known.split(",").some((one) => one.trim() === tag || one.trim() === "*")) {
    return new Response(null, { status: 304, headers });
  }
  const response = await make();
  if (!response.ok) return response;
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** JSON as an answer. */
export function jsonResponse(value: unknown): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    headers: { "content-type": "application/json; charset=utf-8" },
  });
}
