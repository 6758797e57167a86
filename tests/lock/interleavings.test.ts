/**
 * Processes of both implementations that are interrupted, and killed, before any of their file
 * operations: whatever they do, the lock has one holder, and nobody overtakes.
 */

import process from "node:process";
import { describe, expect, test } from "vitest";
import { LockRequestState } from "../../lib/lock/request.ts";
import { type FakeFiles, fakeFiles } from "../../lib/runtime/fake_files.ts";
import { fakeRuntime, type RewriteHandle, type Runtime } from "../../lib/runtime/mod.ts";

const sessionPath = "/session";
const lockPath = `${sessionPath}/.lock`;
const queuePath = `${sessionPath}/.lock_queue`;
/** Interrupted at most this deep: one process within another within another. */
const depthMax = 4;
/** One dies in a handful of worlds out of ten, at an operation that nothing prefers. */
const killChance = 0.004;

class Killed extends Error {}

/** One thread of execution: it is given the processor between two of another one's operations. */
interface Actor {
  readonly pid: number;
  /** In the middle of something: it cannot be given another turn meanwhile. */
  busy: boolean;
  /** What it does when it is its turn. */
  step(): void;
}

/** A repeating chance from 0 to below 1 (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A disk, a clock and some processes, all driven by one seed. */
class World {
  readonly chance: () => number;
  readonly disk: FakeFiles;
  readonly alive = new Set<number>();
  readonly actors: Actor[] = [];
  readonly holders = new Set<number>();
  readonly waiting = new Map<number, number>();
  readonly story: string[] = [];
  /** Who made the file that is the lock. */
  owner = 0;
  acquisitions = 0;
  kills = 0;
  killing = true;
  #depth = 0;
  #now = 1_763_453_657_585;
  readonly clock: Runtime["clock"];

  constructor(seed: number) {
    this.chance = chanceOf(seed);
    this.clock = {
      now: () => this.#now,
      nowWhole: () => Math.floor(this.#now),
      monotonic: () => this.#now,
      after: () => () => {},
    };
    this.disk = fakeFiles(this.clock);
    this.disk.createDirectory(queuePath);
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  /** Lets an actor take a turn; it may be killed in the middle. */
  turn(actor: Actor): void {
    if (actor.busy || !this.alive.has(actor.pid)) return;
    actor.busy = true;
    try {
      actor.step();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    } finally {
      actor.busy = false;
    }
  }

  /** Called before each operation of a process: others may run first, or the process may die. */
  interrupt(pid: number): void {
    if (!this.alive.has(pid)) throw new Killed();
    while (this.#depth < depthMax && this.chance() < 0.12) {
      this.#depth++;
      // Now and then the interrupted process stays away for long.
      this.pass(this.chance() < 0.02 ? 30_000 : this.chance() * 3);
      for (let turns = 1 + this.chance() * 6; turns > 0; turns--) this.turn(this.anyActor());
      this.#depth--;
    }
    if (this.killing && this.chance() < killChance) this.kill(pid);
  }

  kill(pid: number): never {
    this.alive.delete(pid);
    this.holders.delete(pid);
    this.waiting.delete(pid);
    this.kills++;
    this.story.push(`${pid} killed`);
    throw new Killed();
  }

  anyActor(): Actor {
    return this.actors[Math.floor(this.chance() * this.actors.length)]!;
  }

  /** The files as one process sees them. */
  filesOf(pid: number): FakeFiles {
    const interrupt = () => this.interrupt(pid);
    const done = this.done.bind(this, pid);
    return new Proxy(this.disk, {
      get(disk, name) {
        const value = disk[name as keyof FakeFiles] as unknown;
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => {
          interrupt();
          const result: unknown = value.apply(disk, given);
          // The last of the names: `link` is told the file's own one first.
          done(String(name), name === "link" ? given[1] : given[0], result);
          if (name !== "openRewrite") return result;
          const handle = result as RewriteHandle;
          return {
            write: (text: string) => {
              interrupt();
              handle.write(text);
            },
            close: () => handle.close(),
          };
        };
      },
    });
  }

  /** @param asked The ticket: when the process asked. */
  acquired(pid: number, asked: number, published: Map<number, number>): void {
    this.acquisitions++;
    this.story.push(`${pid} holds`);
    const others = [...this.holders].filter((other) => other !== pid);
    if (others.length > 0) throw new Error(`${pid} holds the lock, and so does ${others}`);
    this.holders.add(pid);
    this.waiting.delete(pid);
    for (const [other, ticket] of published) {
      if (this.waiting.get(other) === ticket && ticket < asked) {
        throw new Error(`${pid} overtook ${other}, which stood in the queue with ticket ${ticket}`);
      }
    }
  }

  /** Called after each operation: only what a dead process left is ever taken away. */
  done(pid: number, operation: string, path: unknown, result: unknown): void {
    if (path !== lockPath || result !== true) return;
    if (operation !== "remove") this.owner = pid;
    else if (this.owner !== pid && this.alive.has(this.owner)) {
      throw new Error(`${pid} removed the lock of ${this.owner}, who lives`);
    }
  }

  released(pid: number): void {
    this.holders.delete(pid);
    this.story.push(`${pid} releases`);
  }
}

/** A process of ours. */
function ourActor(world: World, pid: number): Actor {
  const fake = fakeRuntime({ pid, seed: pid });
  const runtime: Runtime = {
    ...fake,
    files: world.filesOf(pid),
    clock: world.clock,
    process: {
      ...fake.process,
      isAlive: (other) => world.alive.has(other),
      startTime: (other) => world.alive.has(other) ? `start-${other}` : undefined,
    },
  };
  let request: LockRequestState | undefined;
  let queued = new Map<number, number>();
  let holds = false;
  const ask = () => {
    const log = () => {};
    request = new LockRequestState({ sessionPath, operation: "o", agent: `a${pid}`, runtime, log });
    // Who already stands in the queue at this moment must be served first, if his ticket is older.
    queued = new Map(world.waiting);
    world.waiting.set(pid, request.entry.requested_at);
  };
  const wait = () => {
    const chance = world.chance();
    if (chance < 0.03) {
      request!.giveUp(null);
      request = undefined;
      world.waiting.delete(pid);
    } else if (chance < 0.2) request!.breakDead();
    else if (request!.tryTake()) {
      holds = true;
      world.acquired(pid, request!.entry.requested_at, queued);
    }
  };
  return {
    pid,
    busy: false,
    step() {
      world.pass(world.chance());
      if (!request) return ask();
      if (!holds) return wait();
      world.released(pid);
      holds = false;
      const done = request;
      request = undefined;
      done.release(1);
    },
  };
}

/** A process of the other implementation, as far as it touches files; see `python_peer.ts`. */
function pythonActor(world: World, pid: number): Actor {
  const files = world.filesOf(pid);
  let number = 0;
  let id = "";
  let holds = false;
  const entry = () => `${queuePath}/${id}.json`;
  const ask = () => {
    id = `python-${pid}-${number++}`;
    const requested_at = world.clock.now() / 1000;
    const text = JSON.stringify({ id, agent: `pid:${pid}`, operation: "update", requested_at });
    files.createExclusive(entry(), text);
  };
  const take = () => {
    const entries = files.listNames(queuePath).filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        const text = files.readStart(`${queuePath}/${name}`, 4096);
        return text === undefined ? [] : [JSON.parse(text) as { id: string; requested_at: number }];
      }).sort((a, b) => a.requested_at - b.requested_at || (a.id < b.id ? -1 : 1));
    if (entries[0]?.id !== id) return;
    if (!files.createExclusive(lockPath)) return;
    // It counts from here: the file is the lock, whatever is told about it.
    world.acquired(pid, 0, new Map());
    holds = true;
    const since = world.clock.now() / 1000;
    const info = JSON.stringify({ held_by: `pid:${pid}`, since, operation: "update" });
    files.writeFileAtomic(`${sessionPath}/.lock_info`, info);
  };
  const release = () => {
    world.released(pid);
    holds = false;
    files.remove(lockPath);
    files.remove(`${sessionPath}/.lock_info`);
    files.remove(entry());
    id = "";
  };
  return {
    pid,
    busy: false,
    step() {
      world.pass(world.chance());
      if (id === "") ask();
      else if (holds) release();
      else take();
    },
  };
}

