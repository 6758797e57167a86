import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { queryRecords, type RecordFilter, sourced } from "../../lib/query/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { LogPages } from "../../server/log_pages.ts";
import { line, recordedFiles } from "../query/recorded.ts";
import { all, sessionWith } from "../store/fixtures.ts";

const log = "logs/planloop.jsonl";
const isLong = process.env["PLANLOOP_STRESS"] === "1";
let versions = 0;

function pagesOf(session: StoredSession): LogPages {
  return new LogPages(session, systemRuntime());
}

function write(session: StoredSession, text: string, file = log): void {
  const path = join(session.path, file);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, text);
}

/** All that pages give, asked as of a new version. */
async function paged(pages: LogPages, filter: RecordFilter = {}): Promise<unknown[]> {
  const version = `${versions++}`;
  const found: unknown[] = [];
  for (let start = 0;;) {
    const page = await pages.page(filter, { limit: 1000, start, isDescending: false }, version);
    found.push(...page.items);
    start += 1000;
    if (!page.hasMore) return found;
  }
}

async function expectAsQueried(
  pages: LogPages,
  session: StoredSession,
  filter: RecordFilter = {},
): Promise<void> {
  const asked = (await all(queryRecords(session, "logs", filter))).map(sourced);
  expect(await paged(pages, filter)).toEqual(asked);
}

