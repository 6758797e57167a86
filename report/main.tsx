/**
 * The app's entry in a written report. Defines `planloop()`, which the page calls after each chunk
 * of data; the app takes over from the static first view as soon as the first rows are there.
 *
 * @module
 */

import "./styles/main.css";
import workerSource from "planloop:log-worker";
import { startLogPort } from "./data/log_port.ts";
import { EmbeddedSource } from "./data/embedded_source.ts";
import { readHeader, takeChunk } from "./data/page_chunks.ts";
import { mount, showFailure } from "./mount.tsx";
import { restoreTheme } from "./state/theme.ts";

restoreTheme();

let source: EmbeddedSource | undefined;
let mounted = false;
let failed = false;

function planloop(): void {
  if (failed) return;
  try {
    source ??= new EmbeddedSource(
      readHeader(document),
      (onMessage) => startLogPort(workerSource, onMessage),
    );
    const chunk = takeChunk(document.currentScript);
    if (!chunk) throw new Error("Cannot open the report: a call of planloop() has no data.");
    source.take(chunk);
    // The log comes after the sections: with its first text, or with what follows, rows can show.
    if (!mounted && chunk.kind !== "section" && chunk.kind !== "columns") {
      mounted = true;
      const ready = source;
      setTimeout(() => mount(ready));
    }
  } catch (error) {
    failed = true;
    showFailure(error);
  }
}

Object.assign(globalThis, { planloop });
