/**
 * The app's entry in a written report, started by `boot.ts`. Takes the chunks of data that came
 * before it and defines `planloop()` anew, which the page calls after each further one; the app takes
 * over from the static first view as soon as the first rows are there.
 *
 * @module
 */

import "./styles/main.css";
import { sideCall } from "../lib/bundle/side_list.ts";
import workerSource from "planloop:log-worker";
import { startLogPort } from "./data/log_port.ts";
import { EmbeddedSource } from "./data/embedded_source.ts";
import { EmbeddedSessions } from "./data/embedded_sessions.ts";
import type { FromWorker } from "./data/log_protocol.ts";
import { readHead, readServer, readSides, takeChunk } from "./data/page_chunks.ts";
import { ServedSessions } from "./data/served_sessions.ts";
import { SideFiles } from "./data/side_files.ts";
import { showFailure } from "./load_failure.ts";
import { mount } from "./mount.tsx";
import type { AppCall } from "./page_call.ts";
import { restoreTheme } from "./state/theme.ts";

performance.mark("planloop:app");
restoreTheme();

let source: EmbeddedSource | EmbeddedSessions | ServedSessions | undefined;
let mounted = false;
let failed = false;

/** Chunks that came before the app, or while it took those. */
const queue: Element[] = [];

/** Longest time for which chunks are taken at a stretch, in milliseconds. */
const stretch_ms = 8;

function planloop(): void {
  const script = document.currentScript;
  const element = script?.previousElementSibling;
  script?.remove();
  if (queue.length === 0 || !element) return take(element);
  element.remove();
  queue.push(element);
}

/** Takes what is in the queue, in pieces: frames and the worker's start come between them. */
function takeQueue(): void {
  const until = performance.now() + stretch_ms;
  while (queue.length > 0) {
    take(queue[0]);
    queue.shift();
    if (performance.now() > until) return void setTimeout(takeQueue);
  }
}

function take(element: Element | null | undefined): void {
  if (failed) return;
  try {
    const opened = source ??= openPage();
    const chunk = takeChunk(element);
    if (!chunk) throw new Error("Cannot open the report: a call of planloop() has no data.");
    opened.take(chunk);
    // Of one session, the log comes after the sections: with its first text, or with what follows,
    // rows can show. Of several, the table is in the head.
    const isEarly = opened instanceof EmbeddedSource &&
      (chunk.kind === "section" || chunk.kind === "columns");
    if (!mounted && !isEarly) {
      mounted = true;
      setTimeout(() => mount(opened));
    }
  } catch (error) {
    failed = true;
    showFailure(error);
  }
}

function openPage(): EmbeddedSource | EmbeddedSessions | ServedSessions {
  const head = readHead(document);
  const list = readSides(document);
  const sides = list ? new SideFiles(list) : null;
  if (sides) {
    Object.assign(globalThis, {
      [sideCall]: (...call: [unknown, unknown, unknown]) => sides.hand(...call),
    });
  }
  const startPort = (onMessage: (message: FromWorker) => void) =>
    startLogPort(workerSource, onMessage);
  const api = readServer(document);
  if (api !== null && "sessions" in head) return new ServedSessions(head, api, startPort);
  return "sessions" in head
    ? new EmbeddedSessions(head, startPort, sides)
    : new EmbeddedSource(head, startPort, sides);
}

const { waiting = [] } = (globalThis as unknown as { planloop: AppCall }).planloop;
Object.assign(globalThis, { planloop });
queue.push(...waiting);
takeQueue();
