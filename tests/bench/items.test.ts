import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileName, makeItems, rareWord, writeItemSession } from "../../bench/report/items.ts";
import { openHome } from "../../lib/store/mod.ts";

test("makeItems gives the same items each time, few of them with the rare word", () => {
  const items = makeItems(2000);
  expect(makeItems(2000)).toEqual(items);
  expect(new Set(items.map(({ title }) => title)).size).toBe(2000);
  expect(items.filter(({ error }) => error).length).toBe(20);
  const rare = items.filter(({ title }) => title.includes(rareWord)).length;
  expect(rare).toBeGreaterThan(5);
  expect(rare).toBeLessThan(60);
});

test("writeItemSession writes all that an item tells", async () => {
  const home = mkdtempSync(join(tmpdir(), "planloop-items-"));
  try {
    const items = makeItems(150);
    const session = openHome(home).findSession(writeItemSession(home, items));
    const told = [];
    for await (const batch of session.log()) {
      for (const { message, operation, duration_ms, level, context } of batch) {
        told.push([message, operation, duration_ms, level, context]);
      }
    }
    expect(told).toEqual(items.map(({ title, file, duration_ms, error }) => [
      title,
      fileName(file),
      duration_ms,
      error ? "ERROR" : "INFO",
      error ? { error: error.message, stack: error.stack } : {},
    ]));
    expect(session.problems).toEqual([]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
