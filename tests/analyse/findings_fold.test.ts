import { describe, expect, test } from "vitest";
import {
  type Finding,
  type FindingKind,
  FindingsFold,
  findingsPerKindMax,
  LockFold,
  slowSpanSampleMin,
} from "../../lib/analyse/mod.ts";
import type { Problem, SessionState } from "../../lib/format/mod.ts";
import {
  at,
  errorReport,
  llmCall,
  lockEvent,
  logRecord,
  span,
  stateDiff,
  t0,
  task,
  trace,
} from "./records.ts";

const nothing = { state: null, locks: [], problems: [] };

function findings(fill: (fold: FindingsFold) => void, facts = {}): Finding[] {
  const fold = new FindingsFold();
  fill(fold);
  return fold.finish({ ...nothing, ...facts });
}

function only(kind: FindingKind, found: Finding[]): Finding[] {
  return found.filter((finding) => finding.kind === kind);
}

test("FindingsFold finds nothing in a clean session", () => {
  const found = findings((fold) => {
    fold.addLog(logRecord());
    fold.addTrace(trace([span("s1", null, 0, 90)]), "logs/traces/tr_1.json");
    fold.addCall(llmCall(), "logs/llm_transcripts/tr_1_llm.json");
    fold.addChange({ diff: stateDiff(), file: "d", version_before: 3, version_after: 4 });
  });
  expect(found).toEqual([]);
});

describe("FindingsFold first_error", () => {
  test("is a trace that failed although none of its spans did", () => {
    const failed = trace([span("s1", null, 0, 5)], {
      status: "error",
      error: { type: "Error", message: "boom" },
      operation: "repair",
    });
    const found = findings((fold) => fold.addTrace(failed, "logs/traces/tr_1.json"));
    expect(only("first_error", found)[0]).toMatchObject({
      title: "First error in repair: Error: boom",
      evidence: { file: "logs/traces/tr_1.json", trace_id: "tr_1" },
    });
  });

  test("counts a fault once that was both logged and reported, in either order", () => {
    const faults: ((fold: FindingsFold) => void)[] = [
      (fold) => fold.addLog(logRecord({ level: "ERROR", time: t0 + 49 })),
      (fold) => fold.addReport(errorReport(), "logs/errors/e1.json"),
    ];
    for (const order of [faults, faults.toReversed()]) {
      const found = findings((fold) => order.forEach((add) => add(fold)));
      expect(only("first_error", found)[0]?.detail).not.toContain("logged or reported");
    }
  });

  test("counts what was only logged, only reported, or of another trace by itself", () => {
    const found = findings((fold) => {
      fold.addLog(logRecord({ level: "ERROR", time: t0 + 49 }));
      fold.addReport(errorReport(), "logs/errors/e1.json");
      fold.addReport(errorReport({ trace_id: "tr_2" }), "logs/errors/e2.json");
      fold.addLog(logRecord({ level: "ERROR", trace_id: "tr_3" }));
      fold.addLog(logRecord({ level: "CRITICAL", trace_id: null }));
    });
    expect(only("first_error", found)[0]?.detail).toContain("4 errors logged or reported.");
  });

  test("is the first in time, wherever it stands, and counts the others", () => {
    const found = findings((fold) => {
      fold.addLog(logRecord({ level: "ERROR", time: t0 + 900, line: 2, message: "late" }));
      fold.addLog(
        logRecord({ level: "CRITICAL", time: t0 + 100, line: 9, message: "early\nmore" }),
      );
      fold.addLog(logRecord({ level: "ERROR", time: null, line: 1, message: "unknown" }));
    });
    expect(found).toEqual([{
      kind: "first_error",
      severity: "error",
      title: "First error in update: early",
      detail: "CRITICAL in the log. 3 errors logged or reported.",
      evidence: { file: "logs/planloop.jsonl", line: 9, trace_id: "tr_1" },
      time: t0 + 100,
    }]);
  });

  test("points at the error report of the same moment, which says more", () => {
    const fill = (ms: number) => (fold: FindingsFold) => {
      fold.addReport(errorReport({ timestamp: at(ms) }), "logs/errors/tr_1_error.json");
      fold.addLog(logRecord({ level: "ERROR", time: t0, message: "call failed" }));
    };
    expect(findings(fill(50))[0]).toMatchObject({
      title: "First error in suggest: RateLimitError: Too many requests",
      detail: expect.stringContaining("at agent.ts:12"),
      evidence: { file: "logs/errors/tr_1_error.json", trace_id: "tr_1" },
    });
    expect(findings(fill(60_000))[0]!.title).toBe("First error in update: call failed");
  });

  test("knows errors of spans and model calls, too", () => {
    const failed = span("step", null, 0, 30, {
      status: "error",
      error: { type: "TypeError", message: "x is undefined" },
    });
    const found = findings((fold) => {
      fold.addTrace(trace([failed]), "t.json");
      const error = { type: "overloaded", status: 529, message: "busy", retry_after_ms: null };
      fold.addCall(llmCall({ error, response: null }), "l.json");
    });
    expect(only("first_error", found)[0]).toMatchObject({
      title: "First error in step: TypeError: x is undefined",
      evidence: { file: "t.json", trace_id: "tr_1", span_id: "step" },
      time: t0 + 30,
    });
  });

  test("is no failed try of a model call whose later try succeeded", () => {
    const error = { type: "http_429", status: 429, message: "slow down", retry_after_ms: null };
    const failed = span("llm_call", null, 10, 20, { status: "error", error });
    const tries = [
      { attempt: 1, started_at: at(10), duration_ms: 10, status: 429, error },
      { attempt: 2, started_at: at(40), duration_ms: 10, status: 200, error: null },
    ];
    const of = (attempts: typeof tries) =>
      only(
        "first_error",
        findings((fold) => {
          fold.addTrace(trace([failed]), "t.json");
          fold.addCall(llmCall({ attempts, timestamp: at(10), duration_ms: 40 }), "l.json");
        }),
      );
    expect(of(tries)).toEqual([]);
    // Another call of the same trace succeeded at once: it mends nothing.
    expect(of(tries.slice(1))[0]).toMatchObject({
      title: "First error in llm_call: http_429: slow down",
    });
  });
});

