import { beforeEach, describe, expect, test } from "vitest";
import { acquireLock, type LockNotice, LockTimeoutError } from "../../lib/lock/mod.ts";
import { LockRequestState } from "../../lib/lock/request.ts";
import { type FakeRuntime, fakeRuntime, type Runtime } from "../../lib/runtime/mod.ts";

let fake: FakeRuntime;
let notices: LockNotice[] = [];

beforeEach(() => {
  fake = fakeRuntime();
  fake.files.createDirectory("/session/.lock_queue");
  notices = [];
});

function acquire(timeout_ms: number, runtime: Runtime = fake) {
  return acquireLock({
    sessionPath: "/session",
    operation: "update",
    timeout_ms,
    runtime,
    log: (notice) => void notices.push(notice),
  });
}
const broken = (): LockNotice[] => notices.filter(({ event }) => event === "lock_broken");

describe("acquireLock", () => {
  test("takes a lock that it was given and then told that it was taken", async () => {
    // As a network file system may answer when it is asked twice.
    const runtime: Runtime = {
      ...fake,
      files: new Proxy(fake.files, {
        get(files, name) {
          if (name === "link") return (from: string, to: string) => files.link(from, to) && false;
          const value = files[name as keyof typeof files] as (...given: unknown[]) => unknown;
          return value.bind(files);
        },
      }),
    };
    const lock = await acquire(0, runtime);
    expect(JSON.parse(fake.files.readText("/session/.lock_info")).operation).toBe("update");
    lock.release();
    expect(fake.files.exists("/session/.lock")).toBe(false);
    expect(fake.files.exists("/session/.lock_info")).toBe(false);
  });

  test("does not take an owner for dead by what an earlier one left in .lock_info", async () => {
    const { files } = fake;
    const info = JSON.stringify({ held_by: "pid:999999999", since: 1, operation: "update" });
    files.writeFileAtomic("/session/.lock_info", info);
    fake.advance(5);
    files.createExclusive("/session/.lock");
    await expect(acquire(0)).rejects.toThrow("the holder is unknown");
    expect(files.exists("/session/.lock")).toBe(true);
    expect(broken()).toEqual([]);
    // What is told after the lock was taken is about its owner.
    fake.advance(5);
    files.writeFileAtomic("/session/.lock_info", info);
    (await acquire(0)).release();
    expect(broken()).toHaveLength(1);
  });

  test("leaves an old lock that does not say whose it is to a living one in front", () => {
    const { files, process } = fake;
    const entry = { id: "python", agent: `pid:${process.pid}`, operation: "update" };
    const text = JSON.stringify({ ...entry, requested_at: 1 });
    files.createExclusive("/session/.lock_queue/python.json", text);
    files.createExclusive("/session/.lock");
    fake.advance(60_000);
    const waiter = new LockRequestState({
      sessionPath: "/session",
      operation: "update",
      agent: undefined,
      runtime: fake,
      log: (notice) => void notices.push(notice),
    });
    expect(waiter.tryTake()).toBe(false);
    expect(waiter.breakDead()).toBe(false);
    files.remove("/session/.lock_queue/python.json");
    expect(waiter.tryTake()).toBe(true);
    expect(broken()).toHaveLength(1);
    waiter.release(0);
  });

  test("gives requests of one moment different tickets, in the order in which they came", () => {
    const log = (): void => {};
    const options = { sessionPath: "/session", operation: "o", agent: "a", runtime: fake, log };
    const requests = Array.from({ length: 20 }, () => new LockRequestState(options));
    const tickets = requests.map(({ entry }) => entry.requested_at);
    expect(tickets).toEqual([...new Set(tickets)].sort((a, b) => a - b));
    // The first, and no other, can have the lock.
    expect(requests.toReversed().map((request) => request.tryTake()).indexOf(true)).toBe(19);
    for (const request of requests) request.giveUp(null);
  });

  test("enters the queue again where its file was removed while it stood still", async () => {
    let stalls = 5;
    const runtime: Runtime = {
      ...fake,
      files: new Proxy(fake.files, {
        get(files, name) {
          const value = files[name as keyof typeof files] as (...given: unknown[]) => unknown;
          if (name !== "link") return value.bind(files);
          return (from: string, to: string) => {
            if (stalls-- > 0) files.remove(from);
            return files.link(from, to);
          };
        },
      }),
    };
    (await acquire(0, runtime)).release();
    expect(stalls).toBeLessThan(0);
  });

  test("breaks the lock of a dead holder whose pid another process has now", async () => {
    const { pid, hostname } = fake.process;
    const entry = { id: "old", agent: "builder", operation: "deploy", requested_at: 1, pid };
    const lockOf = (pid_start: string, host: string): string =>
      JSON.stringify({ ...entry, pid_start, host });
    fake.files.createExclusive("/session/.lock", lockOf(`start-${pid}`, hostname));
    await expect(acquire(0)).rejects.toThrow("builder");
    fake.files.writeFileAtomic("/session/.lock", lockOf("an earlier start", "another-host"));
    await expect(acquire(0)).rejects.toThrow("builder on the host another-host");
    expect(broken()).toEqual([]);
    fake.files.writeFileAtomic("/session/.lock", lockOf("an earlier start", hostname));
    (await acquire(0)).release();
    expect(broken()).toMatchObject([{ holder: "builder", lock_entry_id: "old" }]);
  });

  test("says for how long, for what and by whom the lock has been held", async () => {
    const first = await acquire(0);
    fake.advance(1_500);
    const error = await acquire(0).catch((reason: unknown) => reason) as LockTimeoutError;
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ holder: "pid:4242", holder_operation: "update", held_ms: 1500 });
    expect(error.message).toContain('pid:4242 has held it for 1500 ms for "update"');
    first.release();
  });
});
