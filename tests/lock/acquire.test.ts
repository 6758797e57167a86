import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireLock, type LockNotice, LockTimeoutError, pollMs } from "../../lib/lock/mod.ts";
import { fakeRuntime, type Runtime, systemRuntime } from "../../lib/runtime/mod.ts";

let sessionPath = "";
let notices: LockNotice[] = [];
const runtime = systemRuntime();

beforeEach(() => {
  sessionPath = mkdtempSync(join(tmpdir(), "planloop-lock-"));
  notices = [];
});
afterEach(() => rmSync(sessionPath, { recursive: true, force: true }));

function acquire(
  operation: string,
  options: { timeout_ms?: number; signal?: AbortSignal; agent?: string; runtime?: Runtime } = {},
) {
  return acquireLock({
    runtime,
    ...options,
    sessionPath,
    operation,
    log: (notice) => void notices.push(notice),
  });
}
const files = (): string[] => readdirSync(sessionPath).sort();
/** What is in the queue, without the files that this process keeps for its next request. */
const queued = (): string[] =>
  readdirSync(join(sessionPath, ".lock_queue")).filter((name) => !name.endsWith(".tmp")).sort();
const events = (): string[] => notices.map((notice) => `${notice.event} ${notice.operation}`);

function putEntry(id: string, entry: Record<string, unknown>): string {
  const path = join(sessionPath, ".lock_queue", `${id}.json`);
  writeFileSync(path, JSON.stringify({ id, operation: "update", ...entry }));
  return path;
}

