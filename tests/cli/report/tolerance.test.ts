/** Everything that readers must tolerate, item by item, up to the report that is made of it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeReport } from "../../../cli/report/mod.ts";
import { systemRuntime } from "../../../lib/runtime/mod.ts";
import { openHome } from "../../../lib/store/mod.ts";
import { type OpenBundle, openBundle } from "../../bundle/open_bundle.ts";
import { state, type Tree, writeTree } from "../../store/fixtures.ts";
import { pageText, plainApp, readPage } from "../../templates/read_page.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-tolerance-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const plainId = "demo-20251116T041455Z-c7d4";
const event = (name: string, entry: string, more: object = {}) =>
  JSON.stringify({
    timestamp: "2025-11-16T04:15:00.000001+00:00",
    event: name,
    trace_id: "tr_1",
    lock_entry_id: entry,
    ...more,
  }) + "\n";
const log = (text: string): Tree => ({ "logs/planloop.jsonl": text });
const call = (trace_id: string) => ({
  trace_id,
  timestamp: "2025-11-16T04:15:00Z",
  request: { prompt: "p" },
  response: { content: "c" },
});
const diff = { changes: { "tasks[0].status": { old: "TODO", new: "DONE" } } };
const task = { id: 1, title: "t", type: "chore", status: "TODO" };
const queued = { agent: "a", operation: "update", requested_at: 1, pid: 999_999_999 };

interface Item {
  name: string;
  files: Tree;
  id?: string;
  /** What the report must have. */
  shows(report: OpenBundle): unknown;
  expected: unknown;
  /** Kinds of the problems it tells. Default: none. */
  problems?: string[];
}

