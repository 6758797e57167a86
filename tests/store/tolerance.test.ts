/** Every line of the list of what readers must tolerate, on one session that has it all. */
import { describe, expect, test } from "vitest";
import { all, sessionWith, state } from "./fixtures.ts";

const event = (name: string, id: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    timestamp: "2025-11-16T04:15:00.000001+00:00",
    event: name,
    trace_id: "tr_python",
    operation: "update",
    lock_entry_id: id,
    ...more,
  });

describe("StoredSession tolerates", () => {
  test("non-ASCII ids", () => {
    const id = "größe-漢字-20251116T041455Z-c7d4";
    const session = sessionWith({ "state.json": state({ session: id }) }, id);
    expect(session.summary()).toMatchObject({ id, name: "Demo" });
    expect(session.problems).toEqual([]);
  });

  test("times of every form in state.json", () => {
    const forms = [
      "2025-11-16T04:22:51.306742",
      "2025-11-16T04:22:51Z",
      "2025-11-16T04:22:51+05:30",
      "2025-11-16 04:22:51",
      "2025-11-16",
      1763266971,
      "1763266971123",
    ];
    const tasks = forms.map((last_updated_at, at) => ({
      id: at + 1,
      title: "t",
      type: "chore",
      last_updated_at,
    }));
    const session = sessionWith({ "state.json": state({ tasks }) });
    expect(session.state()!.tasks.map(({ last_updated_at }) => last_updated_at)).toEqual(
      forms.map(String),
    );
    expect(session.problems).toEqual([]);
  });

  test("wait_ms and hold_ms absent, null, whole and with a fraction; unknown events", async () => {
    const session = sessionWith({
      "logs/planloop.jsonl": [
        event("lock_requested", "a"),
        event("lock_acquired", "a", { wait_ms: 3 }),
        event("lock_released", "a", { wait_ms: null, hold_ms: 2.5 }),
        event("lock_stolen_by_aliens", "a"),
      ].join("\n"),
    });
    const records = await all(session.log());
    expect(records.map(({ event: name, extra }) => [name, extra["wait_ms"], extra["hold_ms"]]))
      .toEqual([
        ["lock_requested", undefined, undefined],
        ["lock_acquired", 3, undefined],
        ["lock_released", null, 2.5],
        ["lock_stolen_by_aliens", undefined, undefined],
      ]);
    expect(session.problems).toEqual([]);
  });

  test("entries without level, and lock events without a partner", async () => {
    const session = sessionWith({
      "logs/planloop.jsonl": `${event("lock_requested", "never-answered")}\n` +
        '{"timestamp":"2025-11-16T04:15:01Z","message":"no level"}\n',
    });
    const records = await all(session.log());
    expect(records.map(({ level, message }) => [level, message])).toEqual([
      ["INFO", ""],
      ["INFO", "no level"],
    ]);
    expect(session.problems).toEqual([]);
  });

  test("both trace shapes in one folder, under any name, with the id inside trusted", async () => {
    const session = sessionWith({
      "logs/traces/001_update.json": {
        trace_id: "tr_abc123",
        command: ["planloop", "update"],
        started_at: "2025-11-18T08:14:17.585Z",
        completed_at: "2025-11-18T08:14:20.123Z",
        duration_ms: 2538,
        status: "success",
        spans: [],
      },
      "logs/traces/tr_abc123.json": {
        trace_id: "tr_abc123",
        timestamp: "2025-11-18T08:30:00Z",
        spans: [{ name: "load_state", duration_ms: 12 }],
        total_duration_ms: 12,
      },
    });
    const traces = await all(session.traces());
    expect(traces.map(({ record }) => [record.trace_id, record.operation])).toEqual([
      ["tr_abc123", "update"],
      ["tr_abc123", "load_state"],
    ]);
    expect(session.problems).toEqual([]);
  });

  test("now that contradicts the tasks, unknown keys, a state of another version", () => {
    const session = sessionWith({
      "state.json": state({
        schema_version: 2,
        now: { reason: "waiting_on_lock", task_id: null, signal_id: "queue_stall" },
        plugins: ["x"],
      }),
    });
    expect(session.state()).toMatchObject({ schema_version: 2, plugins: ["x"] });
    expect(session.summary().now?.reason).toBe("waiting_on_lock");
    expect(session.problems).toMatchObject([{ kind: "inconsistent", lost: false }]);
  });

  test("multi-line messages, and lines of other sessions, in the text log", async () => {
    const session = sessionWith({
      "state.json": state(),
      "logs/planloop.log": "2025-11-15 20:14:55,829 [INFO] Initial session state\n" +
        "2025-11-15 20:14:55,829 [INFO] Session created: demo-20251116T041455Z-c7d4\n" +
        "2025-11-15 20:15:40,829 [INFO] Session created: other-20251116T041540Z-c7d4\n" +
        "2025-11-15 20:16:00,000 [INFO] Feedback submitted: first\nsecond...\n",
    });
    const records = await all(session.log());
    expect(records.at(-1)).toMatchObject({
      message: "Feedback submitted: first\nsecond...",
      time: Date.UTC(2025, 10, 16, 4, 16),
    });
    expect(session.problems).toEqual([]);
  });
});
