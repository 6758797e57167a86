/**
 * Sessions: the list, one of them, its state and its plan.
 *
 * @module
 */

import type { Hono } from "hono";
import { sessionJson } from "../lib/query/mod.ts";
import { answerIfNew, jsonResponse } from "./answer.ts";
import type { ServerOptions } from "./options.ts";
import { checkNames } from "./parameters.ts";
import { RequestError } from "./problem.ts";
import type { Sessions } from "./sessions.ts";

/** Adds the routes. */
export function addSessionRoutes(app: Hono, sessions: Sessions, options: ServerOptions): void {
  const redacted = (value: unknown) => jsonResponse(options.redactor.value(value));

  app.get("/api/sessions", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const { home, summaries } = sessions.list();
    const list = {
      home: home.path,
      current_session: home.currentSession(),
      sessions: summaries.map(sessionJson),
      problems: home.problems,
    };
    return await answerIfNew(context, JSON.stringify(list), () => redacted(list));
  });

  app.get("/api/sessions/:id", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const session = sessions.find(context.req.param("id"));
    const version = sessions.version(session);
    return await answerIfNew(context, version, () => {
      const stored = sessions.fresh(session);
      const state = stored.state();
      return redacted({
        ...sessionJson(stored.summary()),
        purpose: state?.purpose ?? "",
        tasks_list: state?.tasks ?? [],
        signals: state?.signals ?? [],
        lock: { info: stored.lockInfo(), queue: stored.lockQueue() },
        files: stored.files().length,
        problems: stored.problems,
      });
    });
  });

  app.get("/api/sessions/:id/state", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const session = sessions.find(context.req.param("id"));
    return await answerIfNew(context, sessions.version(session), () => {
      const state = sessions.fresh(session).state();
      if (state) return redacted(state);
      throw new RequestError(404, "The session has no state.json that can be read.");
    });
  });

  app.get("/api/sessions/:id/plan", async (context) => {
    checkNames(new URL(context.req.url).searchParams, []);
    const session = sessions.find(context.req.param("id"));
    return await answerIfNew(context, sessions.version(session), () => {
      const plan = sessions.fresh(session).plan();
      if (plan) return redacted(plan);
      throw new RequestError(404, "The session has no PLAN.md that can be read.");
    });
  });
}