test("FindingsFold open_at_death names the innermost open spans", () => {
  const running = trace([
    span("checkout", null, 0, null),
    span("read", "checkout", 5, 9),
    span("run_tests", "checkout", 10, null),
  ], { status: "running", completed_at: null, duration_ms: null });
  const found = findings((fold) => fold.addTrace(running, "t.json"));
  expect(found).toEqual([{
    kind: "open_at_death",
    severity: "error",
    title: "Never ended: update, inside checkout › run_tests",
    detail:
      "The last sign of it came 10 ms after its start. Its process was killed, or still ran " +
      "when the session was read; 2 spans were open: checkout for 10 ms, run_tests for 0 ms.",
    evidence: { file: "t.json", trace_id: "tr_1", span_id: "run_tests" },
    time: t0 + 10,
  }]);
  const later = findings((fold) => {
    fold.addLog(logRecord({ trace_id: "tr_1", time: t0 + 1510 }));
    fold.addLog(logRecord({ trace_id: "tr_1", time: t0 + 1500 }));
    fold.addLog(logRecord({ trace_id: "tr_other", time: t0 + 9000 }));
    fold.addTrace(running, "t.json");
  });
  expect(later[0]!.detail).toBe(
    "The last sign of it came 1.51 s after its start. Its process was killed, or still ran " +
      "when the session was read; 2 spans were open: checkout for 1.51 s, run_tests for 1.50 s.",
  );
  for (
    const sign of [
      (fold: FindingsFold) =>
        fold.addCall(llmCall({ timestamp: at(1000), duration_ms: 510 }), "c.json"),
      (fold: FindingsFold) => fold.addReport(errorReport({ timestamp: at(1510) }), "e.json"),
      (fold: FindingsFold) =>
        fold.addChange({
          diff: stateDiff({ timestamp: at(1510) }),
          file: "d.json",
          version_before: null,
          version_after: null,
        }),
    ]
  ) {
    const [first] = findings((fold) => {
      sign(fold);
      fold.addTrace(running, "t.json");
    }).filter(({ kind }) => kind === "open_at_death");
    expect(first!.detail).toContain("came 1.51 s after its start");
  }
  const values = { status: "running", completed_at: null, duration_ms: null } as const;
  const bare = findings((fold) => fold.addTrace(trace([], { ...values, started_at: "soon" }), "t"));
  expect(bare).toMatchObject([{
    title: "Never ended: update",
    detail: "Nothing says when it began. Its process was killed, or still ran when the session " +
      "was read.",
    time: null,
  }]);
  const same = trace([span("update", null, 0, null)], values);
  expect(findings((fold) => fold.addTrace(same, "t"))[0]!.title).toBe("Never ended: update");
});

