/**
 * Who may ask, and what no answer goes without.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { corsOriginDefault, type ServerOptions } from "./options.ts";
import { problemResponse } from "./problem.ts";

/** Longest path with its query, in characters. */
export const addressCharsMax = 8192;

/** Most bytes of a request's headers, as text. */
export const headerCharsMax = 16_384;

/** Names of this machine. */
const ownHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

const tokenCookie = "planloop_token";

const methods = "GET, HEAD, OPTIONS";

/** Refuses what must not be answered, and puts the headers of safety on what is. */
export function guard(options: ServerOptions): MiddlewareHandler {
  const hosts = new Set([...ownHosts, ...(options.hosts ?? []).map((host) => host.toLowerCase())]);
  const origins = new Set([corsOriginDefault, ...(options.corsOrigins ?? [])]);
  return async (context, next) => {
    const refusal = refuse(context, hosts, options.token);
    if (refusal) context.res = refusal;
    else if (context.req.method === "OPTIONS") context.res = new Response(null, { status: 204 });
    else if (isEntrance(context, options.token)) context.res = enter(context, options.token!);
    else await next();
    addHeaders(context, origins);
  };
}

function refuse(
  { req }: Context,
  hosts: ReadonlySet<string>,
  token: string | undefined,
): Response | null {
  const { pathname, search } = new URL(req.url);
  if (pathname.length + search.length > addressCharsMax) {
    return problemResponse(414, `The address has more than ${addressCharsMax} characters.`);
  }
  let headerChars = 0;
  req.raw.headers.forEach((value, name) => headerChars += name.length + value.length);
  if (headerChars > headerCharsMax) {
    return problemResponse(431, `The headers have more than ${headerCharsMax} characters.`);
  }
  const host = hostOf(req.header("host") ?? "");
  if (!hosts.has(host)) {
    // A page elsewhere can let its own name point to this machine, and would then be this origin.
    return problemResponse(
      403,
      `This server does not answer for the host ${JSON.stringify(host)}: open it by the address ` +
        "that it printed.",
    );
  }
  if (!["GET", "HEAD", "OPTIONS"].includes(req.method)) {
    const response = problemResponse(
      405,
      `${req.method} is not answered: recordings are only read here. Expected ${methods}.`,
    );
    response.headers.set("allow", methods);
    return response;
  }
  if (token === undefined || req.method === "OPTIONS" || hasToken(req, token)) return null;
  return problemResponse(401, "This server needs the token of the address that it printed.");
}

function hasToken(req: Context["req"], token: string): boolean {
  const cookie = new RegExp(`(?:^|;\\s*)${tokenCookie}=([^;]*)`).exec(req.header("cookie") ?? "");
  const bearer = /^Bearer (.+)$/.exec(req.header("authorization") ?? "");
  return [req.query("token"), cookie?.[1], bearer?.[1]]
    .some((given) => given !== undefined && isEqual(given, token));
}

/** In constant time, whatever the lengths. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** A page that is opened with the token in its address: it moves into a cookie. */
function isEntrance({ req }: Context, token: string | undefined): boolean {
  return token !== undefined && req.query("token") !== undefined &&
    !new URL(req.url).pathname.startsWith("/api/");
}

function enter({ req }: Context, token: string): Response {
  const url = new URL(req.url);
  url.searchParams.delete("token");
  return new Response(null, {
    status: 302,
    headers: {
      location: url.pathname + url.search,
      "set-cookie": `${tokenCookie}=${token}; Path=/; HttpOnly; SameSite=Strict`,
      "cache-control": "no-store",
    },
  });
}

function addHeaders({ req, res }: Context, origins: ReadonlySet<string>): void {
  const { headers } = res;
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("x-frame-options", "DENY");
  if (!headers.has("content-security-policy")) {
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
  headers.append("vary", "Origin");
  const origin = req.header("origin");
  if (origin === undefined || !origins.has(origin)) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("cross-origin-resource-policy", "cross-origin");
  headers.set("access-control-expose-headers", "ETag, Link");
  if (req.method !== "OPTIONS") return;
  headers.set("access-control-allow-methods", methods);
  headers.set("access-control-allow-headers", "If-None-Match, Last-Event-ID, Authorization");
  headers.set("access-control-max-age", "600");
}

/** The host of a `Host` header, without its port, in small letters. */
function hostOf(header: string): string {
  return header.toLowerCase().replace(/:\d{1,5}$/, "");
}
