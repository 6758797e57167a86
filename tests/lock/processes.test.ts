import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { acquireLock, type LockNotice, LockTimeoutError } from "../../lib/lock/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { bundleChild, type Child, removeBundles, spawnChild } from "../helpers/child.ts";

let ours = "";
let python = "";
let shaken = "";
let sessionPath = "";
let children: Child[] = [];
const runtime = systemRuntime();

beforeAll(async () => {
  ours = await bundleChild(fileURLToPath(new URL("./lock_child.ts", import.meta.url)));
  shaken = await bundleChild(fileURLToPath(new URL("./shaken_child.ts", import.meta.url)));
  python = await bundleChild(fileURLToPath(new URL("./python_peer.ts", import.meta.url)));
});
afterAll(removeBundles);
beforeEach(() => {
  sessionPath = mkdtempSync(join(tmpdir(), "planloop-lock-"));
  writeFileSync(join(sessionPath, "counter"), "0");
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((child) => child.exit));
  rmSync(sessionPath, { recursive: true, force: true });
});

function start(script: string, task: Record<string, unknown>): Child {
  const child = spawnChild(script, [JSON.stringify({
    sessionPath,
    journal: join(sessionPath, "journal"),
    counter: join(sessionPath, "counter"),
    ...task,
  })]);
  children.push(child);
  return child;
}
/** What is in the queue, without the files that processes keep for their next requests. */
const queued = (): string[] =>
  readdirSync(join(sessionPath, ".lock_queue")).filter((name) => !name.endsWith(".tmp"));
const counter = (): number => Number(readFileSync(join(sessionPath, "counter"), "utf8"));
const journal = (): Record<string, unknown>[] =>
  readFileSync(join(sessionPath, "journal"), "utf8").trim().split("\n").map((line) =>
    JSON.parse(line)
  );

async function ends(child: Child): Promise<void> {
  const { code } = await child.exit;
  expect(code, child.errors()).toBe(0);
}

async function acquire(
  timeout_ms: number,
): Promise<{ notices: LockNotice[]; release: () => void }> {
  const notices: LockNotice[] = [];
  const lock = await acquireLock({
    sessionPath,
    operation: "test",
    timeout_ms,
    runtime,
    log: (notice) => void notices.push(notice),
  });
  return { notices, release: () => lock.release() };
}

interface Taken {
  order: number;
  asked: number;
  visible: number;
}

/** How often somebody was served after one that asked later than he was seen to ask. */
function inversionsOf(taken: readonly Taken[]): number {
  // Clocks of two processes may differ by a millisecond; beyond that nobody is overtaken.
  const toleranceMs = 2;
  let firstVisible = Infinity;
  let inversions = 0;
  for (let index = taken.length - 1; index > 0; index--) {
    firstVisible = Math.min(firstVisible, taken[index]!.visible);
    if (firstVisible + toleranceMs < taken[index - 1]!.asked) inversions++;
  }
  return inversions;
}

/** `npm run stress` runs it whole, `npm test` a tenth. */
const isStress = process.env["PLANLOOP_STRESS"] === "1";
const rounds = isStress ? 500 : 50;
const processes = 8;
/** Holders that are killed, one after the other, and rounds of the other implementation. */
const crashes = isStress ? 20 : 4;
const peerRounds = isStress ? 40 : 4;

test(
  `acquireLock excludes: ${processes} processes of ${rounds} rounds, ${crashes} killed holders ` +
    "and a peer of the other implementation lose no count",
  async () => {
    const began = performance.now();
    const peer = start(python, { rounds: peerRounds, pruneAge: 30, holdMs: 2 });
    const all = Array.from({ length: processes }, () => start(ours, { mode: "count", rounds }));
    for (let index = 0; index < crashes; index++) {
      const child = start(ours, { mode: "crash", rounds: 3 });
      expect((await child.exit).signal, child.errors()).toBe("SIGKILL");
    }
    for (const child of [...all, peer]) await ends(child);
    // Where the last of the killed ones came after all others, this one clears up after it.
    const last = await acquire(10_000);
    last.release();
    const total = processes * rounds + crashes * 2 + peerRounds;
    expect(counter()).toBe(total);
    expect(queued()).toEqual([]);
    expect(existsSync(join(sessionPath, ".lock"))).toBe(false);
    expect(existsSync(join(sessionPath, ".lock_info"))).toBe(false);

    const taken = journal().filter((line) => "order" in line) as unknown as Taken[];
    taken.sort((a, b) => a.order - b.order);
    expect(new Set(taken.map((one) => one.order)).size).toBe(total - peerRounds);
    expect(inversionsOf(taken)).toBe(0);

    const seen = [...journal(), ...last.notices].filter((line) => "event" in line)
      .map((line) => line.event);
    const count = (event: string) => seen.filter((one) => one === event).length;
    const asked = processes * rounds + crashes * 3 + 1;
    expect(count("lock_requested")).toBe(asked);
    expect(count("lock_acquired")).toBe(asked);
    expect(count("lock_released")).toBe(asked - crashes);
    expect(count("lock_broken")).toBe(crashes);
    expect(count("lock_timeout")).toBe(0);
    if (isStress) {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stderr.write(
        `locks: ${total} acquisitions by ${processes} processes and a peer, ${crashes} killed ` +
          `holders, 0 lost, 0 inversions, ${seconds} s\n`,
      );
    }
  },
  isStress ? 1_200_000 : 240_000,
);