/** Runs one world to its end; says how many times the lock was had, and how many processes died. */
function run(seed: number, options: { ours: number; python: number; kills: boolean }): World {
  const world = new World(seed);
  world.killing = options.kills;
  let pid = 1000;
  const add = (make: (world: World, pid: number) => Actor) => {
    pid++;
    world.alive.add(pid);
    world.actors.push(make(world, pid));
  };
  for (let index = 0; index < options.ours; index++) add(ourActor);
  for (let index = 0; index < options.python; index++) add(pythonActor);
  try {
    for (let turns = 0; turns < 150; turns++) world.turn(world.anyActor());
    // Whoever comes when the dust has settled gets the lock: nothing that died is in the way.
    world.killing = false;
    for (const { pid } of world.actors) world.alive.delete(pid);
    world.holders.clear();
    world.waiting.clear();
    world.actors.length = 0;
    add(ourActor);
    const before = world.acquisitions;
    for (let turns = 0; turns < 100; turns++) {
      world.pass(5_000);
      world.turn(world.anyActor());
    }
    if (world.acquisitions === before) throw new Error("the lock is stuck");
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`seed ${seed}: ${message}\n${world.story.join("\n")}`, { cause: error });
  }
  return world;
}

function runMany(seeds: number, options: { ours: number; python: number; kills: boolean }) {
  let acquisitions = 0;
  let kills = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const world = run(seed, options);
    acquisitions += world.acquisitions;
    kills += world.kills;
  }
  return { acquisitions, kills };
}

/** `npm run stress` tries ten times as many worlds. */
const worlds = process.env["PLANLOOP_STRESS"] === "1" ? 1500 : 150;
const testMs = worlds * 200;

describe("lock requests, interrupted before any file operation,", () => {
  test("exclude each other and keep their order", { timeout: testMs }, () => {
    const { acquisitions } = runMany(worlds, { ours: 4, python: 0, kills: false });
    expect(acquisitions).toBeGreaterThan(worlds * 5);
  });

  test("exclude each other while some are killed", { timeout: testMs }, () => {
    const { acquisitions, kills } = runMany(worlds, { ours: 6, python: 0, kills: true });
    expect(acquisitions).toBeGreaterThan(worlds * 5);
    expect(kills).toBeGreaterThan(worlds);
  });

  test("exclude the other implementation, killed or not", { timeout: testMs }, () => {
    const { acquisitions, kills } = runMany(worlds, { ours: 4, python: 3, kills: true });
    expect(acquisitions).toBeGreaterThan(worlds * 3);
    expect(kills).toBeGreaterThan(worlds / 2);
  });
});
