/**
 * Ten thousand outcomes that every report is made of: the same titles, durations and errors.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSessionId, makeTraceId, sessionLayout } from "../../lib/format/mod.ts";
import { generatedStart, generatedState } from "./generate.ts";
import { Seeded } from "./seeded.ts";

/** One outcome. */
export interface Item {
  /** The file that it belongs to, by number. */
  file: number;
  title: string;
  duration_ms: number;
  /** Message and stack; null where it passed. */
  error: { message: string; stack: string } | null;
}

/** Items of one file. */
const itemsPerFile = 100;

/** One item in so many failed. */
const failedEach = 100;

/** A word that the titles of few items hold; they are searched for it. */
export const rareWord = "quince";

/** Makes items. */
export function makeItems(count: number): Item[] {
  const random = new Seeded(7);
  return Array.from({ length: count }, (_, i) => {
    const file = Math.floor(i / itemsPerFile);
    const rare = random.below(100) === 0 ? ` ${rareWord}` : "";
    const title = `${random.words(3 + random.below(5))}${rare} ${i}`;
    const duration_ms = random.below(900);
    const message = `TypeError: ${random.words(6)}`;
    const stack = `${message}\n    at ${random.words(1)} (/project/${fileName(file)}:${
      random.below(300)
    }:7)\n    at run (/project/src/run.ts:12:3)`;
    return { file, title, duration_ms, error: i % failedEach === 7 ? { message, stack } : null };
  });
}

/** The path of an item's file. */
export function fileName(file: number): string {
  return `src/part_${String(file).padStart(3, "0")}.test.ts`;
}

/**
 * Writes the items as a session, a log line each.
 *
 * @returns The session's id.
 */
export function writeItemSession(home: string, items: readonly Item[]): string {
  const id = makeSessionId(`items ${items.length}`, generatedStart, "be7c");
  const folder = join(home, "sessions", id);
  mkdirSync(join(folder, sessionLayout.logs), { recursive: true });
  let time = generatedStart;
  const lines = items.map(({ file, title, duration_ms, error }) => {
    time += duration_ms;
    return JSON.stringify({
      timestamp: new Date(time).toISOString(),
      level: error ? "ERROR" : "INFO",
      trace_id: makeTraceId(generatedStart, String(file).padStart(6, "0")),
      session_id: id,
      operation: fileName(file),
      message: title,
      context: error ? { error: error.message, stack: error.stack } : {},
      duration_ms,
    });
  });
  writeFileSync(join(folder, sessionLayout.log), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, sessionLayout.state), JSON.stringify(generatedState(id)));
  return id;
}
