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
  type RecordFilter,
  traceDetail,
  UnknownIdError,
} from "../lib/query/mod.ts";
import { answerIfNew, answerIfOther, jsonResponse } from "./answer.ts";
import type { AnswerKind } from "./answers.ts";
import type { ServerOptions } from "./options.ts";
import { checkNames, cursorAfter, filterNames, filterOf, pageNames, pageOf } from "./parameters.ts";
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
    return await answerIfNew(context, [version, asLines, filter], async () => {
      const { items, total, hasMore } = await session.logs.page(filter, page, version);
      sessions.trim();
      const clean = items.map((item) => redactor.value(item));
      const cursor = hasMore ? cursorAfter(page, total) : null;
      const response = asLines
        ? linesResponse(clean)
        : jsonResponse({ items: clean, total, next_cursor: cursor } satisfies ListBody);
      return withLink(context, response, cursor, filter);
    });
  });

  app.get("/api/sessions/:id/performance/summary", async (context) => {
    checkNames(new URL(context.req.url).searchParams, ["since", "until", "operation"]);
    const filter = filterOf(new URL(context.req.url).searchParams, runtime.clock.nowWhole());
    const session = sessions.find(context.req.param("id"));
    return await answerIfNew(context, [sessions.version(session), filter], async () => {
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
      const make = async () => {
        const { items, total } = await session.answers.page(kind, filter, page, version);
        const clean = items.map((item) => redactor.value(item));
        const cursor = page.start + page.limit < total ? cursorAfter(page, total) : null;
        const body: ListBody = { items: clean, total, next_cursor: cursor };
        return withLink(context, jsonResponse(body), cursor, filter);
      };
      // For how long somebody waits changes without any file.
      if (kind === "locks") return await answerIfOther(context, await make());
      return await answerIfNew(context, [version, filter], make);
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

function linesResponse(items: readonly unknown[]): Response {
  const text = items.map((item) => `${JSON.stringify(item)}\n`).join("");
  return new Response(text, { headers: { "content-type": `${jsonLines}; charset=utf-8` } });
}

/** The next page in the way of the web (RFC 8288). What was asked relative to now stays there. */
function withLink(
  { req }: Context,
  response: Response,
  cursor: string | null,
  { since, until }: RecordFilter,
): Response {
  if (cursor === null) return response;
  const url = new URL(req.url);
  url.searchParams.delete("token");
  url.searchParams.set("cursor", cursor);
  for (const [name, moment] of Object.entries({ since, until })) {
    if (moment !== undefined) url.searchParams.set(name, new Date(moment).toISOString());
  }
  response.headers.set("link", `<${url.pathname}${url.search}>; rel="next"`);
  return response;
}