/** The list of FORMATS.md, in its order. */
const items: Item[] = [
  {
    name: "non-ASCII ids",
    id: "größe-漢字-20251116T041455Z-c7d4",
    files: { "state.json": state({ session: "größe-漢字-20251116T041455Z-c7d4" }), "logs/": "" },
    shows: ({ section }) => section("session").state?.session,
    expected: "größe-漢字-20251116T041455Z-c7d4",
  },
  {
    name: "any form of time",
    files: log(
      ["2025-11-16T04:15:00.000001", "2025-11-16T04:15:00Z", "2025-11-16T09:45:00+05:30"]
        .concat(["2025-11-16 04:15:00"]).map((timestamp) =>
          JSON.stringify({ timestamp, message: "m" }) + "\n"
        )
        .join("") +
        '{"timestamp":1763266500,"message":"m"}\n{"timestamp":1763266500000,"message":"m"}\n',
    ),
    shows: ({ records }) => new Set(records.map(({ time }) => Math.floor((time ?? 0) / 1000))),
    expected: new Set([1763266500]),
  },
  {
    name: "missing logs/",
    files: { "state.json": state() },
    shows: ({ section }) => section("session").state?.tasks.length,
    expected: 1,
    problems: ["missing"],
  },
  {
    name: "a last line that is cut",
    files: log('{"timestamp":"2025-11-16T04:15:00Z","message":"whole"}\n{"timestamp":"2025-11-'),
    shows: ({ records }) => records.map(({ message }) => message),
    expected: ["whole"],
    problems: ["torn"],
  },
  {
    name: "a half-written state.json",
    files: { ...log(""), "state.json": JSON.stringify(state()).slice(0, 400) },
    shows: ({ section }) => section("session").state?.title,
    expected: "A demo",
    problems: ["torn"],
  },
  {
    name: "a half-written trace",
    files: {
      "logs/traces/tr_1.json": '{"trace_id":"tr_1","spans":[{"name":"a","duration_ms":1},{',
    },
    shows: ({ section }) => section("traces").map(({ trace_id, spans }) => [trace_id, spans]),
    expected: [["tr_1", 1]],
    problems: ["torn"],
  },
  {
    name: "a half-written deadlock.json",
    files: { ...log(""), "deadlock.json": '{"no_progress_counter": 3, "queue_he' },
    shows: ({ section }) => section("session").deadlock?.no_progress_counter,
    expected: 3,
    problems: ["torn"],
  },
  {
    name: "both shapes of traces",
    files: {
      "logs/traces/tr_1.json": { trace_id: "tr_1", command: ["planloop", "update"], spans: [] },
      "logs/traces/tr_2.json": { trace_id: "tr_2", spans: [{ name: "load", duration_ms: 2 }] },
    },
    shows: ({ section }) => section("traces").map(({ operation }) => operation).sort(),
    expected: ["load", "update"],
  },
  {
    name: "all three names of model calls",
    files: {
      "logs/llm_transcripts/tr_1_llm.json": call("tr_1"),
      "logs/llm_transcripts/tr_1_llm_002.json": call("tr_1"),
      "logs/llm_transcripts/001_suggest.json": call("tr_2"),
    },
    shows: ({ section }) => section("llm").map(({ trace_id }) => trace_id).sort(),
    expected: ["tr_1", "tr_1", "tr_2"],
  },
  {
    name: "both names of state changes",
    files: {
      "logs/diffs/tr_1_diff.json": { trace_id: "tr_1", ...diff },
      "logs/diffs/001_update.json": { trace_id: "tr_2", ...diff },
    },
    shows: ({ section }) => section("changes").map(({ trace_id }) => trace_id).sort(),
    expected: ["tr_1", "tr_2"],
  },
  {
    name: "wait_ms and hold_ms absent, null, whole, with a fraction",
    files: log(
      event("lock_requested", "a") + event("lock_acquired", "a", { wait_ms: 3 }) +
        event("lock_released", "a", { hold_ms: 2.5 }) + event("lock_requested", "b") +
        event("lock_acquired", "b", { wait_ms: null }) + event("lock_released", "b"),
    ),
    shows: ({ section }) => section("locks").map(({ outcome }) => outcome),
    expected: ["released", "released"],
  },
  {
    name: "events of unknown name",
    files: log(event("lock_stolen_by_aliens", "a")),
    shows: ({ records }) => records.map((record) => record.event),
    expected: ["lock_stolen_by_aliens"],
  },
  {
    name: "entries without a level",
    files: log('{"timestamp":"2025-11-16T04:15:00Z","message":"m"}\n'),
    shows: ({ records }) => records.map(({ level, message }) => [level, message]),
    expected: [["INFO", "m"]],
  },
  {
    name: "lock events without their partner",
    files: log(event("lock_requested", "a") + event("lock_released", "b", { hold_ms: 1 })),
    shows: ({ section }) => section("locks").length,
    expected: 2,
  },
  {
    name: "an orphan .lock",
    files: { ...log(""), ".lock": "" },
    shows: ({ records }) => records.length,
    expected: 0,
    problems: ["inconsistent"],
  },
  {
    name: "an orphan .lock_info",
    files: { ...log(""), ".lock_info": { held_by: "pid:9", since: 1, operation: "x" } },
    shows: ({ records }) => records.length,
    expected: 0,
    problems: ["inconsistent"],
  },
  {
    name: "an orphan queue file of a dead process",
    files: { ...log(""), ".lock_queue/q.json": { id: "q", ...queued } },
    shows: ({ section }) => section("session").lock_queue.map(({ id }) => id),
    expected: ["q"],
  },
  {
    name: "a now that contradicts the tasks",
    files: { ...log(""), "state.json": state({ now: { reason: "deadlocked", task_id: null } }) },
    shows: ({ section }) => section("session").state?.now.reason,
    expected: "deadlocked",
    problems: ["inconsistent"],
  },
  {
    name: ".git inside a session",
    files: { ...log(""), ".git/HEAD": "ref: refs/heads/main\n", ".gitignore": "logs/\n" },
    shows: ({ records }) => records.length,
    expected: 0,
  },
  {
    name: "unknown keys",
    files: { ...log(""), "state.json": state({ plugins: ["x"], tasks: [{ ...task, mood: "!" }] }) },
    shows: ({ section }) => JSON.stringify(section("session").state),
    expected: expect.stringMatching(/"plugins":\["x"\]/),
  },
  {
    name: "messages of several lines in the text log",
    files: {
      "state.json": state(),
      "logs/planloop.log": `2025-11-15 20:14:55,829 [INFO] Session created: ${plainId}\n` +
        "2025-11-15 20:16:00,000 [INFO] Feedback submitted: first\nsecond\n",
    },
    shows: ({ records }) => records.at(-1)?.message,
    expected: "Feedback submitted: first\nsecond",
  },
];

describe("a report of a session with what readers must tolerate", () => {
  test.each(items)("$name", async ({ files, id = plainId, shows, expected, problems = [] }) => {
    const home = mkdtempSync(join(root, "home-"));
    writeTree(join(home, "sessions", id), files);
    // index.json is missing, or does not know the session: the folders count.
    const [session] = openHome(home).sessions();
    const { file } = await writeReport([session!], {
      out: join(home, "report"),
      app: plainApp,
      runtime: systemRuntime(),
    });
    const { header, chunks } = readPage(pageText(file));
    const report = openBundle(header, chunks);
    expect(shows(report)).toEqual(expected);
    const told = report.section("problems").filter((problem) =>
      // What the item leaves out on purpose.
      problem.kind !== "missing" || !["state.json", "PLAN.md"].includes(problem.file)
    );
    expect(told.map(({ kind }) => kind)).toEqual(problems);
    expect(
      report.section("inputs").map((input) => input.file).filter((name) =>
        name.startsWith(".git/")
      ),
    )
      .toEqual([]);
  });
});
