import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, type Problem, sessionIndexSchema } from "../../lib/format/mod.ts";
import { openSession } from "../../lib/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { filesBelow, rawDamage, type ReadSession, readSession } from "../helpers/session_audit.ts";

/** `npm run stress` runs it whole, `npm test` a part, spread over the modes. */
const isStress = process.env["PLANLOOP_STRESS"] === "1";
const moments = isStress ? 300 : 6;
/** How many children run at a time. */
const lanes = isStress ? 4 : 2;
/** How long a child may record before it is killed, in milliseconds. */
const lifeMs = { lines: 80, batch: 80, traces: 100, stream: 500, state: 600 };
type Mode = keyof typeof lifeMs;

const root = mkdtempSync(join(tmpdir(), "planloop-killed-"));
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/killed_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(root, { recursive: true, force: true });
});

/** What a child had acknowledged of a kind, or of all. */
type Acknowledged = (kind?: string) => string[];

function readNotes(file: string): Acknowledged {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const notes = text.split("\n").slice(0, -1).map((line) => line.split(" "));
  return (kind) =>
    notes.filter(([name]) => kind === undefined || name === kind)
      .map(([, ...words]) => words.join(" "));
}

/** When to kill: so long after the child has begun to open its session, or to record. */
interface Moment {
  after: "ready" | "recording";
  ms: number;
}

/** A third while the session opens, the others over the child's life. */
function momentOf(mode: Mode, index: number): Moment {
  return index % 3 === 0
    ? { after: "ready", ms: Math.random() * 12 }
    : { after: "recording", ms: Math.random() * lifeMs[mode] };
}

async function killAt(mode: Mode, { after, ms }: Moment) {
  const home = mkdtempSync(join(root, `${mode}-`));
  const notes = join(home, "notes");
  mkdirSync(join(home, "home"));
  const child = spawnChild(script, [join(home, "home"), "s", mode, notes]);
  await child.waitFor(`${after}\n`);
  const due = performance.now() + ms;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - 2)));
  // A timer is too coarse for the moments of opening.
  while (performance.now() < due);
  child.kill("SIGKILL");
  expect(await child.exit, child.errors()).toEqual({ code: null, signal: "SIGKILL" });
  return { home: join(home, "home"), acks: readNotes(notes) };
}

/** The values that are there more than once, and the expected ones that are not there at all. */
function miscounted(found: readonly (string | number)[], expected: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of found) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return [
    ...expected.filter((value) => !counts.has(value)).map((value) => `${value} is lost`),
    ...[...counts].filter(([, count]) => count > 1).map(([value]) => `${value} is there twice`),
  ];
}

/** What is missing or there twice of everything that was acknowledged. */
function lost(read: ReadSession, acks: Acknowledged): string[] {
  const counted = read.log.filter(({ context }) => typeof context["count"] === "number");
  const spans = read.traces.flatMap(({ record }) => record.spans);
  const short = spans.filter(({ name, status }) => name === "short" && status === "success");
  const traces = read.traces.filter(({ record }) => record.status === "success");
  const ended = read.calls.filter(({ record }) => record.status !== "running");
  const isPath = (key: string) => key.endsWith(".json");
  const versions = read.diffs.map(({ record }) => record.changes["version"]?.new);
  return [
    ...miscounted(counted.map(({ context }) => String(context["count"])), acks("line")),
    ...miscounted(read.metrics.filter(isCount).map(({ value }) => value), acks("metric")),
    ...miscounted(read.errors, acks("error")),
    ...miscounted(read.calls.map(({ file }) => file), acks("call").filter(isPath)),
    ...miscounted(
      ended.map(({ record }) => record.trace_id),
      acks("call").filter((key) => !isPath(key)),
    ),
    ...miscounted(traces.map(({ record }) => record.trace_id), acks("trace")),
    ...miscounted(short.map(({ metadata }) => String(metadata["count"])), acks("span")),
    ...miscounted(versions.map(String), acks("version")),
  ];
}

const isCount = ({ metric }: { metric: string }) => metric === "stress.count";

/** What had begun must be shown, once, and as open where it was open when the process was killed. */
function unseen(read: ReadSession, acks: Acknowledged): string[] {
  const missing: string[] = [];
  for (const id of acks("journal")) {
    const [outer, ...more] = read.traces.filter(({ record }) => record.trace_id === id);
    if (outer?.record.status !== "running" || more.length > 0) missing.push(`trace ${id} runs`);
    const open = outer?.record.spans.filter(({ name }) => name === "open") ?? [];
    const isOpen = open.length === 1 && open[0]!.status === "running" && !open[0]!.end_time;
    if (acks("open").length > 0 && !isOpen) missing.push("the open span");
  }
  for (const id of acks("begun")) {
    const found = read.traces.filter(({ record }) => record.trace_id === id);
    if (found.length !== 1) missing.push(`${found.length} records of the trace ${id}`);
  }
  const answered = acks("answer").filter((id) => !acks("call").includes(id));
  for (const id of answered) {
    const found = read.calls.filter(({ record }) => record.trace_id === id);
    const [call] = found;
    if (found.length !== 1) missing.push(`${found.length} records of the call ${id}`);
    const content = call?.record.response?.content ?? "";
    const words = String(content).trimEnd().split(" ").filter(Boolean);
    if (words.some((word, index) => word !== `word${index}`)) missing.push(`words of ${id}`);
    const due = wordsDue(acks("word"));
    if (words.length < due) missing.push(`${due} words, not ${words.length}, of ${id}`);
  }
  return missing;
}