describe("FindingsFold model calls", () => {
  test("failed_call groups equal failures under the first of them", () => {
    const error = { type: "rate_limit", status: 429, message: "slow down", retry_after_ms: 50 };
    const found = findings((fold) => {
      fold.addCall(llmCall({ error, timestamp: at(500), trace_id: "tr_2" }), "2.json");
      fold.addCall(
        llmCall({ error, timestamp: at(100), trace_id: "tr_1", span_id: "s" }),
        "1.json",
      );
      const stream = { chunks: 4, time_to_first_chunk_ms: 9, aborted: true };
      fold.addCall(llmCall({ stream, timestamp: at(700) }), "3.json");
      fold.addCall(llmCall({ stream, timestamp: at(800), status: "running" }), "4.jsonl");
    });
    expect(
      only("failed_call", found).map(({ title, detail, evidence }) => [title, detail, evidence]),
    )
      .toEqual([
        [
          "2 failed model calls: rate_limit (HTTP 429) from claude-test-1",
          "slow down",
          { file: "1.json", trace_id: "tr_1", span_id: "s" },
        ],
        [
          "Failed model call: aborted stream from claude-test-1",
          "The stream ended after 4 chunks.",
          { file: "3.json", trace_id: "tr_1" },
        ],
        [
          "Never ended: a call of claude-test-1",
          "4 chunks of it had come. Its process was killed, or still ran when the session was read.",
          { file: "4.jsonl", trace_id: "tr_1" },
        ],
      ]);
  });

  test("retried_call sums the time lost and points at the worst", () => {
    const tries = (waits: number[]) => [
      ...waits.map((retry_delay_ms, i) => ({
        attempt: i + 1,
        started_at: at(i),
        duration_ms: 100,
        status: 429,
        error: { type: "rate_limit", status: 429, message: "", retry_after_ms: null },
        retry_delay_ms,
      })),
      { attempt: waits.length + 1, started_at: at(9), duration_ms: 10, status: 200, error: null },
    ];
    const found = findings((fold) => {
      fold.addCall(llmCall({ attempts: tries([]) }), "0.json");
      fold.addCall(llmCall({ attempts: tries([400]) }), "1.json");
      fold.addCall(llmCall({ attempts: tries([900, 2000]), trace_id: "tr_9" }), "2.json");
    });
    expect(found).toMatchObject([{
      kind: "retried_call",
      severity: "info",
      title: "2 model calls retried, 3.60 s lost",
      detail: "3 retries in all. The worst took 3 attempts in suggest, after rate_limit.",
      evidence: { file: "2.json", trace_id: "tr_9" },
    }]);
  });
});

describe("FindingsFold locks", () => {
  function locks(...events: Parameters<typeof lockEvent>[]) {
    const fold = new LockFold();
    for (const event of events) fold.add(lockEvent(...event));
    return findings(() => {}, { locks: fold.finish() });
  }

  test("longest_lock_wait names the holder, and grows in weight with the wait", () => {
    const waited = (ms: number) =>
      locks(
        ["lock_acquired", "a", 0, { agent: "alice" }],
        ["lock_requested", "b", 10, { agent: "bob" }],
        ["lock_released", "a", 10 + ms],
        ["lock_acquired", "b", 10 + ms],
        ["lock_released", "b", 20 + ms],
      );
    expect(waited(50)).toEqual([]);
    expect(waited(400)).toMatchObject([{
      severity: "info",
      title: "Longest lock wait: 400 ms for update (bob), held by update (alice)",
      detail: "The holder kept the lock for 410 ms. 1 request waited 100 ms or longer.",
      evidence: { file: "logs/planloop.jsonl", line: 1, lock_entry_id: "b", trace_id: "tr_1" },
      time: t0 + 10,
    }]);
    expect(waited(4000)).toMatchObject([{ severity: "warning" }]);
  });

  test("a timeout is an error", () => {
    const found = locks(
      ["lock_requested", "b", 0],
      ["lock_timeout", "b", 500, { wait_ms: 500, holder: "pid:3" }],
    );
    expect(found).toMatchObject([{
      severity: "error",
      title: "Longest lock wait: 500 ms for update, held by pid:3",
      detail: expect.stringContaining("1 gave up."),
    }]);
  });

  test("lock_never_released matters more when others waited", () => {
    expect(locks(["lock_acquired", "a", 0])).toMatchObject([{
      kind: "lock_never_released",
      severity: "warning",
      title: "Lock never released: update",
    }]);
    expect(locks(["lock_acquired", "a", 0], ["lock_requested", "b", 5])).toMatchObject([{
      severity: "error",
      detail: expect.stringContaining("1 request waited for it."),
      evidence: { lock_entry_id: "a" },
    }]);
  });
});

