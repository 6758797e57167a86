/** Reports of a session that another process writes at that moment. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ReportOptions, writeReport } from "../../../cli/report/mod.ts";
import { wholeScope } from "../../../lib/bundle/mod.ts";
import { systemRuntime } from "../../../lib/runtime/mod.ts";
import { openHome } from "../../../lib/store/mod.ts";
import { openBundle } from "../../bundle/open_bundle.ts";
import { bundleChild, type Child, removeBundles, spawnChild } from "../../helpers/child.ts";
import { pageText, plainApp, readPage, readSideFiles } from "../../templates/read_page.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-live-"));
const id = "live-20251118T081417Z-ab12";
const home = join(root, "home");
let recorder: Child;

/** The number of the last line that the recorder has acknowledged. */
const acknowledged = () => Number(recorder.output().trimEnd().split("\n").at(-1));

beforeEach(async () => {
  const entry = resolve(import.meta.dirname, "../../session/children/recorder_child.ts");
  recorder = spawnChild(await bundleChild(entry), [home, id, "loop"]);
  await recorder.waitFor("\n2000\n");
});
afterEach(async () => {
  recorder.kill("SIGKILL");
  await recorder.exit;
  rmSync(home, { recursive: true, force: true });
});
afterAll(() => {
  removeBundles();
  rmSync(root, { recursive: true, force: true });
});

function write(out: string, more: Partial<ReportOptions> = {}) {
  return writeReport([openHome(home).findSession(id)], {
    out: join(root, out),
    app: plainApp,
    runtime: systemRuntime(),
    ...more,
  });
}

describe("writeReport of a session that is being written", () => {
  test.each([
    ["in one file", {}],
    ["in a folder", { split: true }],
    ["below a size", { scope: { ...wholeScope, size_max_bytes: 25_000_000 } }],
  ])("holds each line up to some moment once, %s", async (name, more: Partial<ReportOptions>) => {
    const before = acknowledged();
    const { file } = await write(name, more);
    const after = acknowledged();
    const { header, chunks, sides } = readPage(pageText(file));
    const beside = sides ? readSideFiles(join(file, ".."), sides).flat() : [];
    // The bundle's own sizes and counts agree, or this throws.
    const { records, section } = openBundle(header, [...chunks, ...beside]);
    const lines = records.filter(({ message }) => message.startsWith("line "));
    expect(lines.map(({ message }) => message))
      .toEqual(lines.map((_, count) => `line ${count}`));
    expect(lines.length).toBeGreaterThan(before);
    expect(lines.length).toBeLessThan(after + 100_000);
    expect(header.counts.logs).toBe(records.length);
    expect(header.counts.traces).toBe(1);
    expect(section("traces")).toMatchObject([{ operation: "work", status: "running" }]);
    // A line may have been half there; nothing else is wrong.
    const problems = section("problems").filter(({ kind }) => kind !== "torn");
    expect(problems).toEqual([]);
    expect(section("problems").length).toBeLessThanOrEqual(2);
    // It was written while the report was: else this proves nothing.
    expect(acknowledged()).toBeGreaterThan(before);
  }, 60_000);

  test("a second report has what came since", async () => {
    const first = await write("twice");
    await recorder.waitFor(`\n${acknowledged() + 500}\n`);
    const second = await write("twice");
    const rows = (report: typeof first) => report.sessions[0]!.header.counts.logs;
    expect(rows(second)).toBeGreaterThan(rows(first));
  }, 60_000);
});
