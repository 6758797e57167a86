import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, expect, test } from "vitest";
import { check, traceSchema } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { journalBurst, journalWritesPerMs } from "../../lib/record/trace_journal.ts";
import { type Runtime, systemRuntime } from "../../lib/runtime/mod.ts";
import { readSession } from "../helpers/session_audit.ts";

/** `npm run stress` runs it whole, `npm test` a tenth. */
const isStress = process.env["PLANLOOP_STRESS"] === "1";
const many = isStress ? 100_000 : 10_000;
const few = many / 10;
const root = mkdtempSync(join(tmpdir(), "planloop-spans-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Spans in one turn of the event loop. */
const spansPerTurn = 1000;

/** What a trace of many spans asked of the system. */
interface Work {
  /** Writes into journals, and their bytes. */
  writes: number;
  journalBytes: number;
  fileBytes: number;
  elapsedMs: number;
  cpuMs: number;
}

/** The machine, with every append counted. */
function counting(work: Work): Runtime {
  const real = systemRuntime();
  const openAppend: Runtime["files"]["openAppend"] = (path) => {
    const handle = real.files.openAppend(path);
    if (!path.endsWith(".journal.jsonl")) return handle;
    return {
      ...handle,
      write(data) {
        work.writes += 1;
        work.journalBytes += data.length;
        handle.write(data);
      },
    };
  };
  return { ...real, files: { ...real.files, openAppend } };
}

async function record(count: number): Promise<Work> {
  const work: Work = { writes: 0, journalBytes: 0, fileBytes: 0, elapsedMs: 0, cpuMs: 0 };
  const home = mkdtempSync(join(root, "home-"));
  const session = openSession({ name: "spans", home, id: "s", runtime: counting(work) });
  const began = performance.now();
  const cpu = process.cpuUsage();
  const id = await session.trace("many", async (trace) => {
    for (let index = 0; index < count; index += 1) {
      // Some inside others, some across a turn, some with an event.
      if (index % spansPerTurn === 0) {
        await session.span("turn", () => new Promise((resolve) => setImmediate(resolve)));
      } else if (index % 10 === 1) {
        session.span("outer", () => session.span("inner", () => index++));
      } else session.span("step", { index }, (span) => index % 7 === 0 && span.event("seen"));
    }
    return trace.id;
  });
  const { user, system } = process.cpuUsage(cpu);
  work.cpuMs = (user + system) / 1000;
  work.elapsedMs = performance.now() - began;
  session.close();
  const file = join(session.path, "logs/traces", `${id}.json`);
  work.fileBytes = statSync(file).size;
  const trace = JSON.parse(readFileSync(file, "utf8"));
  // The checks look at the first issues of a hundred: enough to see one kind of mistake.
  expect(check(traceSchema, trace)).toEqual([]);
  const { traces, problems } = await readSession("s", session.path);
  expect(problems).toEqual([]);
  expect(traces).toHaveLength(1);
  const { spans } = traces[0]!.record;
  expect(spans).toHaveLength(count);
  expect(new Set(spans.map(({ span_id }) => span_id)).size).toBe(count);
  expect(spans.every(({ status }) => status === "success")).toBe(true);
  expect(trace.spans_left_out).toBeUndefined();
  return work;
}

test(`${many} spans in one trace: what is written grows in proportion, and no faster`, async () => {
  if (isStress) await record(many);
  const small = await record(few);
  const large = await record(many);
  expect(large.fileBytes / small.fileBytes).toBeLessThan(10.5);
  // Each span is in the journal once, as a pair of lines or as a record; and once in the file.
  expect(large.journalBytes).toBeLessThan(large.fileBytes * 2.5);
  const turns = many / spansPerTurn;
  const pace = journalBurst + large.elapsedMs * journalWritesPerMs;
  expect(large.writes).toBeLessThan(pace + turns * 2 + large.journalBytes / (64 * 1024) + 10);
  if (!isStress) return;
  const ratio = large.cpuMs / many / (small.cpuMs / few);
  process.stderr.write(
    `spans: ${(large.cpuMs * 1000 / many).toFixed(2)} µs of CPU each in a trace of ${many}, ` +
      `${ratio.toFixed(2)} times as much as in one of ${few}\n`,
  );
  expect(ratio).toBeLessThan(2);
}, 120_000);
