import { describe, expect, test } from "vitest";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import {
  computeNow,
  formatPythonTime,
  newState,
  renderPlan,
  repeatTime,
  yamlScalar,
} from "../../lib/session/mod.ts";
import type { SessionState, Signal, Task } from "../../lib/format/mod.ts";

const task = (id: number, status: Task["status"], depends_on: number[] = []): Task => ({
  id,
  title: `t${id}`,
  type: "fix",
  status,
  depends_on,
  commit_sha: null,
  last_updated_at: null,
});

const signal = (level: Signal["level"], open: boolean): Signal => ({
  id: "ci",
  type: "ci",
  kind: "build",
  level,
  open,
  title: "CI failing",
  message: "Tests red",
  link: null,
  extra: {},
  attempts: 0,
});

function state(more: Partial<SessionState> = {}): SessionState {
  const made = newState({
    id: "demo-20251118T081417Z-abcd",
    name: "Demo",
    title: "Demo",
    purpose: "",
    projectRoot: "/repo",
    tags: ["x"],
  }, fakeRuntime());
  return { ...made, ...more };
}

const emptyPlan = `---
planloop_version: '1.5'
schema_version: 1
session: demo-20251118T081417Z-abcd
name: Demo
title: Demo
purpose: ''
project_root: /repo
branch: null
prompt_set: core-v1
created_at: '2025-11-18T08:14:17.585000'
last_updated_at: '2025-11-18T08:14:17.585000'
tags: []
environment:
  os: linux
  python: null
  xcode: null
  node: 20.0.0
---

# Plan: Demo

## Tasks
_No tasks defined._

## Context
- _None_

## Next Steps
- _None_

## Signals (Snapshot)
- _No signals_

## Agent Work Log
- _Not implemented yet_

## Artifacts
- _No artifacts recorded_

## Final Summary
_Not provided yet_
`;

describe("renderPlan", () => {
  test("renders an empty session", () => {
    expect(renderPlan(state())).toBe(emptyPlan);
  });

  test("renders every section", () => {
    const plan = renderPlan(state({
      tasks: [task(1, "DONE"), { ...task(2, "TODO", [1, 3]), commit_sha: "abc" }],
      context_notes: ["one"],
      next_steps: ["two"],
      signals: [signal("blocker", false), signal("info", true)],
      artifacts: [
        { type: "diff", path: "a.py", summary: "s", commit_sha: null, metadata: {} },
        { type: "log", path: null, summary: "m", commit_sha: null, metadata: {} },
      ],
      final_summary: "done",
    }));
    for (
      const part of [
        "| 1 | t1 | fix | DONE | - | - |\n| 2 | t2 | fix | TODO | 1, 3 | abc |\n\n## Context\n- one\n",
        "## Next Steps\n- two\n",
        "- [blocker] (CLOSED) CI failing — Tests red\n- [info] (OPEN) CI failing — Tests red\n",
        "- diff: s (a.py)\n- log: m ((in memory))\n",
      ]
    ) expect(plan).toContain(part);
    expect(plan.endsWith("## Final Summary\ndone\n")).toBe(true);
  });
});

describe("yamlScalar", () => {
  // What PyYAML 6.0.3 writes for `{"title": text}`.
  test.each([
    ["plain words", "plain words"],
    ["", "''"],
    ["yes", "'yes'"],
    ["1e3", "1e3"],
    ["0o14", "0o14"],
    ["12", "'12'"],
    ["2025-11-16T04:22:51.3", "'2025-11-16T04:22:51.3'"],
    ["a: b", "'a: b'"],
    ["a:b", "a:b"],
    ["- x", "'- x'"],
    ["it's", "it's"],
    ["it's a #tag: x", "'it''s a #tag: x'"],
    ["Grüße 😀", '"Gr\\xFC\\xDFe \\U0001F600"'],
    ['tab\tand "quote"', '"tab\\tand \\"quote\\""'],
    ["two\nlines", "'two\n\n  lines'"],
    [" edge", "' edge'"],
    [
      "word ".repeat(20).trim(),
      `${"word ".repeat(15).trim()}\n  ${"word ".repeat(5).trim()}`,
    ],
    [
      `ü ${"word ".repeat(20).trim()}`,
      `"\\xFC ${"word ".repeat(14).trim()}\\\n  \\ ${"word ".repeat(6).trim()}"`,
    ],
  ])("writes %j", (text, expected) => {
    expect(yamlScalar(text, 6, 2)).toBe(expected);
  });
});

describe("computeNow", () => {
  test.each<[string, Task[], Signal[], [string, number | null, string | null]]>([
    ["an open blocker first", [task(1, "IN_PROGRESS")], [signal("blocker", true)], [
      "ci_blocker",
      null,
      "ci",
    ]],
    ["not a closed one", [task(1, "IN_PROGRESS")], [signal("blocker", false)], ["task", 1, null]],
    ["what is in progress", [task(1, "TODO"), task(2, "IN_PROGRESS")], [], ["task", 2, null]],
    [
      "a task whose dependencies are done",
      [task(1, "DONE"), task(2, "TODO", [3]), task(3, "TODO", [1])],
      [],
      ["task", 3, null],
    ],
    ["nothing behind a skipped one", [task(1, "SKIPPED"), task(2, "TODO", [1])], [], [
      "idle",
      null,
      null,
    ]],
    ["completed", [task(1, "DONE"), task(2, "OUT_OF_SCOPE")], [], ["completed", null, null]],
    ["idle without tasks", [], [signal("high", true)], ["idle", null, null]],
  ])("takes %s", (_name, tasks, signals, [reason, task_id, signal_id]) => {
    expect(computeNow({ tasks, signals })).toEqual({ reason, task_id, signal_id });
  });
});

test("formatPythonTime writes microseconds, or no fraction at all", () => {
  expect(formatPythonTime(1763266971306.742)).toBe("2025-11-16T04:22:51.306742");
  expect(formatPythonTime(1763266971000)).toBe("2025-11-16T04:22:51");
  expect(formatPythonTime(1763266971999.9999)).toBe("2025-11-16T04:22:52");
  expect(repeatTime("2025-11-16T04:22:51Z")).toBe("2025-11-16T04:22:51+00:00");
});
