/**
 * The server's routes. It only ever reads.
 *
 * @module
 */

import { Hono } from "hono";
import { compress } from "hono/compress";
import { addPages } from "./pages.ts";
import { guard } from "./guard.ts";
import { openApi } from "./openapi.ts";
import type { ServerOptions } from "./options.ts";
import { problemResponse, RequestError } from "./problem.ts";
import { addRecordRoutes } from "./record_routes.ts";
import { addSessionRoutes } from "./session_routes.ts";
import { Sessions } from "./sessions.ts";
import { addStreamRoute } from "./stream_route.ts";

/** What is text. Streams are not compressed: each event is to arrive when it is sent. */
const compressible =
  /^(?:text\/(?!event-stream)|application\/(?:[a-z.-]+\+)?(?:json|x-ndjson|javascript))/;

/**
 * Makes the app: `/api/…` for programs, pages for people.
 *
 * @example Asking without a network
 * ```ts
 * const app = createApp({ home, version, runtime, redactor, devStatus });
 * const response = await app.request("http://localhost/api/sessions");
 * ```
 */
export function createApp(options: ServerOptions): Hono {
  const app = new Hono();
  const sessions = new Sessions(options);
  app.use(guard(options));
  app.use(compress({ threshold: 1024, encoding: "gzip", contentTypeFilter: compressible }));
  app.get("/api/openapi.json", (context) => context.json(openApi(options.version)));
  app.get("/api/dev/status", async (context) => {
    return context.json(await options.devStatus(), 200, { "cache-control": "no-store" });
  });
  addSessionRoutes(app, sessions, options);
  addRecordRoutes(app, sessions, options);
  addStreamRoute(app, sessions, options);
  addPages(app, sessions, options);
  app.notFound(({ req }) =>
    problemResponse(
      404,
      `There is nothing at ${JSON.stringify(new URL(req.url).pathname.slice(0, 200))}. See ` +
        "/api/openapi.json for what there is.",
    )
  );
  app.onError((error) => {
    if (error instanceof RequestError) {
      return problemResponse(error.status, error.message, error.nearest);
    }
    // Paths of this machine in a message are no answer for whoever asks from elsewhere.
    return problemResponse(500, `The answer could not be made: ${error.name}. Try again.`);
  });
  return app;
}