test(
  "acquireLock excludes processes that stand still and die before any file operation",
  async () => {
    const rounds = isStress ? 150 : 15;
    const task = { rounds, stalls: 0.1, kills: 0.4 / (rounds * 20) };
    const all = Array.from({ length: 6 }, () => start(shaken, task));
    const ends = await Promise.all(all.map((child) => child.exit));
    for (const [index, { code, signal }] of ends.entries()) {
      const child = all[index]!;
      if (signal !== "SIGKILL") expect(code, child.errors()).toBe(0);
    }
    (await acquire(10_000)).release();
    expect(queued()).toEqual([]);
    expect(existsSync(join(sessionPath, ".lock"))).toBe(false);
  },
  isStress ? 1_200_000 : 240_000,
);

test("acquireLock takes over from a holder that was killed", async () => {
  const child = start(ours, { mode: "hold", rounds: 1 });
  await child.waitFor("held");
  await expect(acquire(100)).rejects.toBeInstanceOf(LockTimeoutError);
  const waiting = acquire(10_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGKILL");
  const { notices, release } = await waiting;
  const requested = journal().find((line) => line["event"] === "lock_requested")!;
  expect(notices.find((notice) => notice.event === "lock_broken")).toMatchObject({
    holder: `pid:${child.pid}`,
    lock_entry_id: requested["lock_entry_id"],
    operation: "hold",
  });
  release();
  expect(queued()).toEqual([]);
});

test("acquireLock gives one dead holder's lock to one of many waiters at a time", async () => {
  const dead = start(ours, { mode: "hold", rounds: 1 });
  await dead.waitFor("held");
  const waiters = Array.from({ length: 4 }, () => start(ours, { mode: "count", rounds: 5 }));
  await Promise.all(waiters.map((child) => child.waitFor("ready")));
  dead.kill("SIGKILL");
  for (const child of waiters) await ends(child);
  expect(counter()).toBe(20);
  expect(journal().filter((line) => line["event"] === "lock_broken").length).toBe(1);
});

test("acquireLock's lock is given back by a process that ends without releasing", async () => {
  const child = start(ours, { mode: "leave", rounds: 1 });
  await ends(child);
  expect(existsSync(join(sessionPath, ".lock"))).toBe(false);
  expect(queued()).toEqual([]);
});

test(
  "acquireLock shares a session with the other implementation, which prunes by age",
  async () => {
    // It deletes the entries of others after 0.1 s and holds for longer: ours must come back.
    const peer = start(python, { rounds: 6, pruneAge: 0.1, holdMs: 300 });
    await peer.waitFor("held");
    const all = Array.from({ length: 2 }, () => start(ours, { mode: "count", rounds: 12 }));
    for (const child of [...all, peer]) await ends(child);
    expect(counter()).toBe(6 + 24);
    expect(existsSync(join(sessionPath, ".lock"))).toBe(false);
  },
  60_000,
);

test("acquireLock takes over from the other implementation's dead holder", async () => {
  const child = start(python, { rounds: 1, pruneAge: 30, holdMs: 0, die: true });
  expect((await child.exit).signal).toBe("SIGKILL");
  const { notices, release } = await acquire(5_000);
  expect(notices.map((notice) => notice.event)).toEqual([
    "lock_requested",
    "lock_broken",
    "lock_acquired",
  ]);
  expect(notices[1]!.holder).toBe(`pid:${child.pid}`);
  release();
});

test("acquireLock names the other implementation's process at a timeout", async () => {
  const child = start(python, { rounds: 1, pruneAge: 30, holdMs: 3_000 });
  await child.waitFor("held");
  const error = await acquire(150).catch((reason: unknown) => reason) as LockTimeoutError;
  expect(error).toMatchObject({ holder: `pid:${child.pid}`, holder_operation: "update" });
  await ends(child);
});
