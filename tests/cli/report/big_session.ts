/** A session whose report has several log blocks and document blocks, as its text hardly compresses. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openHome, type StoredSession } from "../../../lib/store/mod.ts";
import { errorReport } from "../../analyse/records.ts";

/** Lines of the session. */
export const bigLines = 16_000;

/** Text that hardly compresses, the same each time. */
export function noise(seed: number, length: number): string {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += (state >>> 3).toString(36);
  }
  return text.slice(0, length);
}

/** Writes the session below a home; the last line says "needle at the end". */
export function bigSession(home: string, id: string, lines: number = bigLines): StoredSession {
  const logs = join(home, "sessions", id, "logs");
  mkdirSync(join(logs, "errors"), { recursive: true });
  const log = Array.from({ length: lines }, (_, i) => ({
    timestamp: new Date(1_763_453_657_000 + i * 100).toISOString(),
    level: i % 4000 === 50 ? "ERROR" : "INFO",
    trace_id: `tr_${Math.floor(i / 200)}`,
    session_id: id,
    operation: "work",
    message: `line ${i}${i === lines - 1 ? " needle at the end" : ""} ${noise(i, 240)}`,
    context: {},
    duration_ms: null,
  }));
  writeFileSync(
    join(logs, "planloop.jsonl"),
    log.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  for (let i = 0; i < 3; i++) {
    const report = {
      ...errorReport(),
      trace_id: `tr_${i}`,
      error_message: `failure ${i}`,
      error_type: noise(i + 7, 40),
      local_variables: { blob: noise(i, 900_000) },
    };
    writeFileSync(join(logs, "errors", `tr_${i}_error.json`), JSON.stringify(report));
  }
  return openHome(home).findSession(id);
}
