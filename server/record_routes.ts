/**
 * Records of a session, page by page, and all of a trace.
 *
 * @module
 */

import type { Context, Hono } from "hono";
import {
  AmbiguousIdError,
  findTrace,
  performanceSummary,
  traceDetail,
  UnknownIdError,
} from "../lib/query/mod.ts";
import { answerIfNew, jsonResponse } from "./answer.ts";
import type { AnswerKind } from "./answers.ts";
import type { ServerOptions } from "./options.ts";
import {
  checkNames,
  filterNames,
  filterOf,
  pageNames,
  pageOf,
  type PageQuery,
} from "./parameters.ts";
import { RequestError } from "./problem.ts";
import type { OpenedSession, Sessions } from "./sessions.ts";

/** The routes below a session, with the kind of record that each gives. */
export const recordRoutes: readonly (readonly [path: string, kind: AnswerKind])[] = [
  ["llm-calls", "llm"],
  ["traces", "traces"],
  ["diffs", "diffs"],
  ["performance", "performance"],
  ["errors", "errors"],
  ["locks", "locks"],
  ["problems", "problems"],
];

/** The type of JSON lines. */
const jsonLines = "application/x-ndjson";

/** What a list answers. */
interface ListBody {
  items: unknown[];
  total: number | null;
  next_cursor: string | null;
}

/** Adds the routes. */
export function addRecordRoutes(app: Hono, sessions: Sessions, options: ServerOptions): void {
  const { redactor, runtime } = options;

  app.get("/api/sessions/:id/logs", async (context) => {
    const query = new URL(context.req.url).searchParams;
    checkNames(query, [...filterNames, ...pageNames, "format"]);
    const asLines = wantsLines(context, query);
    const page = pageOf(query);
    const filter = filterOf(query, runtime.clock.nowWhole());
    const session = sessions.find(context.req.param("id"));
    const version = sessions.logVersion(session);
    return await answerIfNew(context, `${version} ${asLines}`, async () => {
      const { items, total, hasMore } = await session.logs.page(filter, page, version);
      const clean = items.map((item) => redactor.value(item));
      const next = hasMore ? page.start + page.limit : null;
      return asLines ? linesResponse(context, clean, next) : listResponse(context, {
        items: clean,
        total,
        next_cursor: next === null ? null : `${next}`,
      });
    });
  });

  app.get("/api/sessions/:id/performance/summary", async (context) => {
    checkNames(new URL(context.req.url).searchParams, ["since", "until", "operation"]);
    const filter = filterOf(new URL(context.req.url).searchParams, runtime.clock.nowWhole());
    const session = sessions.find(context.req.param("id"));
    return await answerIfNew(context, sessions.version(session), async () => {
      const summary = await performanceSummary([sessions.fresh(session)], filter);
      return jsonResponse(redactor.value(summary));
    });
  });

  app.get("/api/sessions/:id/traces/:trace", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const session = sessions.find(context.req.param("id"));
    return await answerIfNew(context, sessions.version(session), async () => {
      const trace = await traceOf(session, context.req.param("trace"));
      const detail = await traceDetail(session.stored, trace);
      if (detail) return jsonResponse(redactor.value(detail));
      throw new RequestError(404, `Nothing in the session carries the trace ${trace}.`);
    });
  });

  for (const [path, kind] of recordRoutes) {
    app.get(`/api/sessions/:id/${path}`, async (context) => {
      const query = new URL(context.req.url).searchParams;
      checkNames(query, [...filterNames, ...pageNames]);
      const page = pageOf(query);
      const filter = filterOf(query, runtime.clock.nowWhole());
      const session = sessions.find(context.req.param("id"));
      const version = sessions.version(session);
      return await answerIfNew(context, version, async () => {
        const { items, total } = await session.answers.page(kind, filter, page, version);
        const clean = items.map((item) => redactor.value(item));
        return listResponse(context, { items: clean, total, next_cursor: nextCursor(page, total) });
      });
    });
  }
}

/** The whole id of a trace, by its start too. */
async function traceOf({ stored }: OpenedSession, wanted: string): Promise<string> {
  try {
    return (await findTrace([stored], wanted)).trace_id;
  } catch (error) {
    if (error instanceof UnknownIdError) throw new RequestError(404, error.message, error.nearest);
    if (error instanceof AmbiguousIdError) {
      throw new RequestError(404, error.message, error.candidates);
    }
    throw error;
  }
}

function wantsLines({ req }: Context, query: URLSearchParams): boolean {
  const format = query.get("format");
  if (format !== null && format !== "json" && format !== "jsonl") {
    throw new RequestError(400, `The format is ${JSON.stringify(format)}. Expected json or jsonl.`);
  }
  return format === "jsonl" ||
    (format === null && (req.header("accept") ?? "").includes(jsonLines));
}

function nextCursor({ start, limit }: PageQuery, total: number): string | null {
  return start + limit < total ? `${start + limit}` : null;
}

function listResponse(context: Context, body: ListBody): Response {
  const response = jsonResponse(body);
  setLink(context, response, body.next_cursor);
  return response;
}

function linesResponse(context: Context, items: readonly unknown[], next: number | null): Response {
  const text = items.map((item) => `${JSON.stringify(item)}\n`).join("");
  const response = new Response(text, {
    headers: { "content-type": `${jsonLines}; charset=utf-8` },
  });
  setLink(context, response, next === null ? null : `${next}`);
  return response;
}

/** The next page in the way of the web (RFC 8288). */
function setLink({ req }: Context, response: Response, cursor: string | null): void {
  if (cursor === null) return;
  const url = new URL(req.url);
  url.searchParams.delete("token");
  url.searchParams.set("cursor", cursor);
  response.headers.set("link", `<${url.pathname}${url.search}>; rel="next"`);
}
