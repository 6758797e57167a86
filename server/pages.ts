/**
 * Pages for people.
 *
 * @module
 */

import type { Hono } from "hono";
import type { ServerOptions } from "./options.ts";
import type { Sessions } from "./sessions.ts";

/** Adds the pages. */
export function addPages(app: Hono, sessions: Sessions, options: ServerOptions): void {
  void options;
  app.get("/", (context) => {
    const { summaries } = sessions.list();
    return context.text(summaries.map(({ id }) => id).join("\n"));
  });
}