describe("LogPages", () => {
  test("a log that grows and is renamed is given as a query gives it", async () => {
    const session = sessionWith({ [log]: `${line(1, "one")}\n` });
    const pages = pagesOf(session);
    const filters = [{ operation: "update" }, { text: "ONE" }, { level: "ERROR" }] as const;
    for (let turn = 0; turn < 12; turn++) {
      write(session, `${line(turn + 2, `one ${turn}`, { level: turn % 3 ? "INFO" : "ERROR" })}\n`);
      if (turn % 4 === 3) {
        renameSync(join(session.path, log), join(session.path, `logs/planloop.${turn}.jsonl`));
        if (turn === 7) write(session, `${line(turn + 2, "after")}\n`);
      }
      await expectAsQueried(pages, session, filters[turn % 3]);
      await expectAsQueried(pages, session, filters[0]);
      await expectAsQueried(pages, session);
    }
  });

  test("whatever becomes of the files, pages are what a query gives", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ type: fc.constant("lines"), count: fc.nat(20) }) },
      fc.record({ type: fc.constant("damage"), count: fc.nat(3) }),
      fc.record({ type: fc.constant("rotate"), count: fc.constant(0) }),
      fc.record({ type: fc.constant("late"), count: fc.nat(5) }),
      fc.record({ type: fc.constant("back in time"), count: fc.nat(3) }),
      fc.record({ type: fc.constant("anew"), count: fc.nat(3) }),
      fc.record({ type: fc.constant("remove"), count: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const session = sessionWith({ [log]: "" });
        const pages = pagesOf(session);
        let second = 100;
        let rotations = 0;
        for (const { type, count } of steps) {
          const text = () => `${line(second++ % 3600, `line ${second} "q" ü`)}\n`;
          const lines = Array.from({ length: count }, text).join("");
          if (type === "lines") write(session, lines);
          if (type === "damage") write(session, `no json\n{"message":"bare"}\n${lines}`);
          if (type === "late" && rotations > 0) {
            write(session, lines, `logs/planloop.${rotations}.jsonl`);
          }
          if (type === "back in time") write(session, `${line(count, "early")}\n`);
          if (type === "anew") writeFileSync(join(session.path, log), lines);
          if (type === "remove") rmSync(join(session.path, log), { force: true });
          if (type === "rotate") {
            write(session, "");
            renameSync(
              join(session.path, log),
              join(session.path, `logs/planloop.${++rotations}.jsonl`),
            );
            write(session, "");
          }
          await expectAsQueried(pages, session, { operation: "update" });
          await expectAsQueried(pages, session, { text: "LINE" });
        }
        rmSync(session.path, { recursive: true });
      }),
      { numRuns: isLong ? 300 : 25 },
    );
  }, 600_000);

  test("a line that is half written is given once it is whole", async () => {
    const session = sessionWith({ [log]: `${line(1, "one")}\n` });
    const pages = pagesOf(session);
    const filter = { operation: "update" };
    expect((await paged(pages, filter)).length).toBe(1);
    const text = `${line(2, "two")}\n`;
    write(session, text.slice(0, 50));
    expect((await paged(pages, filter)).length).toBe(1);
    write(session, text.slice(50));
    await expectAsQueried(pages, session, filter);
  });

  test.each([
    "carts",
    "CARTS.JSON",
    'reading "carts',
    'path":"data',
    "\\",
    "ü",
    "Kelvin",
    "kelvin",
    "istanbul",
    "é",
    ".*",
    "a",
    "nothing at all",
    "line 7",
    "\n",
    "\u0000",
  ])("text %j finds what a query finds", async (text) => {
    const python = "2026-11-20 10:15:30 - planloop - INFO - Reading carts é\n";
    const session = sessionWith({
      ...recordedFiles() as Record<string, string | object>,
      "logs/planloop.log": python,
      "logs/planloop.1.jsonl": [
        line(1, "\u212aelvin \u0130stanbul"),
        line(2, "ü back\\slash\nnew"),
        line(3, "x").replace('"x"', '"esc\\u0061ped C\\u0041RTS \\u00e9"'),
        "no json carts",
        `{"message":"carts", "context": {"a": "KELVIN"}}`,
        ...Array.from({ length: 120 }, (_, i) => line(4, `line ${i}`)),
        `${line(5, "two")}${line(6, "records carts")}`,
      ].map((one) => `${one}\n`).join(""),
    });
    await expectAsQueried(pagesOf(session), session, { text });
    await expectAsQueried(pagesOf(session), session, { text, level: "WARNING" });
  });

  test("a long log: pages in both orders from anywhere are the lines of a query", async () => {
    const lines = isLong ? 1_000_000 : 100_000;
    const session = sessionWith({});
    for (let i = 0; i < lines; i += 10_000) {
      write(
        session,
        Array.from({ length: 10_000 }, (_, j) => {
          const level = (i + j) % 1000 === 0 ? "ERROR" : "INFO";
          return `${line(i + j, `line ${i + j}`, { level })}\n`;
        }).join(""),
      );
    }
    const pages = pagesOf(session);
    const page = async (start: number, isDescending = false, filter: RecordFilter = {}) => {
      const found = await pages.page(filter, { limit: 3, start, isDescending }, "1");
      return { ...found, items: found.items.map(({ message }) => message) };
    };
    expect(await page(0)).toEqual({
      items: ["line 0", "line 1", "line 2"],
      total: null,
      hasMore: true,
    });
    const middle = lines / 2;
    expect(await page(middle)).toEqual({
      items: [0, 1, 2].map((i) => `line ${middle + i}`),
      total: lines,
      hasMore: true,
    });
    expect((await page(0, true)).items).toEqual([1, 2, 3].map((i) => `line ${lines - i}`));
    expect(await page(lines - 1)).toMatchObject({ items: [`line ${lines - 1}`], hasMore: false });
    expect((await page(lines + 5)).items).toEqual([]);
    const errors = await page(5, false, { level: "ERROR" });
    expect(errors).toMatchObject({
      items: ["line 5000", "line 6000", "line 7000"],
      total: lines / 1000,
    });
    expect((await page(0, false, { text: `line ${middle}` })).items[0]).toBe(`line ${middle}`);
    expect(pages.bytes).toBeGreaterThan(lines * 8);
    expect(pages.bytes).toBeLessThan(lines * 100 + 1e6);
    pages.forget();
    expect(pages.bytes).toBe(0);
    expect((await page(middle)).total).toBe(lines);
  }, 120_000);
});