describe("acquireLock", () => {
  test("takes a free lock, and leaves nothing behind when it is released", async () => {
    const lock = await acquire("update", { agent: "builder" });
    expect(files()).toEqual([".lock", ".lock_info", ".lock_queue"]);
    expect(queued()).toEqual([`${lock.entryId}.json`]);
    const entry = JSON.parse(readFileSync(join(sessionPath, ".lock_queue", queued()[0]!), "utf8"));
    expect(entry).toMatchObject({
      id: lock.entryId,
      agent: "builder",
      operation: "update",
      pid: process.pid,
    });
    expect(Math.abs(entry.requested_at * 1000 - Date.now())).toBeLessThan(5000);
    const info = JSON.parse(readFileSync(join(sessionPath, ".lock_info"), "utf8"));
    expect(Object.keys(info)).toEqual(["held_by", "since", "operation"]);
    expect(info).toMatchObject({ held_by: `pid:${process.pid}`, operation: "update" });
    lock.release();
    lock.release();
    expect(files()).toEqual([".lock_queue"]);
    expect(queued()).toEqual([]);
    expect(events()).toEqual([
      "lock_requested update",
      "lock_acquired update",
      "lock_released update",
    ]);
    expect(new Set(notices.map((notice) => notice.lock_entry_id))).toEqual(new Set([lock.entryId]));
    expect(notices[1]!.wait_ms).toBeGreaterThanOrEqual(0);
    expect(notices[2]!.hold_ms).toBeGreaterThanOrEqual(0);
    expect(notices.every((notice) => notice.agent === "builder")).toBe(true);
  });

  test("releases at the end of a using block, once", async () => {
    const lock = await acquire("update");
    lock[Symbol.dispose]();
    expect(events().at(-1)).toBe("lock_released update");
    const next = await acquire("next");
    // It is another's by now.
    lock[Symbol.dispose]();
    expect(files()).toContain(".lock");
    next[Symbol.dispose]();
    expect(files()).not.toContain(".lock");
    expect(events().filter((event) => event.startsWith("lock_released"))).toHaveLength(2);
  });

  test("releases at the end of an await using block, also after an error", async () => {
    const failing = async (): Promise<void> => {
      await using lock = await acquire("update");
      throw new Error(`inside ${lock.operation}`);
    };
    await expect(failing()).rejects.toThrow("inside update");
    expect(files()).toEqual([".lock_queue"]);
  });

  test("serves waiters of one process in the order of their requests", async () => {
    const first = await acquire("first");
    const order: string[] = [];
    const waiting = ["a", "b", "c", "d"].map(async (name) => {
      const lock = await acquire(name);
      order.push(name);
      expect(readdirSync(sessionPath)).toContain(".lock");
      lock.release();
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(order).toEqual([]);
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual(["a", "b", "c", "d"]);
  });

  test("wakes without polling when the lock is released", async () => {
    // One that polls never wakes earlier than this; one that is woken may do so late on a busy machine.
    const earliestPollMs = pollMs - 50;
    let wait = Infinity;
    for (let turn = 0; turn < 100 && wait > earliestPollMs; turn++) {
      const first = await acquire("first");
      const second = acquire("second");
      await new Promise((resolve) => setTimeout(resolve, 15));
      const start = performance.now();
      first.release();
      (await second).release();
      wait = performance.now() - start;
    }
    expect(wait).toBeLessThan(earliestPollMs);
  });

  test("names the holder at a timeout, and removes only its own entry", async () => {
    const first = await acquire("deploy", { agent: "builder" });
    const error = await acquire("update", { timeout_ms: 60 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    const timeout = error as LockTimeoutError;
    expect(timeout).toMatchObject({ holder: "builder", holder_operation: "deploy" });
    expect(timeout.waited_ms).toBeGreaterThanOrEqual(60);
    expect(timeout.held_ms).toBeGreaterThanOrEqual(59);
    expect(timeout.message).toContain("builder has held it for");
    expect(timeout.message).toContain("does not nest");
    expect(queued()).toEqual([`${first.entryId}.json`]);
    expect(files()).toContain(".lock");
    const event = notices.find((notice) => notice.event === "lock_timeout")!;
    expect(event).toMatchObject({ holder: "builder", operation: "update" });
    expect(event.wait_ms).toBeGreaterThanOrEqual(60);
    first.release();
    (await acquire("after")).release();
  });

  test("rejects with the signal's reason when the wait is aborted", async () => {
    const first = await acquire("first");
    const controller = new AbortController();
    const second = acquire("second", { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("no longer needed")), 20);
    await expect(second).rejects.toThrow("no longer needed");
    expect(queued()).toEqual([`${first.entryId}.json`]);
    first.release();
    await expect(acquire("third", { signal: controller.signal })).rejects.toThrow(
      "no longer needed",
    );
    expect(queued()).toEqual([]);
  });

  test("refuses a timeout that is no duration, and a session that is no folder", async () => {
    await expect(acquire("update", { timeout_ms: -1 })).rejects.toThrow(RangeError);
    await expect(acquire("update", { timeout_ms: NaN })).rejects.toThrow("0 or more");
    writeFileSync(join(sessionPath, ".lock_queue"), "a file where a folder should be");
    await expect(acquire("update")).rejects.toThrow();
    rmSync(sessionPath, { recursive: true });
    await expect(acquire("update")).rejects.toThrow("there is no such folder");
    expect(existsSync(sessionPath)).toBe(false);
  });

  test("writes its own entry again when another implementation pruned it", async () => {
    const first = await acquire("first");
    const second = acquire("second");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const own = queued().find((name) => name !== `${first.entryId}.json`)!;
    const before = readFileSync(join(sessionPath, ".lock_queue", own), "utf8");
    rmSync(join(sessionPath, ".lock_queue", own));
    await expect.poll(() => queued()).toContain(own);
    expect(readFileSync(join(sessionPath, ".lock_queue", own), "utf8")).toBe(before);
    first.release();
    (await second).release();
    expect(queued()).toEqual([]);
  });
});

describe("acquireLock among other entries", () => {
  beforeEach(async () => (await acquire("setup")).release());

  test("keeps the entries of living processes, however old, and waits behind them", async () => {
    const path = putEntry("00000000-aaaa-4000-8000-000000000001", {
      agent: `pid:${process.pid}`,
      requested_at: 1000,
    });
    await expect(acquire("update", { timeout_ms: 200 })).rejects.toThrow(
      `pid:${process.pid} is next`,
    );
    expect(readFileSync(path, "utf8")).toContain("requested_at");
  });

  test("removes the entries of dead processes, also where the pid lives again", async () => {
    const host = runtime.process.hostname;
    const { pid } = process;
    putEntry("dead-python", { agent: "pid:999999999", requested_at: 1 });
    putEntry("dead-ours", {
      agent: "builder",
      requested_at: 2,
      pid: 999999999,
      pid_start: "1",
      host,
    });
    putEntry("reused-pid", {
      agent: "builder",
      requested_at: 3,
      pid,
      pid_start: "an earlier start",
      host,
    });
    const lock = await acquire("update", { timeout_ms: 1000 });
    expect(queued()).toEqual([`${lock.entryId}.json`]);
    lock.release();
  });

  test("never judges a process of another host", async () => {
    putEntry("elsewhere", {
      agent: "builder",
      requested_at: 1,
      pid: 999999999,
      host: "another-host",
    });
    const held = await acquire("update", { timeout_ms: 100 }).catch((error: LockTimeoutError) =>
      error
    );
    expect(held).toMatchObject({ holder: "builder", held_ms: null });
    expect(queued()).toEqual(["elsewhere.json"]);
  });

  test("removes entries that are no JSON only when they are old", async () => {
    const young = join(sessionPath, ".lock_queue", "young.json");
    const old = join(sessionPath, ".lock_queue", "old.json");
    writeFileSync(young, '{"id": "yo');
    writeFileSync(old, "\xff");
    utimesSync(old, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    (await acquire("update")).release();
    expect(queued()).toEqual(["young.json"]);
  });

  test("copes with any file in the queue folder, whatever its name", async () => {
    putEntry("we ird $(x)", { agent: "pid:999999999", requested_at: 1 });
    writeFileSync(join(sessionPath, ".lock_queue", "notes.txt"), "not an entry");
    mkdirSync(join(sessionPath, ".lock_queue", "folder.json"));
    (await acquire("update", { timeout_ms: 1000 })).release();
    expect(queued()).toEqual(["folder.json", "notes.txt"]);
  });

  test("breaks the lock of a dead holder, and says whose it was", async () => {
    writeFileSync(join(sessionPath, ".lock"), "");
    writeFileSync(
      join(sessionPath, ".lock_info"),
      JSON.stringify({ held_by: "pid:999999999", since: 1, operation: "deploy" }),
    );
    const lock = await acquire("update", { agent: "builder", timeout_ms: 1000 });
    expect(notices.find((notice) => notice.event === "lock_broken")).toMatchObject({
      holder: "pid:999999999",
      operation: "deploy",
      agent: "builder",
    });
    lock.release();
    expect(files()).toEqual([".lock_queue"]);
  });

  test("breaks the lock of a dead holder for another that is next and cannot", async () => {
    putEntry("next", { agent: `pid:${process.pid}`, requested_at: 1000 });
    writeFileSync(join(sessionPath, ".lock"), "");
    writeFileSync(
      join(sessionPath, ".lock_info"),
      JSON.stringify({ held_by: "pid:999999999", since: 1, operation: "deploy" }),
    );
    await expect(acquire("update", { timeout_ms: 400 })).rejects.toThrow("is next in the queue");
    expect(files()).toEqual([".lock_queue"]);
    expect(events().filter((event) => event.startsWith("lock_broken"))).toEqual([
      "lock_broken deploy",
    ]);
    expect(queued()).toEqual(["next.json"]);
  });

  test("breaks a lock without any owner only when it is old", async () => {
    const path = join(sessionPath, ".lock");
    writeFileSync(path, "");
    await expect(acquire("update", { timeout_ms: 50 })).rejects.toThrow("the holder is unknown");
    utimesSync(path, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    (await acquire("update", { timeout_ms: 1000 })).release();
    expect(files()).toEqual([".lock_queue"]);
  });

  test("does not remove a lock that was given to another meanwhile", async () => {
    const lock = await acquire("update");
    const other = JSON.stringify({
      id: "another",
      agent: "pid:1",
      requested_at: 1,
      operation: "x",
    });
    writeFileSync(join(sessionPath, ".lock"), other);
    lock.release();
    expect(readFileSync(join(sessionPath, ".lock"), "utf8")).toBe(other);
    expect(queued()).toEqual([]);
  });
});

describe("acquireLock on a fake machine", () => {
  const setUp = () => {
    const fake = fakeRuntime();
    fake.files.createDirectory("/session");
    const take = (timeout_ms: number) =>
      acquireLock({
        sessionPath: "/session",
        operation: "update",
        timeout_ms,
        runtime: fake,
        log: (notice) => void notices.push(notice),
      });
    return { fake, take };
  };

  test("gives the lock back when the process ends, and only once", async () => {
    const { fake, take } = setUp();
    await take(0);
    expect(fake.files.exists("/session/.lock")).toBe(true);
    fake.process.exit();
    fake.process.exit();
    expect(fake.files.paths()).toEqual([]);
    expect(events()).toEqual([
      "lock_requested update",
      "lock_acquired update",
      "lock_released update",
    ]);
  });

  test("leaves neither lock nor entry when the disk is full", async () => {
    const { fake, take } = setUp();
    fake.files.fail({ operation: "link", code: "ENOSPC", path: /lock_info/ });
    await expect(take(0)).rejects.toThrow("ENOSPC");
    expect(fake.files.paths()).toEqual([]);
    fake.files.clearFaults();
    (await take(0)).release();
  });

  test("takes the agent's name from the environment", async () => {
    const fake = fakeRuntime({ env: { PLANLOOP_AGENT_NAME: "reviewer" } });
    fake.files.createDirectory("/session");
    const lock = await acquireLock({
      sessionPath: "/session",
      operation: "update",
      runtime: fake,
      log: (notice) => void notices.push(notice),
    });
    lock.release();
    expect(notices[0]!.agent).toBe("reviewer");
  });
});