describe("FindingsFold slow_span", () => {
  const usual = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => span(`s${i}`, null, i, i + 100 + i % 3, { name: "test" }),
    );

  test("finds a span far above its usual duration", () => {
    const slow = span("slow", null, 50, 2050, { name: "test" });
    const found = findings((fold) => fold.addTrace(trace([...usual(20), slow]), "t.json"));
    expect(found).toMatchObject([{
      kind: "slow_span",
      title: "Slow: test took 2.00 s, usually 101 ms",
      detail: "Far above the median of its 21 runs, 20 times as long.",
      evidence: { file: "t.json", trace_id: "tr_1", span_id: "slow" },
      time: t0 + 50,
    }]);
  });

  test("needs a sample, a factor and an excess", () => {
    const slowed = (count: number, end: number) => {
      const slow = span("slow", null, 0, end, { name: "test" });
      return findings((fold) => fold.addTrace(trace([...usual(count), slow]), "t.json"));
    };
    expect(slowed(slowSpanSampleMin - 2, 9000)).toEqual([]);
    expect(slowed(slowSpanSampleMin - 1, 9000).length).toBe(1);
    expect(slowed(20, 250)).toEqual([]);
    const quick = Array.from(
      { length: 20 },
      (_, i) => span(`q${i}`, null, i, i + 1, { name: "q" }),
    );
    const slowQuick = span("slow", null, 0, 40, { name: "q" });
    expect(findings((fold) => fold.addTrace(trace([...quick, slowQuick]), "t"))).toEqual([]);
  });

  test("is not fooled by a kind that varies widely", () => {
    const varied = Array.from(
      { length: 40 },
      (_, i) => span(`v${i}`, null, 0, 50 * (i + 1), { name: "varied" }),
    );
    expect(findings((fold) => fold.addTrace(trace(varied), "t"))).toEqual([]);
  });
});

describe("FindingsFold state_conflict", () => {
  test("finds two updates from one version", () => {
    const paths = { "tasks[0].status": {}, version: {} };
    const found = findings((fold) => {
      const later = stateDiff({ trace_id: "tr_b", timestamp: at(90), changes: paths });
      fold.addChange({ diff: later, file: "b", version_before: 3, version_after: 4 });
      const first = stateDiff({ trace_id: "tr_a", operation: "alert", changes: paths });
      fold.addChange({ diff: first, file: "a", version_before: 3, version_after: 4 });
    });
    expect(found).toEqual([{
      kind: "state_conflict",
      severity: "error",
      title: "State changed 2 times from version 3",
      detail: "update did not know the change of alert and may have undone it; both changed " +
        "tasks[0].status.",
      evidence: { file: "b", trace_id: "tr_b" },
      time: t0 + 90,
    }]);
  });

  test("lets saves pass that keep the version, and changes of unknown version", () => {
    const found = findings((fold) => {
      for (const version_after of [3, 3, 4, null]) {
        fold.addChange({ diff: stateDiff(), file: "d", version_before: 3, version_after });
      }
      for (let i = 0; i < 2; i++) {
        fold.addChange({ diff: stateDiff(), file: "d", version_before: null, version_after: 4 });
      }
    });
    expect(found).toEqual([]);
  });
});

test("FindingsFold damaged_data counts pieces, and mere assumptions not at all", () => {
  const problem = (values: Partial<Problem>): Problem => ({
    file: "logs/planloop.jsonl",
    kind: "torn",
    reason: "Line 7 is cut off.",
    lost: true,
    ...values,
  });
  const problems = [
    problem({ kind: "assumed", lost: false, file: "logs/planloop.log" }),
    problem({ kind: "not_utf8", lost: false, file: "state.json" }),
    problem({ line: 7, count: 3 }),
  ];
  expect(findings(() => {}, { problems })).toEqual([{
    kind: "damaged_data",
    severity: "warning",
    title: "Damaged data: 4 problems in 2 files",
    detail: "3 pieces could not be shown. First: Line 7 is cut off.",
    evidence: { file: "logs/planloop.jsonl", line: 7 },
    time: null,
  }]);
  expect(findings(() => {}, { problems: problems.slice(0, 1) })).toEqual([]);
});

test("FindingsFold sorts by severity, then kind, then time, and limits each kind", () => {
  const running = (i: number) =>
    trace([], { trace_id: `tr_${i}`, started_at: at(i), status: "running", completed_at: null });
  const found = findings(
    (fold) => {
      for (let i = 8; i > 0; i--) fold.addTrace(running(i), `${i}.json`);
      fold.addLog(logRecord({ level: "ERROR" }));
    },
    { state: { tasks: [task(1, "SKIPPED"), task(2, "TODO", [1])] } as unknown as SessionState },
  );
  expect(found.map(({ kind }) => kind)).toEqual([
    "first_error",
    ...Array<string>(findingsPerKindMax).fill("open_at_death"),
    "blocked_tasks",
  ]);
  expect(found[1]!.evidence.file).toBe("1.json");
  expect(found[findingsPerKindMax]!.detail).toContain("3 more like this.");
});
