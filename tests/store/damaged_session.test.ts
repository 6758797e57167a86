import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";
import { filesMax, storeChunkBytes } from "../../lib/store/session_files.ts";
import { all, makeUnreadable, sessionWith, state, temporaryFolder, writeTree } from "./fixtures.ts";

const kinds = (session: StoredSession) =>
  session.problems.map(({ file, kind, lost }) => [file, kind, lost]);

const trace = (id: string, more = {}) => ({ trace_id: id, spans: [], status: "success", ...more });

describe("StoredSession: damaged sessions", () => {
  test("an empty folder is read, and says what is missing", async () => {
    const session = sessionWith({});
    rmSync(join(session.path, "logs"), { recursive: true });
    expect(session.state()).toBeNull();
    expect(session.plan()).toBeNull();
    expect(session.feedback()).toBeNull();
    expect(session.lockInfo()).toBeNull();
    expect(session.lockQueue()).toEqual([]);
    expect(session.agentTranscript()).toEqual([]);
    expect(await all(session.log())).toEqual([]);
    expect(await all(session.traces())).toEqual([]);
    expect(await all(session.metrics())).toEqual([]);
    expect(session.files()).toEqual([]);
    expect(kinds(session)).toEqual([
      ["state.json", "missing", true],
      ["PLAN.md", "missing", true],
      ["logs", "missing", false],
    ]);
    expect(session.summary()).toMatchObject({
      has_state: false,
      name: "",
      created: Date.UTC(2025, 10, 16, 4, 14, 55),
    });
  });

  test("a state.json cut in half gives its first tasks", () => {
    const tasks = Array.from({ length: 50 }, (_, at) => ({
      id: at + 1,
      title: `Task ${at + 1}`,
      type: "feature",
      status: at < 20 ? "DONE" : "TODO",
    }));
    const text = JSON.stringify(state({ tasks }), null, 2);
    const session = sessionWith({ "state.json": text.slice(0, text.length / 2) });
    const read = session.state()!;
    expect(read.title).toBe("A demo");
    expect(read.tasks.length).toBeGreaterThan(15);
    expect(read.tasks.length).toBeLessThan(50);
    expect(read.tasks.map(({ id }) => id)).toEqual(read.tasks.map((_, at) => at + 1));
    expect(kinds(session)).toEqual([["state.json", "torn", true]]);
    expect(session.summary().has_state).toBe(true);
  });

  test("half-written traces and deadlock.json are salvaged", async () => {
    const session = sessionWith({
      "deadlock.json": '{"last_state_hash": "", "no_progress_counter": 3, "queue_he',
      "logs/traces/tr_1.json":
        '{"trace_id":"tr_1","spans":[{"name":"a","duration_ms":1},{"name":"b","dura',
    });
    expect(session.deadlock()).toMatchObject({ no_progress_counter: 3 });
    const [stored] = await all(session.traces());
    expect(stored!.record.spans.map(({ name }) => name)).toEqual(["a"]);
    expect(kinds(session)).toEqual([
      ["deadlock.json", "torn", true],
      ["logs/traces/tr_1.json", "torn", true],
    ]);
  });

  test("folders where files should be, and files where folders should be", async () => {
    const session = sessionWith({
      "state.json/": "",
      "logs/planloop.jsonl/": "",
      "logs/performance.jsonl/": "",
      "logs/traces": "not a folder",
      "logs/errors/tr_1_error.json/": "",
    });
    expect(session.state()).toBeNull();
    expect(await all(session.log())).toEqual([]);
    expect(await all(session.metrics())).toEqual([]);
    expect(await all(session.traces())).toEqual([]);
    expect(await all(session.errors())).toEqual([]);
    expect(session.problems.every(({ kind, lost }) => kind === "unreadable" && lost)).toBe(true);
    expect(session.problems.map(({ file }) => file)).toEqual([
      "state.json",
      "logs/planloop.jsonl",
      "logs/performance.jsonl",
      "logs/traces",
      "logs/errors/tr_1_error.json",
    ]);
  });

  test("links that leave the session are not followed, links inside are", async () => {
    const secret = join(writeTree(temporaryFolder(), { "secret.json": state() }), "secret.json");
    const session = sessionWith({ "logs/traces/tr_1.json": trace("tr_1"), "real.json": state() });
    symlinkSync(secret, join(session.path, "PLAN.md"));
    symlinkSync("real.json", join(session.path, "state.json"));
    symlinkSync("/nowhere/at/all", join(session.path, "feedback.json"));
    symlinkSync(join(secret, ".."), join(session.path, "logs/errors"));
    expect(session.plan()).toBeNull();
    expect(session.state()).toEqual(state());
    expect(session.feedback()).toBeNull();
    expect(await all(session.errors())).toEqual([]);
    expect(kinds(session)).toEqual([
      ["PLAN.md", "unsafe", true],
      ["feedback.json", "missing", true],
      ["logs/errors", "unsafe", true],
    ]);
    expect(session.files().map(({ file }) => file)).toEqual([
      "logs/traces/tr_1.json",
      "real.json",
      "state.json",
    ]);
  });

  test("an unreadable file is a problem", async () => {
    const session = sessionWith({ "state.json": state(), "logs/planloop.jsonl": "{}\n" });
    const isRefused = makeUnreadable(join(session.path, "state.json"));
    if (isRefused) {
      expect(session.state()).toBeNull();
      expect(session.problems[0]!.reason).toContain("EACCES");
    }
    const runtime = fakeRuntime();
    runtime.files.createDirectory("/s/logs");
    runtime.files.writeFileAtomic("/s/state.json", "{}");
    runtime.files.writeFileAtomic("/s/logs/performance.jsonl", "{}");
    // Longer than one piece: it is read in another way.
    runtime.files.writeFileAtomic("/s/logs/planloop.jsonl", "{}\n".repeat(storeChunkBytes / 2));
    runtime.files.fail({ operation: "read", code: "EACCES" });
    runtime.files.fail({ operation: "readRange", code: "EPERM" });
    runtime.files.fail({ operation: "readChunks", code: "EIO" });
    const faulty = new StoredSession("s", "/s", { runtime });
    expect(faulty.state()).toBeNull();
    expect(await all(faulty.metrics())).toEqual([]);
    expect(await all(faulty.log())).toEqual([]);
    const unreadable = (file: string, code: string) => ({
      file,
      kind: "unreadable",
      reason: expect.stringContaining(code),
    });
    expect(faulty.problems).toMatchObject([
      unreadable("state.json", "EACCES"),
      unreadable("logs/performance.jsonl", "EPERM"),
      unreadable("logs/planloop.jsonl", "EIO"),
    ]);
  });

  test("as many files as are listed are no problem, one more is", () => {
    const runtime = fakeRuntime();
    runtime.files.createDirectory("/s/logs/traces");
    const add = (i: number) => runtime.files.writeFileAtomic(`/s/logs/traces/${i}.json`, "");
    for (let i = 0; i < filesMax; i++) add(i);
    const full = new StoredSession("s", "/s", { runtime });
    expect(full.files().length).toBe(filesMax);
    expect(full.problems).toEqual([]);
    add(filesMax);
    const over = new StoredSession("s", "/s", { runtime });
    expect(over.files().length).toBe(filesMax);
    expect(over.problems.map(({ reason }) => reason)).toEqual([
      "The session has more than 100000 files: the further ones are not listed",
    ]);
  });

  test("a lock without info, info without a lock, broken and dead queue entries", () => {
    const locked = sessionWith({ ".lock": "" });
    expect(locked.lockInfo()).toBeNull();
    expect(kinds(locked)).toEqual([[".lock", "inconsistent", false]]);
    const orphan = sessionWith({ ".lock_info": { held_by: "pid:9", since: 1, operation: "x" } });
    expect(orphan.lockInfo()).toMatchObject({ held_by: "pid:9" });
    expect(kinds(orphan)).toEqual([[".lock_info", "inconsistent", false]]);

    const runtime = fakeRuntime({ neighbours: { 7: "now" } });
    const entry = { agent: "a", operation: "update", requested_at: 1, host: "fake-host" };
    runtime.files.createDirectory("/s/.lock_queue");
    const put = (name: string, value: unknown) =>
      runtime.files.writeFileAtomic(`/s/.lock_queue/${name}`, JSON.stringify(value));
    put("alive.json", { ...entry, id: "alive", pid: 7, pid_start: "now" });
    put("dead.json", { ...entry, id: "dead", pid: 8 });
    put("reused.json", { ...entry, id: "reused", pid: 7, pid_start: "before" });
    put("far.json", { ...entry, id: "far", pid: 8, host: "other" });
    runtime.files.writeFileAtomic("/s/.lock_queue/broken.json", "");
    const queue = new StoredSession("s", "/s", { runtime });
    expect(queue.lockQueue().map(({ id }) => id).sort()).toEqual([
      "alive",
      "dead",
      "far",
      "reused",
    ]);
    expect(kinds(queue)).toEqual([
      [".lock_queue/broken.json", "torn", true],
      [".lock_queue/dead.json", "inconsistent", false],
      [".lock_queue/reused.json", "inconsistent", false],
    ]);
  });

  test("a journal beside its finished trace is not shown twice", async () => {
    const start = "2025-11-16T04:15:00.000Z";
    const line = { kind: "trace_start", timestamp: start, operation: "o" };
    const session = sessionWith({
      "logs/traces/tr_1.json": trace("tr_1", { started_at: start, completed_at: start }),
      "logs/traces/tr_1.journal.jsonl": `${JSON.stringify({ ...line, trace_id: "tr_1" })}\n`,
      "logs/traces/tr_2.journal.jsonl": `${JSON.stringify({ ...line, trace_id: "tr_2" })}\n{"ki`,
    });
    const traces = await all(session.traces());
    expect(traces.map(({ record }) => [record.trace_id, record.status])).toEqual([
      ["tr_1", "success"],
      ["tr_2", "running"],
    ]);
    expect(kinds(session)).toEqual([["logs/traces/tr_2.journal.jsonl", "torn", true]]);
  });

  test("two copies of a state without a change record are compared, and it says so", async () => {
    const after = { ...state(), version: 9, last_updated_at: "2025-11-16T05:00:00" };
    const session = sessionWith({
      "logs/diffs/001_pre.json": state(),
      "logs/diffs/001_post.json": after,
      "logs/diffs/tr_5_diff.json": { before_file: "logs/diffs/002_pre.json", changes: {} },
      "logs/diffs/002_pre.json": state(),
    });
    const diffs = await all(session.diffs());
    expect(diffs.map(({ record }) => record.trace_id)).toEqual(["tr_5", "001"]);
    expect(diffs[1]).toMatchObject({
      file: "logs/diffs/001_pre.json",
      record: {
        timestamp: "2025-11-16T05:00:00",
        before_file: "logs/diffs/001_pre.json",
        after_file: "logs/diffs/001_post.json",
        changes: { version: { new: 9 } },
      },
    });
    expect(kinds(session)).toEqual([["logs/diffs/001_pre.json", "assumed", false]]);
  });

  test("a copy of a state alone is reported", async () => {
    const session = sessionWith({ "logs/diffs/001_pre.json": state() });
    expect(await all(session.diffs())).toEqual([]);
    expect(kinds(session)).toContainEqual(["logs/diffs/001_pre.json", "missing", false]);
  });

  test("reading twice, or breaking off, reports nothing twice", async () => {
    const session = sessionWith({ "logs/planloop.jsonl": "x\ny\n".repeat(3000) });
    for await (const _batch of session.log()) break;
    await all(session.log());
    const total = () => session.problems.reduce((sum, { count }) => sum + (count ?? 1), 0);
    expect(total()).toBe(6000);
    await all(session.log());
    expect(total()).toBe(6000);
    expect(session.problems.length).toBeLessThan(2100);
  });

  test("a text log without any anchor is taken as UTC, and says so", async () => {
    const session = sessionWith({ "logs/planloop.log": "2025-11-15 20:15:01,000 [INFO] x\n" });
    const [record] = await all(session.log());
    expect(record!.time).toBe(Date.UTC(2025, 10, 15, 20, 15, 1));
    expect(session.problems).toMatchObject([
      { file: "state.json", kind: "missing" },
      { file: "logs/planloop.log", kind: "assumed", lost: false },
    ]);
  });

  test("a text log's zone is found by its queue entries' lock events", async () => {
    const id = "42267b3a-cb15-4e52-9a24-778d8ac6632a";
    const session = sessionWith({
      "state.json": state({ created_at: "2020-01-01T00:00:00" }),
      "logs/planloop.log": `2025-11-16 09:45:51,305 [INFO] Queue entry ${id} registered for x\n`,
      "logs/planloop.jsonl": '{"timestamp":"2025-11-16T04:15:51.306+00:00",' +
        `"event":"lock_requested","lock_entry_id":"${id}"}\n`,
    });
    const records = await all(session.log());
    expect(records[0]!.time).toBe(Date.UTC(2025, 10, 16, 4, 15, 51, 305));
    expect(session.problems).toEqual([]);
  });

  test("a file that grows while it is read, or vanishes, does not throw", async () => {
    const session = sessionWith({ "logs/planloop.jsonl": '{"message":"a"}\n' });
    const path = join(session.path, "logs/planloop.jsonl");
    const log = session.log();
    await log.next();
    writeFileSync(path, "");
    rmSync(path);
    expect((await log.next()).done).toBe(true);
  });
});
