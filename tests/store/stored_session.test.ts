import { describe, expect, test } from "vitest";
import { StoredSession } from "../../lib/store/mod.ts";
import { all, sessionWith, state } from "./fixtures.ts";

const trace = (id: string) => ({ trace_id: id, spans: [], status: "success" });

describe("StoredSession: a whole session", () => {
  const session = sessionWith({
    "state.json": state(),
    "PLAN.md": "---\ntitle: A demo\n---\n\n# Plan: A demo\n",
    "feedback.json": { message: "fine", rating: 4, session_id: "demo" },
    "deadlock.json": { last_state_hash: "", no_progress_counter: 0 },
    ".lock": "",
    ".lock_info": { held_by: "pid:1", since: 1763266971.5, operation: "update" },
    ".lock_queue/b.json": { id: "b", agent: "two", operation: "update", requested_at: 2 },
    ".lock_queue/a.json": { id: "a", agent: "one", operation: "update", requested_at: 1 },
    ".git/objects/x": "history",
    "logs/planloop.jsonl": '{"timestamp":"2025-11-16T04:15:00Z","message":"two"}\n' +
      '{"timestamp":"2025-11-16T04:15:02Z","message":"four"}\n',
    "logs/planloop.1.jsonl": '{"timestamp":"2025-11-16T04:14:58Z","message":"one"}\n',
    "logs/planloop.log": "2025-11-15 20:15:01,000 [INFO] three\n" +
      "2025-11-15 20:15:01,500 [INFO] Session created: demo-20251116T041501Z-c7d4\n",
    "logs/agent-transcript.jsonl": '{"type":"note","timestamp":"t","message":"n"}\n',
    "logs/performance.jsonl": '{"timestamp":"2025-11-16","metric":"memory.rss_mb","value":1}\n',
    "logs/traces/tr_1.json": trace("tr_1"),
    "logs/traces/tr_2.journal.jsonl":
      '{"kind":"trace_start","timestamp":"2025-11-16T04:15:00Z","trace_id":"tr_2","operation":"o"}\n',
    "logs/llm_transcripts/tr_1_llm.json": { trace_id: "tr_1", request: {}, response: "x" },
    "logs/llm_transcripts/001_suggest.json": { trace_id: "tr_3", request: "p", response: "x" },
    "logs/errors/tr_1_error.json": { trace_id: "tr_1", error_type: "E", error_message: "m" },
    "logs/errors/tr_1_state.json": state(),
    "logs/diffs/tr_1_pre.json": state(),
    "logs/diffs/tr_1_post.json": state(),
    "logs/diffs/tr_1_diff.json": { trace_id: "tr_1", changes: { version: { old: 1, new: 2 } } },
  });

  test("gives every record, without a problem", async () => {
    expect(session.state()).toEqual(state());
    expect(session.plan()).toEqual({
      front_matter: { title: "A demo" },
      body: "# Plan: A demo\n",
    });
    expect(session.feedback()).toMatchObject({ message: "fine" });
    expect(session.deadlock()).toMatchObject({ no_progress_counter: 0 });
    expect(session.lockInfo()).toMatchObject({ held_by: "pid:1" });
    expect(session.lockQueue().map(({ agent }) => agent)).toEqual(["one", "two"]);
    expect(session.agentTranscript()).toHaveLength(1);
    expect((await all(session.metrics())).map(({ metric }) => metric)).toEqual(["memory.rss_mb"]);
    const traces = await all(session.traces());
    expect(traces.map(({ file, record }) => [file, record.trace_id, record.status])).toEqual([
      ["logs/traces/tr_1.json", "tr_1", "success"],
      ["logs/traces/tr_2.journal.jsonl", "tr_2", "running"],
    ]);
    expect(traces[0]).toMatchObject({ raw: trace("tr_1"), bytes: expect.any(Number) });
    const calls = await all(session.llmTranscripts());
    expect(calls.map(({ record }) => record.trace_id)).toEqual(["tr_3", "tr_1"]);
    expect((await all(session.errors())).map(({ file }) => file)).toEqual([
      "logs/errors/tr_1_error.json",
    ]);
    expect((await all(session.diffs())).map(({ file }) => file)).toEqual([
      "logs/diffs/tr_1_diff.json",
    ]);
    expect(session.problems).toEqual([]);
  });

  test("log: merges JSON lines, rotated files and the text log, in UTC, by time", async () => {
    const records = await all(session.log());
    expect(records.map(({ message }) => message)).toEqual([
      "one",
      "two",
      "three",
      "Session created: demo-20251116T041501Z-c7d4",
      "four",
    ]);
    expect(records[2]).toMatchObject({
      file: "logs/planloop.log",
      line: 1,
      time: Date.UTC(2025, 10, 16, 4, 15, 1),
    });
    expect(session.problems).toEqual([]);
  });

  test("summary: says it in a few words", () => {
    expect(session.summary()).toEqual({
      id: session.id,
      path: session.path,
      name: "Demo",
      title: "A demo",
      purpose: "",
      project_root: "/repo",
      created: Date.UTC(2025, 10, 16, 4, 14, 55, 826) + 0.478,
      updated: Date.UTC(2025, 10, 16, 4, 22, 51, 306) + 0.742,
      done: false,
      now: { reason: "task", task_id: 1, signal_id: null },
      tasks: 1,
      tasks_done: 0,
      signals_open: 0,
      has_state: true,
    });
  });

  test("files: all but .git, sorted, with sizes", () => {
    const files = session.files();
    expect(files.map(({ file }) => file)).toEqual(files.map(({ file }) => file).sort());
    expect(files.some(({ file }) => file.startsWith(".git"))).toBe(false);
    expect(files).toContainEqual({ file: ".lock", bytes: 0 });
    expect(files).toHaveLength(22);
  });

  test("readText, readJson, readBytes: read inside of the session only", async () => {
    expect(session.readText("PLAN.md")).toContain("# Plan");
    expect(session.readJson("logs/diffs/tr_1_pre.json")).toEqual(state());
    const bytes = await all(session.readBytes("logs/planloop.1.jsonl"));
    expect(new TextDecoder().decode(bytes[0])).toContain('"one"');
    const own = new StoredSession(session.id, session.path);
    for (const file of ["../x", "logs/../../x", "/etc/passwd", "C:\\x", "a\0b", "..\\x"]) {
      expect(own.readText(file), file).toBeNull();
    }
    expect(own.problems.map(({ kind }) => kind)).toEqual(Array(6).fill("unsafe"));
    expect(own.readJson("logs/none.json")).toBeNull();
    expect(own.problems.at(-1)).toMatchObject({ file: "logs/none.json", kind: "missing" });
  });
});
