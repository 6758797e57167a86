/**
 * Homes to run the program against, written by hand: what is on disk is known to the byte.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "./program.ts";

/** Files of a session by path. */
export type SessionFiles = Record<string, string>;

/** Writes a home with the given sessions; the first one is the current one. */
export function makeHome(sessions: Record<string, SessionFiles>): string {
  const home = temporaryFolder();
  mkdirSync(join(home, "sessions"));
  const [current] = Object.keys(sessions);
  if (current !== undefined) writeFileSync(join(home, "current_session"), current);
  writeFileSync(join(home, "index.json"), indexJson(Object.keys(sessions)));
  for (const [id, files] of Object.entries(sessions)) {
    mkdirSync(join(home, "sessions", id));
    for (const [file, text] of Object.entries(files)) {
      const path = join(home, "sessions", id, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  return home;
}

function indexJson(ids: readonly string[]): string {
  const sessions = ids.map((session) => ({
    session,
    name: "checkout",
    title: "Fix the checkout",
    tags: [],
    project_root: "/srv/checkout",
    created_at: "2026-11-20T10:15:00.123456",
    last_updated_at: "2026-11-20T10:45:00.123456",
    done: false,
  }));
  return JSON.stringify({ sessions, updated_at: "2026-11-20T10:45:00.123456" });
}

export const goodId = "checkout-20261120T101500Z-1a2b";
export const secondId = "checkout-20261121T101500Z-3c4d";

/** A `state.json` with two tasks. */
export function stateJson(id: string, title = "Fix the checkout"): string {
  return JSON.stringify(
    {
      schema_version: 1,
      version: 3,
      session: id,
      name: "checkout",
      title,
      purpose: "Green tests",
      created_at: "2026-11-20T10:15:00.123456",
      last_updated_at: "2026-11-20T10:45:00.123456",
      project_root: "/srv/checkout",
      branch: null,
      prompts: {
        set: "core-v1",
        goal_version: null,
        handshake_version: null,
        summary_version: null,
      },
      environment: { os: "unknown", python: null, xcode: null, node: null },
      tags: [],
      tasks: [
        task(1, "Reproduce the failure", "DONE", []),
        task(2, "Fix the rounding", "IN_PROGRESS", [1]),
      ],
      signals: [],
      next_steps: [],
      context_notes: [],
      artifacts: [],
      now: { reason: "task", task_id: 2, signal_id: null },
      done: false,
      final_summary: null,
    },
    null,
    2,
  );
}

function task(id: number, title: string, status: string, depends_on: number[]): object {
  return { id, title, type: "fix", status, depends_on, commit_sha: null, last_updated_at: null };
}

/** A line of `planloop.jsonl`. */
export function logLine(second: number, message: string, further: object = {}): string {
  const timestamp = new Date(Date.UTC(2026, 10, 20, 10, 15, second)).toISOString();
  return JSON.stringify({
    timestamp,
    level: "INFO",
    trace_id: "tr_20261120101500_abc123",
    session_id: goodId,
    operation: "update",
    message,
    context: {},
    duration_ms: null,
    ...further,
  }) + "\n";
}

/** A session with everything in order. */
export function goodSession(id: string = goodId): SessionFiles {
  return {
    "state.json": stateJson(id),
    "PLAN.md": `---\nsession: ${id}\ntitle: Fix the checkout\n---\n\n# Plan: Fix the checkout\n`,
    "logs/planloop.jsonl": logLine(1, "one") + logLine(2, "two") +
      logLine(3, "three", { level: "ERROR" }),
    "logs/traces/tr_20261120101500_abc123.json": JSON.stringify({
      trace_id: "tr_20261120101500_abc123",
      command: ["agent", "update"],
      operation: "update",
      started_at: "2026-11-20T10:15:00.000Z",
      completed_at: "2026-11-20T10:15:04.000Z",
      timestamp: "2026-11-20T10:15:04.000Z",
      duration_ms: 4000,
      status: "success",
      spans: [{
        name: "apply",
        duration_ms: 1500.5,
        metadata: { files: 2 },
        span_id: "s1",
        parent: null,
        start_time: "2026-11-20T10:15:01.000Z",
        end_time: "2026-11-20T10:15:02.500Z",
        status: "success",
        error: null,
      }],
      total_duration_ms: 1500.5,
    }),
  };
}
