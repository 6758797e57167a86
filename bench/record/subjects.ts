/**
 * What is measured of planloop, and everything that is measured, by name.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { sessionLayout } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";
import type { Subject } from "./cost.ts";
import { expectLines, lineContext, lineMessage } from "./line.ts";
import { appendFileLines, openTelemetrySpans, pinoLines, writeSyncLines } from "./peers.ts";

/** Makes each subject; `path` is free for its file or folder. */
export const subjects: Readonly<Record<string, (path: string) => Subject>> = {
  "JSON.stringify + writeSync": writeSyncLines,
  "JSON.stringify + appendFileSync": appendFileLines,
  "pino, sync": (path) => pinoLines(path, 0),
  "planloop line": (path) => planloopLines(path, false),
  "pino, async, minLength 4096": (path) => pinoLines(path, 4096),
  "planloop line, batch": (path) => planloopLines(path, true),
  "OpenTelemetry span, sync": () => openTelemetrySpans("sync"),
  "planloop span, sync": (path) => planloopSpans(path, "sync"),
  "OpenTelemetry span, async": () => openTelemetrySpans("async"),
  "planloop span, async": (path) => planloopSpans(path, "async"),
};

/** Our line: the same eight fields, redacted. */
function planloopLines(home: string, batch: boolean): Subject {
  const session = openSession({ name: "lines", home, batch });
  return {
    async run(calls) {
      session.trace("update", () => {
        for (let call = 0; call < calls; call++) {
          session.info(lineMessage, lineContext(call));
        }
      });
      await setImmediate();
    },
    finish(calls) {
      session.close();
      expectLines(join(session.path, sessionLayout.log), calls);
    },
  };
}

/** Our span, with an id, metadata, and the journal of the trace that it is in. */
function planloopSpans(home: string, style: "sync" | "async"): Subject {
  const session = openSession({ name: "spans", home });
  let done = 0;
  const one = (call: number) => session.span("apply", { call }, () => void done++);
  const oneAsync = (call: number) =>
    session.span("apply", { call }, async () => {
      await undefined;
      done++;
    });
  return {
    run: (calls) =>
      session.trace("update", async () => {
        for (let call = 0; call < calls; call++) {
          if (style === "sync") one(call);
          else await oneAsync(call);
        }
      }),
    finish(calls) {
      session.close();
      if (done !== calls) throw new Error(`${done} spans were run, expected ${calls}`);
      expectSpans(join(session.path, sessionLayout.traces), calls);
    },
  };
}

/** Throws where the trace files of a folder have fewer spans than were run. */
function expectSpans(folder: string, spans: number): void {
  let found = 0;
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    for (let at = bytes.indexOf(spanMark); at >= 0; at = bytes.indexOf(spanMark, at + 1)) found++;
  }
  if (found !== spans) throw new Error(`${folder} has ${found} spans, expected ${spans}`);
}

const spanMark = '"span_id":';
