/**
 * What is measured: the same line, written in different ways.
 *
 * @module
 */

import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { sessionLayout } from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";
import type { Subject } from "./cost.ts";

const message = "Applied the patch to the checkout service";
const context = { file: "src/checkout.ts", attempt: 2, changed: 14, ok: true };

/** The least that a durable line takes: its text, and one write to an open file. */
export function writeSyncLines(path: string): Subject {
  const descriptor = openSync(path, "a");
  return {
    name: "JSON.stringify + writeSync",
    run(calls) {
      for (let call = 0; call < calls; call++) writeSync(descriptor, plainLine(call));
    },
    finish(calls) {
      closeSync(descriptor);
      expectLines(path, calls);
    },
  };
}

/** What a simple logger does: opens, writes and closes the file for each line. */
export function appendFileLines(path: string): Subject {
  return {
    name: "JSON.stringify + appendFileSync",
    run(calls) {
      for (let call = 0; call < calls; call++) appendFileSync(path, plainLine(call));
    },
    finish: (calls) => expectLines(path, calls),
  };
}

/** Our line: the same fields, redacted, one write. */
export function planloopLines(home: string): Subject {
  const session = openSession({ name: "lines", home });
  return {
    name: "session.info, redaction on",
    run(calls) {
      session.trace("update", () => {
        for (let call = 0; call < calls; call++) session.info(message, { ...context, call });
      });
    },
    finish(calls) {
      session.close();
      expectLines(join(session.path, sessionLayout.log), calls);
    },
  };
}

/** Our span: its start and its end are in the trace's journal before the call returns. */
export function planloopSpans(home: string): Subject {
  const session = openSession({ name: "spans", home });
  let done = 0;
  return {
    name: "session.span with metadata",
    run: (calls) => void (done += runSpans(session, calls)),
    finish(calls) {
      session.close();
      if (done !== calls) throw new Error(`${done} spans were run, expected ${calls}`);
    },
  };
}

function runSpans(session: Session, calls: number): number {
  let done = 0;
  session.trace("update", () => {
    for (let call = 0; call < calls; call++) {
      session.span("apply", { call }, () => void done++);
    }
  });
  return done;
}

function plainLine(call: number): string {
  return `${
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level: "INFO",
      trace_id: "tr_20261122144311_e581ab",
      session_id: "lines-20261122T144311Z-e581",
      operation: "update",
      message,
      context: { ...context, call },
      duration_ms: null,
    })
  }\n`;
}

function expectLines(path: string, lines: number): void {
  const found = readFileSync(path, "utf8").split("\n").length - 1;
  if (found < lines) throw new Error(`${path} has ${found} lines, expected ${lines} or more`);
}
