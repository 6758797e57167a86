import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { check, type ErrorReport, lockEventSchema } from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";

let home = "";
let session: Session;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planloop-lock-events-"));
  session = openSession({ name: "locks", home });
});
afterEach(() => {
  session.close();
  rmSync(home, { recursive: true, force: true });
});

function lockEvents(): Record<string, unknown>[] {
  const text = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => String(event).startsWith("lock_"));
}

function report(message: string): ErrorReport {
  const folder = join(session.path, "logs/errors");
  return readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ErrorReport)
    .find(({ error_message }) => error_message === message)!;
}

describe("session.lock", () => {
  test("writes all five events to the log, each with what belongs to it", async () => {
    writeFileSync(join(session.path, ".lock"), "");
    const info = { held_by: "pid:999999999", since: 1, operation: "deploy" };
    writeFileSync(join(session.path, ".lock_info"), JSON.stringify(info));
    await session.trace("work", async () => {
      const lock = await session.lock("update");
      await expect(session.lock("late", { timeout_ms: 5 })).rejects.toThrow("has held it");
      lock.release();
    });
    const events = lockEvents();
    for (const event of events) expect(check(lockEventSchema, event)).toEqual([]);
    expect(events.map(({ event, operation }) => [event, operation])).toEqual([
      ["lock_requested", "update"],
      ["lock_broken", "deploy"],
      ["lock_acquired", "update"],
      ["lock_requested", "late"],
      ["lock_timeout", "late"],
      ["lock_released", "update"],
    ]);
    const [requested, broken, acquired, late, timeout, released] = events;
    expect(broken).toMatchObject({ holder: "pid:999999999", level: "WARNING" });
    expect(acquired).toMatchObject({ wait_ms: expect.any(Number) });
    expect(released).toMatchObject({ hold_ms: expect.any(Number) });
    expect(timeout).toMatchObject({ holder: requested!["agent"], wait_ms: expect.any(Number) });
    expect(new Set(events.map(({ trace_id }) => trace_id)).size).toBe(1);
    const ids = events.map(({ lock_entry_id }) => lock_entry_id);
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).toBe(ids[5]);
    expect(late!["lock_entry_id"]).toBe(timeout!["lock_entry_id"]);
    expect(new Set(ids).size).toBe(3);
  });

  test("is named by the errors of the time in which it is held, and by no other", async () => {
    await session.trace("work", async () => {
      const lock = await session.lock("update");
      await expect(session.lock("late", { timeout_ms: 0 })).rejects.toThrow();
      session.captureError(new Error("inside"));
      expect(report("inside").held_locks).toMatchObject([
        { lock_entry_id: lock.entryId, operation: "update", held_ms: expect.any(Number) },
      ]);
      lock.release();
    });
    await session.trace("later", () => void session.captureError(new Error("outside")));
    expect(report("outside").held_locks ?? []).toEqual([]);
  });

  test("that is disposed of gives the lock back after an error, which stays the same", async () => {
    const failure = new Error("in the middle");
    const work = async (): Promise<void> => {
      await using _lock = await session.lock("update");
      throw failure;
    };
    await expect(work()).rejects.toBe(failure);
    (await session.lock("next", { timeout_ms: 0 })).release();
  });

  test("leaves nothing in the queue where the wait was aborted before or while it lasted", async () => {
    const lock = await session.lock("update");
    const before = AbortSignal.abort(new Error("before"));
    await expect(session.lock("a", { signal: before })).rejects.toThrow("before");
    const controller = new AbortController();
    const waiting = session.lock("b", { signal: controller.signal });
    controller.abort(new Error("while"));
    await expect(waiting).rejects.toThrow("while");
    const queued = readdirSync(join(session.path, ".lock_queue"))
      .filter((name) => name.endsWith(".json"));
    expect(queued).toEqual([`${lock.entryId}.json`]);
    lock.release();
  });
});
