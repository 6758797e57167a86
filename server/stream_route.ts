/**
 * The live tail of a session, as server-sent events.
 *
 * @module
 */

import type { Hono } from "hono";
import { type ServerOptions, streamsMaxDefault } from "./options.ts";
import { checkNames } from "./parameters.ts";
import { RequestError } from "./problem.ts";
import type { Sessions } from "./sessions.ts";

/** Adds the route. */
export function addStreamRoute(app: Hono, sessions: Sessions, options: ServerOptions): void {
  const streamsMax = options.streamsMax ?? streamsMaxDefault;
  let streams = 0;

  app.get("/api/sessions/:id/stream", async (context) => {
    const query = new URL(context.req.url).searchParams;
    checkNames(query, ["from", "last_event_id"]);
    const { stream } = sessions.find(context.req.param("id"));
    if (streams >= streamsMax) {
      throw new RequestError(
        503,
        `${streams} streams are open, which is the most that this server gives. Close one.`,
      );
    }
    // Counted before anything is waited for, or many at once would all be let in.
    streams += 1;
    let body: ReadableStream<Uint8Array> | null = null;
    try {
      const last = context.req.header("last-event-id") ?? query.get("last_event_id") ?? "";
      const start = await stream.begin(last, query.get("from") ?? "now");
      const signals = [context.req.raw.signal, options.signal].filter((one) => one !== undefined);
      if (context.req.method !== "HEAD") {
        body = stream.read(start, AbortSignal.any(signals), () => streams -= 1);
      }
    } finally {
      if (!body) streams -= 1;
    }
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // Proxies in front of it hand on each event at once.
        "x-accel-buffering": "no",
      },
    });
  });
}