/**
 * How many words of the last answer must be on disk. They are written every 250 ms, or, where
 * writing takes long, after 20 times as long; it takes no longer than the longest pause between two.
 */
function wordsDue(noted: readonly string[]): number {
  const all = noted.map((note) => note.split(" ").map(Number) as [number, number]);
  const words = all.slice(all.findLastIndex(([number]) => number === 0));
  const times = words.map(([, at]) => at);
  const pause = Math.max(0, ...times.map((at, index) => at - (times[index - 1] ?? at)));
  const before = (times.at(-1) ?? 0) - Math.max(250, 20 * pause) - 2 * pause;
  // The last word is held back: it may be half of one.
  return times.filter((at) => at < before).length - 1;
}

/** Problems that are no loss of what was acknowledged, and that a kill may leave. */
function isExpected(problem: Problem, isOpened: boolean): boolean {
  const { file, kind, lost: isLost } = problem;
  // The documented torn tail.
  if (kind === "torn" && file.endsWith(".jsonl")) return true;
  // Killed while the session was made.
  if (kind === "missing" && !isOpened) return true;
  if (isLost) return false;
  // The dead holder, or an update that was interrupted between the state and its diff.
  if (kind === "inconsistent" && file.startsWith(".lock")) return true;
  return (kind === "missing" || kind === "assumed") && file.includes("_pre");
}

/** A runtime in ten minutes, when nobody can take a file for one that is being written. */
function later() {
  const real = systemRuntime();
  const now = () => real.clock.now() + 600_000;
  return { ...real, clock: { ...real.clock, now } };
}

async function goOn(mode: Mode, home: string): Promise<void> {
  const session = openSession({ name: "after", home, id: "s", runtime: later(), recordLlm: true });
  try {
    expect(session.recording).toBe(true);
    session.info("after the kill");
    if (mode !== "state") return;
    const version = session.state().version;
    expect(session.state().context_notes[0] ?? "0").toBe(String(version - 1));
    const next = await session.updateState((draft) => {
      draft.context_notes = [String(version)];
    }, { timeout_ms: 20_000 });
    expect(next.version).toBe(version + 1);
  } finally {
    session.close();
  }
}

/** Gives how much had been acknowledged. */
async function killOnce(mode: Mode, index: number): Promise<number> {
  const moment = momentOf(mode, index);
  const { home, acks } = await killAt(mode, moment);
  const path = join(home, "sessions/s");
  const at = `${mode}, killed ${moment.ms.toFixed(2)} ms after it was ${moment.after}`;
  const isOpened = acks("session").length > 0;
  if (existsSync(path)) {
    const read = await readSession("s", path);
    const problems = read.problems.filter((problem) => !isExpected(problem, isOpened));
    const { torn, wrong } = rawDamage(path);
    expect({ at, wrong, problems, lost: lost(read, acks), unseen: unseen(read, acks) })
      .toEqual({ at, wrong: [], problems: [], lost: [], unseen: [] });
    expect(new Set(torn.map((line) => line.split(":")[0])).size, at).toBe(torn.length);
    const version = Math.max(0, ...acks("version").map(Number));
    expect(read.state?.version ?? 0, at).toBeGreaterThanOrEqual(version);
    const isHeld = acks("held").length > acks("releasing").length;
    if (isHeld) expect(read.lock, at).toMatchObject({ operation: "hold" });
  } else expect(isOpened, at).toBe(false);

  await goOn(mode, home);
  const read = await readSession("s", path);
  const { wrong, temporary } = rawDamage(path);
  const problems = read.problems.filter((problem) => !isExpected(problem, true));
  expect({ at, wrong, problems, lost: lost(read, acks), unseen: unseen(read, acks) })
    .toEqual({ at, wrong: [], problems: [], lost: [], unseen: [] });
  const left = filesBelow(home).filter((file) => /\.journal\.|\.tmp$|\.lock/.test(file));
  expect({ at, temporary, left }).toEqual({ at, temporary: [], left: [] });
  expect(read.log.filter(({ message }) => message === "after the kill"), at).toHaveLength(1);
  const files = filesBelow(path);
  for (const name of ["state.json", "PLAN.md", "deadlock.json"]) expect(files, at).toContain(name);
  const registry = JSON.parse(readFileSync(join(home, "index.json"), "utf8"));
  expect(check(sessionIndexSchema, registry), at).toEqual([]);
  expect(registry.sessions.map((row: { session: string }) => row.session), at).toEqual(["s"]);
  expect(readFileSync(join(home, "current_session"), "utf8"), at).toBe("s");
  rmSync(join(home, ".."), { recursive: true, force: true });
  return acks().length;
}

describe(`a process killed at ${moments} random moments keeps what it acknowledged, once`, () => {
  test.each(Object.keys(lifeMs) as Mode[])("%s", async (mode) => {
    const began = performance.now();
    let next = 0;
    let acknowledged = 0;
    const lane = async () => {
      while (next < moments) {
        const count = await killOnce(mode, next++);
        acknowledged += count;
      }
    };
    // The other lanes' children must have ended, too, before a failure is told.
    const ended = await Promise.allSettled(
      Array.from({ length: lanes }, () =>
        lane().catch((error) => {
          next = moments;
          throw error;
        })),
    );
    for (const each of ended) if (each.status === "rejected") throw each.reason;
    expect(acknowledged).toBeGreaterThan(isStress ? moments : 0);
    if (isStress) {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stderr.write(
        `killed: ${mode}, ${moments} moments, ${acknowledged} records acknowledged, 0 lost, ` +
          `${seconds} s\n`,
      );
    }
  }, isStress ? 900_000 : 60_000);
});
