import { beforeEach, describe, expect, test } from "vitest";
import { acquireLock, closeSessionLock, type LockNotice } from "../../lib/lock/mod.ts";
import { type FakeRuntime, fakeRuntime, systemRuntime } from "../../lib/runtime/mod.ts";

const sessionPath = "/session";
const queuePath = `${sessionPath}/.lock_queue`;
const hour = 3_600_000;
const today = Date.UTC(2025, 10, 18, 8);
let fake: FakeRuntime;
let notices: LockNotice[] = [];

/** A second process on the same disk and host, whose wall clock shows another time. */
function neighbour(clockStep_ms: number, pid = 5151): FakeRuntime {
  return fakeRuntime({
    now: today + clockStep_ms,
    pid,
    seed: pid,
    files: fake.files,
    neighbours: { 4242: "start-4242", 5151: "start-5151", 6161: "start-6161" },
  });
}

beforeEach(() => {
  fake = fakeRuntime({ now: today, neighbours: { 5151: "start-5151", 6161: "start-6161" } });
  fake.files.createDirectory(sessionPath);
  notices = [];
});

function acquire(operation: string, runtime: FakeRuntime, timeout_ms = 5_000) {
  return acquireLock({
    sessionPath,
    operation,
    timeout_ms,
    // The fake's time stands still: the wait is measured by the real monotonic clock.
    runtime: { ...runtime, clock: { ...runtime.clock, monotonic: () => performance.now() } },
    log: (notice) => void notices.push(notice),
  });
}

const entries = () =>
  fake.files.paths().filter((path) => path.startsWith(queuePath) && path.endsWith(".json"))
    .map((path) => JSON.parse(fake.files.readText(path)));

describe("acquireLock when the clock is set", () => {
  test.each([["back", -hour], ["forward", hour]])(
    "keeps the order of requests after a step %s",
    async (_name, step) => {
      const first = await acquire("first", fake);
      const order: string[] = [];
      const take = async (name: string, runtime: FakeRuntime) => {
        const lock = await acquire(name, runtime);
        order.push(name);
        lock.release();
      };
      const waiting = [take("before the step", fake)];
      await Promise.resolve();
      waiting.push(take("after the step", neighbour(step)));
      await Promise.resolve();
      waiting.push(take("still later", neighbour(step, 6161)));
      expect(entries()).toHaveLength(4);
      first.release();
      await Promise.all(waiting);
      expect(order).toEqual(["before the step", "after the step", "still later"]);
      expect(entries()).toEqual([]);
    },
  );

  test("logs one request under one id where it had to enter again", async () => {
    const first = await acquire("first", fake);
    const second = acquire("second", neighbour(-hour));
    first.release();
    const lock = await second;
    lock.release();
    const ids = notices.filter(({ operation }) => operation === "second")
      .map(({ lock_entry_id }) => lock_entry_id);
    expect(ids).toEqual([lock.entryId, lock.entryId, lock.entryId]);
  });

  test("a mark from the future does not block until the clock catches up", async () => {
    fake.files.writeFileAtomic(`${sessionPath}/.lock`, "");
    const later = neighbour(-hour);
    (await acquire("update", later, 1_000)).release();
    expect(notices.map(({ event }) => event)).toContain("lock_broken");
  });

  test("a wait ends by the monotonic clock, whatever the wall clock says", async () => {
    const first = await acquire("first", fake);
    const error = await acquire("second", neighbour(hour), 80).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "LockTimeoutError", holder: "pid:4242" });
    expect((error as { waited_ms: number }).waited_ms).toBeLessThan(5_000);
    first.release();
  });
});

