import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { generateSession } from "../../bench/report/generate.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { openHome } from "../../lib/store/mod.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-generate-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("generateSession gives the same session for the same seed, and another for another", () => {
  const log = (home: string, seed: number) => {
    const id = generateSession(join(root, home), 3000, seed);
    return readFileSync(join(root, home, "sessions", id, "logs/planloop.jsonl"), "utf8");
  };
  const first = log("a", 1);
  expect(log("b", 1) === first).toBe(true);
  expect(log("c", 2) === first).toBe(false);
});

test("generateSession writes what the readers take without a problem", async () => {
  const id = generateSession(join(root, "whole"), 2500);
  const session = openHome(join(root, "whole")).findSession(id);
  const records: LogRecord[] = [];
  for await (const batch of session.log()) records.push(...batch);
  expect(records.length).toBe(2500);
  expect(new Set(records.map(({ level }) => level)).size).toBe(4);
  expect(records.filter(({ event }) => event !== null).length).toBeGreaterThan(50);
  expect(session.state()!.title).toBe("A generated session");
  expect(session.problems).toEqual([]);
});
