/** Stops, progress and failures in each of the passes that a report may take. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  markerFile,
  type ReportOptions,
  type ReportProgress,
  writeReport,
} from "../../../cli/report/mod.ts";
import { type ReportScope, wholeScope } from "../../../lib/bundle/mod.ts";
import { type Runtime, systemRuntime } from "../../../lib/runtime/mod.ts";
import { openHome, type StoredSession } from "../../../lib/store/mod.ts";
import { plainApp } from "../../templates/read_page.ts";
import { noise } from "./big_session.ts";

const system = systemRuntime();
const root = mkdtempSync(join(tmpdir(), "planloop-passes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const lines = 3000;
let sessions: StoredSession[];
beforeAll(() => {
  sessions = ["one", "two"].map((name) =>
    session(join(root, name), `${name}-20251118T081417Z-ab12`)
  );
});

/** Text that hardly compresses: a third of it fits into the size that is asked for. */
function session(home: string, id: string): StoredSession {
  const logs = join(home, "sessions", id, "logs");
  mkdirSync(logs, { recursive: true });
  const log = Array.from({ length: lines }, (_, i) => ({
    timestamp: new Date(1_763_453_657_000 + i * 100).toISOString(),
    level: i === 50 ? "ERROR" : "INFO",
    trace_id: `tr_${Math.floor(i / 100)}`,
    session_id: id,
    operation: "work",
    message: noise(i, 200),
    context: {},
    duration_ms: null,
  }));
  const text = log.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(logs, "planloop.jsonl"), text);
  return openHome(home).findSession(id);
}

const limited = { size_max_bytes: 350_000 } as const;

/** What makes a report take more than one pass, and what else is asked for. */
const ways: [name: string, scope: Partial<ReportScope>, more: Partial<ReportOptions>][] = [
  ["--only errors", { only: "errors" }, {}],
  ["--trace", { trace: "tr_0" }, {}],
  ["--max-size", limited, {}],
  ["--max-size --split", limited, { split: true }],
  ["--max-size --zip", limited, { zip: true }],
];

function write(
  out: string,
  scope: Partial<ReportScope>,
  more: Partial<ReportOptions> = {},
  asked: readonly StoredSession[] = sessions,
) {
  return writeReport(asked, {
    out: join(root, out),
    app: plainApp,
    runtime: system,
    scope: { ...wholeScope, ...scope },
    ...more,
  });
}

/** The steps of a report, each time that something else is done than before. */
async function stepsOf(out: string, scope: Partial<ReportScope>, more: Partial<ReportOptions>) {
  const seen: ReportProgress[] = [];
  await write(out, scope, { ...more, onProgress: (progress) => void seen.push(progress) });
  return {
    seen,
    steps: seen.map(({ stage }) => stage).filter((stage, index, all) => stage !== all[index - 1]),
  };
}

describe.each(ways)("writeReport with %s", (name, scope, more) => {
  const out = (what: string) => `${name.replaceAll(" ", "")}-${what}`;

  test("tells how far it is in every pass, up to 1, and never goes back", async () => {
    const { seen, steps } = await stepsOf(out("progress"), scope, more);
    expect(steps).toContain("survey");
    expect(seen.filter(({ stage }) => stage === "survey").at(-1)!.rows).toBe(lines);
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i]!.fraction).toBeGreaterThanOrEqual(seen[i - 1]!.fraction);
    }
    expect(seen.at(-1)).toMatchObject({ stage: "page", fraction: 1 });
    expect(seen[0]!.fraction).toBeLessThan(0.5);
  });

  test("hears a stop from outside in every step, and leaves the earlier report alone", async () => {
    const { file } = await write(out("stop"), {}, {}, [sessions[0]!]);
    const before = readFileSync(file);
    const { steps } = await stepsOf(out("stop-steps"), scope, more);
    for (const [wanted, stage] of steps.entries()) {
      const stop = new AbortController();
      let step = -1;
      let last: string | undefined;
      const onProgress = (progress: ReportProgress) => {
        if (progress.stage !== last) step++;
        last = progress.stage;
        // Is it the very end, all is in its place.
        if (step === wanted && progress.fraction < 1) {
          stop.abort(new Error(`stopped in step ${wanted}`));
        }
      };
      await expect(
        write(out("stop"), scope, { ...more, signal: stop.signal, onProgress }),
        `step ${wanted}, ${stage}`,
      ).rejects.toThrow(`stopped in step ${wanted}`);
      expect(readdirSync(join(root, out("stop"))).sort()).toEqual([markerFile, "index.html"]);
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });

  test("leaves no trace on a full disk, and the earlier report alone", async () => {
    const { file } = await write(out("full"), {}, {}, [sessions[0]!]);
    const before = readFileSync(file);
    let needed = 0;
    const counting = withWrites((bytes) => void (needed += bytes));
    await write(out("needed"), scope, { ...more, runtime: counting });
    for (const share of [0, 0.2, 0.4, 0.6, 0.8, 0.99]) {
      let left = share * needed;
      const runtime = withWrites((bytes) => {
        if ((left -= bytes) < 0) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      });
      const fresh = out(`fresh-${share}`);
      for (const place of [out("full"), fresh]) {
        left = share * needed;
        await expect(write(place, scope, { ...more, runtime }), `${share} of it`).rejects
          .toMatchObject({
            name: "ReportFolderError",
            message: expect.stringContaining("the disk is full (ENOSPC). Nothing of it was left"),
          });
      }
      expect(existsSync(join(root, fresh))).toBe(false);
      expect(readdirSync(join(root, out("full"))).sort()).toEqual([markerFile, "index.html"]);
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });

  test("a folder that vanishes meanwhile is said, and does not come back half", async () => {
    for (const wanted of ["log", "page"]) {
      const place = join(root, out(`gone-${wanted}`));
      let isGone = false;
      const onProgress = ({ stage, fraction }: ReportProgress) => {
        if (isGone || stage !== wanted || fraction >= 1) return;
        isGone = true;
        rmSync(place, { recursive: true });
      };
      await expect(write(out(`gone-${wanted}`), scope, { ...more, onProgress })).rejects
        .toMatchObject({ name: "ReportFolderError", message: expect.stringContaining(place) });
      expect(isGone).toBe(true);
      expect(existsSync(place)).toBe(false);
    }
  });
});

/** The machine, with a look at what is written. */
function withWrites(onWrite: (bytes: number) => void): Runtime {
  const openAppend: Runtime["files"]["openAppend"] = (path) => {
    const file = system.files.openAppend(path);
    return {
      write(data: string | Uint8Array) {
        onWrite(data.length);
        file.write(data);
      },
      size: () => file.size(),
      isAt: (path) => file.isAt(path),
      isRemoved: () => file.isRemoved(),
      lastByte: () => file.lastByte(),
      close: () => file.close(),
    };
  };
  return { ...system, files: { ...system.files, openAppend } };
}
