import { beforeEach, describe, expect, test } from "vitest";
import { Claim } from "../../lib/lock/mod.ts";
import {
  type FakeFiles,
  fakeFiles,
  type FakeRuntime,
  fakeRuntime,
  type Runtime,
} from "../../lib/runtime/mod.ts";

const path = "/home/.claim";
const running = new Set<number>();
let files: FakeFiles;
let clock: FakeRuntime;

beforeEach(() => {
  clock = fakeRuntime();
  files = fakeFiles(clock.clock);
  files.createDirectory("/home");
  running.clear();
});

/** A process on the one disk. `before` is told of each operation before it happens. */
function claimOf(pid: number, before: (operation: string, path: string) => void = () => {}): Claim {
  running.add(pid);
  const fake = fakeRuntime({ pid, seed: pid });
  const watched = new Proxy(files, {
    get(target, name) {
      const value = target[name as keyof FakeFiles] as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        before(String(name), String(given[0]));
        return value.apply(target, given);
      };
    },
  });
  const runtime: Runtime = {
    ...fake,
    files: watched,
    clock: clock.clock,
    process: {
      ...fake.process,
      isAlive: (other) => running.has(other),
      startTime: (other) => running.has(other) ? `start-${other}` : undefined,
    },
  };
  return new Claim("/home", ".claim", "test", runtime);
}

const ownerOf = (): number => JSON.parse(files.readText(path)).pid as number;

describe("Claim", () => {
  test("is had by one process at a time", () => {
    const [one, other] = [claimOf(1), claimOf(2)];
    expect(one.enter()).toBe(true);
    expect(one.enter()).toBe(false);
    expect(other.enter()).toBe(false);
    other.leave();
    expect(ownerOf()).toBe(1);
    one.leave();
    expect(files.paths()).toEqual([]);
    expect(other.enter()).toBe(true);
  });

  test("is never taken away from a living process, however long it takes", () => {
    const one = claimOf(1);
    one.enter();
    clock.advance(3_600_000);
    expect(claimOf(2).enter()).toBe(false);
    expect(ownerOf()).toBe(1);
  });

  test("of a dead process is had at once, and nothing of it stays", () => {
    claimOf(1).enter();
    running.delete(1);
    const other = claimOf(2);
    expect(other.enter()).toBe(true);
    expect(files.paths()).toEqual([path]);
    other.leave();
    expect(files.paths()).toEqual([]);
  });

  test("of a dead process is not mistaken for the one that came after it", () => {
    claimOf(1).enter();
    running.delete(1);
    const fast = claimOf(2);
    let entered = false;
    // The slow one has found the dead claim, and is about to clear it up.
    const slow = claimOf(3, (operation) => {
      if (operation !== "writeFileExclusive" || entered || !files.exists(path)) return;
      if (files.calls("readStart") === 0) return;
      entered = true;
      expect(fast.enter()).toBe(true);
    });
    expect(slow.enter()).toBe(false);
    expect(entered).toBe(true);
    expect(ownerOf()).toBe(2);
    expect(files.paths()).toEqual([path]);
  });

  test("of a dead process is cleared up by one alone, also where that one dies in the middle", () => {
    claimOf(1).enter();
    running.delete(1);
    const dies = claimOf(2, (operation, at) => {
      if (operation === "remove" && at === path) throw new Error("killed");
    });
    files.fail({ operation: "remove", code: "EIO" }); // the dead do not tidy up
    expect(() => dies.enter()).toThrow();
    files.clearFaults();
    // It may be about to remove the file: nobody else does so.
    const other = claimOf(3);
    expect(other.enter()).toBe(false);
    expect(ownerOf()).toBe(1);
    running.delete(2);
    expect(other.enter()).toBe(true);
    other.leave();
    expect(files.paths()).toEqual([]);
  });

  test("that cannot be read is removed only when it is old", () => {
    files.createExclusive(path, '{"id": "../../../el');
    expect(claimOf(1).enter()).toBe(false);
    clock.advance(10_001);
    expect(claimOf(1).enter()).toBe(true);
  });

  test("whose id is no id never becomes part of a path", () => {
    const text = JSON.stringify({ id: "../../evil", agent: "pid:9", requested_at: 1, pid: 9 });
    files.createExclusive(path, text);
    expect(claimOf(1).enter()).toBe(false);
    expect(files.paths()).toEqual([path]);
  });
});