describe("acquireLock's kept files", () => {
  const keptFiles = () => fake.files.paths().filter((path) => path.endsWith(".tmp"));
  const bare = (runtime: FakeRuntime) =>
    acquireLock({ sessionPath, operation: "update", timeout_ms: 0, runtime, log: () => {} });

  test("serve one request after the other, and go when the session is closed", async () => {
    (await bare(fake)).release();
    const made = fake.files.calls("openRewrite");
    for (let round = 0; round < 5; round++) (await bare(fake)).release();
    expect(fake.files.calls("openRewrite")).toBe(made);
    expect(keptFiles()).toHaveLength(2);
    closeSessionLock(sessionPath, fake);
    expect(fake.files.paths()).toEqual([]);
    (await bare(fake)).release();
    fake.process.exit();
    expect(fake.files.paths()).toEqual([]);
  });

  test("of a lock that is held when the session is closed go with its release", async () => {
    const lock = await bare(fake);
    closeSessionLock(sessionPath, fake);
    expect(fake.files.exists(`${sessionPath}/.lock`)).toBe(true);
    lock.release();
    expect(fake.files.paths()).toEqual([]);
  });

  test("of a dead process are removed, those of a living one stay", async () => {
    (await bare(fake)).release();
    const heir = fakeRuntime({ pid: 7, seed: 7, files: fake.files });
    const kept = keptFiles();
    (await bare(neighbour(0))).release();
    expect(keptFiles()).toEqual(expect.arrayContaining(kept));
    (await bare(heir)).release();
    for (const path of kept) expect(fake.files.exists(path)).toBe(false);
  });

  test("are not used again after somebody else overwrote the lock", async () => {
    const lock = await bare(fake);
    fake.files.remove(`${sessionPath}/.lock`);
    fake.files.writeFileAtomic(`${sessionPath}/.lock`, '{"id":"another","requested_at":1}');
    lock.release();
    expect(keptFiles()).toEqual([]);
    expect(fake.files.readText(`${sessionPath}/.lock`)).toContain("another");
  });

  test("are of no more than sixteen sessions", async () => {
    for (let index = 0; index < 20; index++) {
      fake.files.createDirectory(`/session-${index}`);
      const path = `/session-${index}`;
      const lock = await acquireLock({
        sessionPath: path,
        operation: "update",
        runtime: fake,
        log: () => {},
      });
      lock.release();
    }
    expect(keptFiles()).toHaveLength(2 * 16);
  });

  test("are done without where the file system has no links", async () => {
    fake.files.fail({ operation: "link", code: "EPERM" });
    const lock = await bare(fake);
    expect(JSON.parse(fake.files.readText(`${sessionPath}/.lock`)).id).toBe(lock.entryId);
    await expect(bare(neighbour(0))).rejects.toThrow("pid:4242 has held it");
    lock.release();
    (await bare(fake)).release();
    expect(fake.files.paths()).toEqual([]);
  });

  test("are made again where they were removed during the wait", async () => {
    const first = await bare(fake);
    const second = acquire("second", fake);
    for (const path of keptFiles()) fake.files.remove(path);
    first.release();
    const lock = await second;
    expect(entries().map(({ id }) => id)).toEqual([lock.entryId]);
    lock.release();
    expect(entries()).toEqual([]);
  });

  test("are made again after the queue's folder was removed", async () => {
    (await bare(fake)).release();
    fake.files.removeTree(queuePath);
    const lock = await bare(fake);
    expect(entries()).toHaveLength(1);
    lock.release();
    expect(entries()).toEqual([]);
  });
});

test("acquireLock says on which host a holder is that it cannot judge", async () => {
  const runtime = systemRuntime();
  (await acquire("setup", fake)).release();
  const entry = { id: "a", agent: "builder", operation: "deploy", requested_at: 1 };
  fake.files.writeFileAtomic(
    `${sessionPath}/.lock`,
    JSON.stringify({ ...entry, pid: 1, host: `not-${runtime.process.hostname}` }),
  );
  const error = await acquire("update", fake, 0).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    holder: "builder",
    holder_host: `not-${runtime.process.hostname}`,
  });
  expect((error as Error).message).toContain("builder on the host not-");
  expect((error as Error).message).toContain("can only be told there");
  expect(fake.files.exists(`${sessionPath}/.lock`)).toBe(true);
});
