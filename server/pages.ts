/**
 * Pages for people: the dashboard is the report's own app, which asks this server.
 *
 * @module
 */

import type { Hono } from "hono";
import { decodeFile, type SessionsHead, type SummariesHead, wholeHead } from "../lib/bundle/mod.ts";
import { fillPage, loadReportApp, renderStaticSessions } from "../templates/mod.ts";
import { answerIfNew, jsonResponse } from "./answer.ts";
import { payloadStream } from "./bundle.ts";
import { rememberedDeflate } from "./deflate_cache.ts";
import { dashboardHead } from "./dashboard.ts";
import type { ServerOptions } from "./options.ts";
import { checkNames } from "./parameters.ts";
import type { Sessions } from "./sessions.ts";

/** Rows before the app takes over: as many as a window shows, for it has all of them at once. */
const firstRowsMax = 40;

/** Adds the pages, and what they ask for. */
export function addPages(app: Hono, sessions: Sessions, options: ServerOptions): void {
  const { version, runtime } = options;
  const deflate = rememberedDeflate(runtime.deflateRaw);
  const head = () => {
    const { summaries } = sessions.list();
    return options.redactor.value(dashboardHead(summaries, version)) as SummariesHead;
  };
  /** The page as it was made last: it is the same until a session changes. */
  let made: { of: string; page: Promise<Page> } | undefined;

  app.get("/", async (context) => {
    const now = head();
    const of = `${version} ${JSON.stringify(now)}`;
    if (made?.of !== of) {
      const page = pageOf(now);
      made = { of, page };
      page.catch(() => made = undefined);
    }
    const { bytes, packed, policy } = await made.page;
    const response = await answerIfNew(context, of, () => {
      const isPacked = takesGzip(context.req.header("accept-encoding"));
      return new Response(isPacked ? packed : bytes, {
        headers: {
          "content-type": "text/html; charset=utf-16le",
          "vary": "accept-encoding",
          ...(isPacked && { "content-encoding": "gzip" }),
        },
      });
    });
    // Also where nothing is new: browsers put the headers in the place of those that they have.
    response.headers.set("content-security-policy", policy);
    return response;
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

/** A page, also packed: that takes longer than all the rest. */
interface Page {
  bytes: Uint8Array<ArrayBuffer>;
  packed: Uint8Array<ArrayBuffer>;
  policy: string;
}

/** The dashboard with the sessions as they are now. */
async function pageOf(head: SummariesHead): Promise<Page> {
  const pieces: Uint8Array[] = [];
  const parts = fillPage({
    app: await loadReportApp(),
    // As it is sent; the app makes it whole.
    head: head as SummariesHead & SessionsHead,
    staticHtml: renderStaticSessions(wholeHead(head), firstRowsMax),
    chunks: [],
    server: { api: "/api" },
  });
  for await (const piece of parts) pieces.push(piece);
  const page = new Blob(pieces as BlobPart[]);
  const packed = new Response(page.stream().pipeThrough(new CompressionStream("gzip")));
  const bytes = new Uint8Array(await page.arrayBuffer());
  return {
    bytes,
    packed: new Uint8Array(await packed.arrayBuffer()),
    policy: policyOf(decodeFile(bytes)),
  };
}

function takesGzip(accepted = ""): boolean {
  return /(?:^|[,\s])gzip\s*(?:,|$)/i.test(accepted);
}

/** The page's own policy, as a header it may forbid framing, too. */
function policyOf(page: string): string {
  const [, policy = "default-src 'none'"] =
    /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  return `${policy}; frame-ancestors 'none'`;
}
