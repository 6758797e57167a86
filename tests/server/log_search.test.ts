import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileSearchKernel, searchKernelFile } from "../../scripts/generate_search_kernel.ts";
import { queryRecords, type RecordFilter, sourced } from "../../lib/query/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { LogPages } from "../../server/log_pages.ts";
import { blockBytesMax } from "../../server/search_kernel.ts";
import { needleOf } from "../../server/search_needle.ts";
import { line } from "../query/recorded.ts";
import { all, sessionWith } from "../store/fixtures.ts";

const isLong = process.env["PLANLOOP_STRESS"] === "1";
const log = "logs/planloop.jsonl";

/** All that pages of a text give. */
async function paged(session: StoredSession, filter: RecordFilter): Promise<unknown[]> {
  const pages = new LogPages(session, systemRuntime());
  const found: unknown[] = [];
  for (let start = 0;;) {
    const page = await pages.page(filter, { limit: 1000, start, isDescending: false }, "1");
    found.push(...page.items);
    start += 1000;
    if (!page.hasMore) return found;
  }
}

async function queried(session: StoredSession, filter: RecordFilter): Promise<unknown[]> {
  return (await all(queryRecords(session, "logs", filter))).map(sourced);
}

function write(session: StoredSession, lines: readonly string[], file = log): void {
  const path = join(session.path, file);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, lines.map((one) => `${one}\n`).join(""));
}

/** Letters whose cases are unlike: of other sizes, several, dependent on their neighbours; escapes. */
const letters = [
  ...'kKiIsSaAzZ \\"/n{}:,01ßüÜåÅσςΣжЖ中',
  "\u212a",
  "\u0130",
  "\u0307",
  "\u0131",
  "\u017f",
  "\u212b",
  "\u1e9e",
  "\u01c5",
  "\u01c6",
  "\u03f4",
  "θ",
  "\n",
  "\u0001",
  "\u{10400}",
  "\u{10428}",
];
const textOf = (maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((parts) => parts.join(""));

const recorded = fc.record({
  message: textOf(12),
  context: fc.dictionary(
    fc.constantFrom("k", "a", "\u212a", "12", "message", "context"),
    fc.oneof(textOf(6), fc.integer({ min: -20, max: 20 })),
    { maxKeys: 3 },
  ),
  level: fc.constantFrom("INFO", "ERROR"),
  form: fc.constantFrom(
    "plain",
    "plain",
    "plain",
    "blanks",
    "ascii",
    "twice",
    "damaged",
    "double key",
  ),
});

/** A line as somebody may have written it. */
function written(second: number, { message, context, level, form }: {
  message: string;
  context: Record<string, unknown>;
  level: string;
  form: string;
}): string {
  const text = line(second, message, { context, level });
  if (form === "blanks") return JSON.stringify(JSON.parse(text), null, 1).replaceAll("\n", "");
  if (form === "ascii") {
    return text.replace(/[^\0-~]/g, (unit) => {
      return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  }
  if (form === "twice") return text + line(second, "k", { level: "ERROR" });
  if (form === "damaged") return text.slice(0, -4);
  if (form === "double key") return text.replace('"context":{', '"context":{"k":"z","k":"a",');
  return text;
}

describe("searching a log", () => {
  test("finds what a query finds, whatever stands in the lines and is searched for", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(recorded, { maxLength: 12 }),
        fc.array(recorded, { maxLength: 3 }),
        fc.array(textOf(4), { minLength: 1, maxLength: 5 }),
        async (lines, others, texts) => {
          const session = sessionWith({ [log]: "" });
          write(session, lines.map((one, i) => written(i, one)));
          write(session, others.map((one, i) => written(3 * i, one)), "logs/planloop.1.jsonl");
          const parts = lines.flatMap(({ message }) => [message.slice(1, 3), message.slice(0, 5)]);
          for (const text of new Set([...texts, ...parts.slice(0, 4)])) {
            for (
              const filter of [{ text }, { text: text.toUpperCase() }, { text, level: "ERROR" }]
            ) {
              const wanted = filter as RecordFilter;
              expect(await paged(session, wanted)).toEqual(await queried(session, wanted));
            }
          }
          rmSync(session.path, { recursive: true });
        },
      ),
      { numRuns: isLong ? 2000 : 100 },
    );
  }, 600_000);

  test("over the ends of blocks, and in lines longer than one", async () => {
    const session = sessionWith({ [log]: "" });
    const long = "x".repeat(70_000);
    write(session, [
      ...Array.from({ length: 40 }, (_, i) => line(i, `${long.slice(i * 37)}nEedle ${i}`)),
      line(41, `${"y".repeat(blockBytesMax)} needle`),
      line(42, "needle", { context: { long: "z".repeat(2 * blockBytesMax) } }),
      line(43, "none"),
      line(44, "needle"),
    ]);
    const found = await queried(session, { text: "NEEDLE" });
    expect(found).toHaveLength(43);
    expect(await paged(session, { text: "NEEDLE" })).toEqual(found);
    expect(await paged(session, { text: "needle 3" })).toHaveLength(11);
  });

  test("a line that was cut off since is not found", async () => {
    const session = sessionWith({ [log]: "" });
    write(session, [line(1, "needle one"), line(2, "needle two")]);
    const pages = new LogPages(session, systemRuntime());
    const query = { limit: 10, start: 0, isDescending: false };
    expect((await pages.page({ level: "INFO" }, query, "1")).total).toBe(2);
    rmSync(join(session.path, log));
    write(session, [line(1, "needle one")]);
    const { items } = await pages.page({ text: "needle" }, query, "1");
    expect(items.map(({ message }) => message)).toEqual(["needle one"]);
  });
});

describe("needleOf", () => {
  test("is exact where every case of every letter has as many bytes", () => {
    for (const text of ["tests", "k", "ü ж", "中", 'a"\\b']) {
      expect([text, needleOf(text)?.isExact]).toEqual([text, true]);
    }
    for (const text of ["aσ", "ångström", "i\u0307x", "straße", "\u{10428}"]) {
      expect([text, needleOf(text)?.isExact]).toEqual([text, false]);
    }
    expect(new TextDecoder().decode(needleOf("ångström")!.values)).toBe("ngström");
    expect([needleOf("σ"), needleOf("å"), needleOf("\u0307")]).toEqual([null, null, null]);
  });

  test("of a long text, a part is scanned for", () => {
    const needle = needleOf("ab".repeat(2000))!;
    expect([needle.values.length, needle.isExact]).toEqual([1024, false]);
  });
});

test("the compiled search is what its source gives", async () => {
  expect(readFileSync(searchKernelFile, "utf8")).toBe(await compileSearchKernel());
}, 60_000);
