import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fitSize } from "../../../cli/report/fit_size.ts";
import { ReportScopeError, ScopedSession } from "../../../cli/report/scoped.ts";
import { wholeScope } from "../../../lib/bundle/mod.ts";
import { openHome } from "../../../lib/store/mod.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-fit-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const id = "fit-20251118T081417Z-ab12";
const traces = 80;
let scoped: ScopedSession;

beforeAll(async () => {
  const logs = join(root, "sessions", id, "logs");
  mkdirSync(logs, { recursive: true });
  const lines = Array.from({ length: 10 * traces }, (_, i) => ({
    timestamp: new Date(1_763_453_657_000 + i * 100).toISOString(),
    level: "INFO",
    trace_id: `tr_${Math.floor(i / 10)}`,
    message: `line ${i}`,
  }));
  writeFileSync(
    join(logs, "planloop.jsonl"),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  scoped = await ScopedSession.of(openHome(root).findSession(id), wholeScope, () => {});
});

/** Pages of a size that is made up: so much for the page, what is always kept, and each trace. */
async function fit(bytesMax: number, page: number, kept: number, perTrace: number) {
  const pages: { bytes: number; share: number }[] = [];
  const dropped = new Set<object>();
  const result = fitSize(
    [scoped],
    bytesMax,
    // The page as it is outside of an archive.
    200_000,
    (selections) => {
      const count = selections === null ? traces : selections[0]!.traces.size;
      const made = { bytes: page + kept + count * perTrace, share: count / traces };
      pages.push(made);
      return Promise.resolve(made);
    },
    (one) => void dropped.add(one),
    () => () => {},
  );
  const outcome = await result.catch((error: unknown) => error);
  return { outcome, pages, left: pages.filter((one) => !dropped.has(one)) };
}

test.each([205_000, 220_000, 250_000, 290_000])(
  "fitSize: fills the room beside a page that takes most of %i bytes",
  async (bytesMax) => {
    const { outcome, pages, left } = await fit(bytesMax, 200_000, 1000, 1250);
    expect(left).toEqual([outcome]);
    expect(left[0]!.bytes).toBeLessThanOrEqual(bytesMax);
    expect(left[0]!.bytes).toBeGreaterThan(bytesMax - 0.3 * (bytesMax - 200_000));
    expect(pages.length).toBeLessThanOrEqual(5);
  },
);

test("fitSize: gives the whole where it fits, unread a second time", async () => {
  const { outcome, pages } = await fit(301_000, 200_000, 1000, 1250);
  expect(outcome).toEqual({ bytes: 301_000, share: 1 });
  expect(pages.length).toBe(1);
});

test("fitSize: finds out soon that what is always kept is too much, and leaves nothing", async () => {
  const { outcome, pages, left } = await fit(250_000, 200_000, 60_000, 1250);
  expect(outcome).toBeInstanceOf(ReportScopeError);
  expect((outcome as Error).message).toContain(
    "at most 250 KB: the page itself has 200 KB, and with the errors and warnings alone it has " +
      "260 KB",
  );
  expect(pages.length).toBe(3);
  expect(left).toEqual([]);
});

test("fitSize: keeps what there must be where no more than that fits", async () => {
  const { outcome, left } = await fit(260_500, 200_000, 60_000, 1250);
  expect(outcome).toEqual({ bytes: 260_000, share: 0 });
  expect(left).toEqual([outcome]);
});

test("fitSize: an archive may be smaller than the page in it", async () => {
  const { outcome, left } = await fit(150_000, 120_000, 1000, 1250);
  expect(left).toEqual([outcome]);
  expect(left[0]!.bytes).toBeLessThanOrEqual(150_000);
  expect(left[0]!.share).toBeGreaterThan(0);
  const refused = (await fit(110_000, 120_000, 1000, 1250)).outcome as Error;
  expect(refused.message).toContain(
    "at most 110 KB: with the errors and warnings alone it has 121",
  );
});
