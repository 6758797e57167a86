/**
 * Pages for people: the dashboard is the report's own app, which asks this server.
 *
 * @module
 */

import type { Hono } from "hono";
import { decodeFile } from "../lib/bundle/mod.ts";
import { fillPage, loadReportApp, renderStaticSessions } from "../templates/mod.ts";
import { answerIfNew, jsonResponse } from "./answer.ts";
import { payloadStream } from "./bundle.ts";
import { rememberedDeflate } from "./deflate_cache.ts";
import { dashboardHead } from "./dashboard.ts";
import type { ServerOptions } from "./options.ts";
import { checkNames } from "./parameters.ts";
import type { Sessions } from "./sessions.ts";

/** Adds the pages, and what they ask for. */
export function addPages(app: Hono, sessions: Sessions, options: ServerOptions): void {
  const { version, runtime } = options;
  const deflate = rememberedDeflate(runtime.deflateRaw);
  const head = () => {
    const { summaries } = sessions.list();
    return options.redactor.value(dashboardHead(summaries, version)) as ReturnType<
      typeof dashboardHead
    >;
  };

  app.get("/", async (context) => {
    const now = head();
    return await answerIfNew(context, `${version} ${JSON.stringify(now)}`, async () => {
      const pieces: Uint8Array[] = [];
      const parts = fillPage({
        app: await loadReportApp(),
        head: now,
        staticHtml: renderStaticSessions(now),
        chunks: [],
        server: { api: "/api" },
      });
      for await (const piece of parts) pieces.push(piece);
      const page = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
      return new Response(page, {
        headers: {
          "content-type": "text/html; charset=utf-16le",
          "content-security-policy": policyOf(decodeFile(page)),
        },
      });
    });
  });

  app.get("/head.json", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const now = head();
    return await answerIfNew(context, JSON.stringify(now), () => jsonResponse(now));
  });

  app.get("/api/sessions/:id/bundle", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const session = sessions.find(context.req.param("id"));
    return await answerIfNew(context, `${version} ${sessions.version(session)}`, () => {
      const redactor = options.newRedactor();
      const making = { runtime, redactor, version, deflate };
      const stream = payloadStream(sessions.fresh(session), making);
      return new Response(stream, { headers: { "content-type": "application/octet-stream" } });
    });
  });
}

/** The page's own policy, as a header it may forbid framing, too. */
function policyOf(page: string): string {
  const [, policy = "default-src 'none'"] =
    /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  return `${policy}; frame-ancestors 'none'`;
}
