import process from "node:process";
import { describe, expect, test } from "vitest";
import { check, type Span, traceJournalLineSchema, traceSchema } from "../../lib/format/mod.ts";
import {
  abandonTraces,
  endTraceById,
  generateTraceId,
  getCurrentTraceId,
  openTrace,
  recoverTraces,
  runInScope,
  runSpan,
  runTrace,
  setTraceId,
  spanEventsMax,
  spansOf,
} from "../../lib/record/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { desk, folder } from "./fixture.ts";

const spansIn = (trace: Record<string, unknown>) => trace["spans"] as Span[];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("runTrace", () => {
  test("writes a valid trace, removes its journal, and measures the command", () => {
    const { recorder, runtime, json, lines, files } = desk();
    const result = runTrace(recorder, "update", (trace) => {
      runtime.advance(5);
      runSpan(recorder, "outer", { n: 1 }, () => {
        runtime.advance(10);
        runSpan(recorder, "inner", {}, () => runtime.advance(20));
      });
      return trace.id;
    }, { command: ["planloop", "update"] });
    const trace = json(`logs/traces/${result}.json`);
    expect(check(traceSchema, trace)).toEqual([]);
    expect(trace).toMatchObject({
      command: ["planloop", "update"],
      duration_ms: 35,
      total_duration_ms: 30,
      status: "success",
    });
    const [outer, inner] = spansIn(trace);
    expect(inner!.parent).toBe(outer!.span_id);
    expect([outer!.duration_ms, inner!.duration_ms]).toEqual([30, 20]);
    expect(files().filter((file) => file.includes("journal"))).toEqual([]);
    expect(lines("logs/performance.jsonl")[0]).toMatchObject({
      metric: "command.duration",
      value: 35,
      tags: { command: "update", status: "success" },
      trace_id: result,
    });
  });

  test("records what was thrown, and throws the same object", () => {
    const { recorder, json, files } = desk();
    const error = new RangeError("too far");
    expect(() =>
      runTrace(recorder, "op", () =>
        runSpan(recorder, "step", {}, () => {
          throw error;
        }))
    ).toThrow(error);
    const trace = json(files().find((file) => file.includes("traces/"))!);
    expect(trace).toMatchObject({
      status: "error",
      error: { type: "RangeError", message: "too far" },
    });
    expect(spansIn(trace)[0]).toMatchObject({ status: "error", error: { type: "RangeError" } });
  });

  test("keeps concurrent traces and their parallel spans apart", async () => {
    const { recorder, json, files } = desk();
    const work = (name: string) =>
      runTrace(recorder, name, async () => {
        await runSpan(recorder, `${name} root`, {}, () =>
          Promise.all(["a", "b"].map((part) =>
            runSpan(recorder, `${name} ${part}`, {}, async () => {
              await wait(3);
              return getCurrentTraceId();
            })
          )));
      });
    await Promise.all([work("one"), work("two"), work("three")]);
    const traces = files().filter((file) => /traces\/.*\.json$/.test(file)).map(json);
    expect(traces).toHaveLength(3);
    for (const trace of traces) {
      const [root, ...rest] = spansIn(trace);
      expect(check(traceSchema, trace)).toEqual([]);
      expect(root!.name).toBe(`${trace["operation"]} root`);
      expect(rest.map(({ parent }) => parent)).toEqual([root!.span_id, root!.span_id]);
      expect(rest.every(({ name }) => name.startsWith(String(trace["operation"])))).toBe(true);
    }
  });

  test("a rejection comes out as it is; a client's own kind of promise is kept", async () => {
    const { recorder } = desk();
    class Own extends Promise<number> {
      extra() {
        return "kept";
      }
    }
    const own = Own.resolve(1) as Own;
    expect(runTrace(recorder, "op", () => own)).toBe(own);
    const failed = runTrace(recorder, "op", () => Promise.reject(new Error("seen")));
    await expect(failed).rejects.toThrow("seen");
  });

  test("a second trace of one id gets a number of its own", () => {
    const { recorder, files } = desk();
    for (let count = 0; count < 3; count += 1) {
      runTrace(recorder, "op", () => 1, { traceId: "tr_same" });
    }
    expect(files().filter((file) => file.includes("traces/"))).toEqual([
      "logs/traces/tr_same.json",
      "logs/traces/tr_same_002.json",
      "logs/traces/tr_same_003.json",
    ]);
  });

  test("refuses an id that would leave the folder, and goes on under a new one", () => {
    const { recorder, runtime, files } = desk();
    runTrace(recorder, "op", () => 1, { traceId: "../../evil" });
    expect(runtime.process.warnings[0]).toContain("../../evil");
    expect(files().filter((file) => file.includes("evil"))).toEqual([]);
    expect(files().filter((file) => /traces\/tr_\d{14}_[0-9a-f]{6}\.json/.test(file))).toHaveLength(
      1,
    );
  });

  test("work that outlives its trace is completed in the file when it ends", async () => {
    const { recorder, json } = desk();
    let late: Promise<void> | undefined;
    const id = runTrace(recorder, "op", (trace) => {
      late = runSpan(recorder, "late", {}, () => wait(5)) as Promise<void>;
      return trace.id;
    });
    expect(spansIn(json(`logs/traces/${id}.json`))[0]).toMatchObject({
      status: "running",
      end_time: null,
    });
    await late;
    const trace = json(`logs/traces/${id}.json`);
    expect(check(traceSchema, trace)).toEqual([]);
    expect(spansIn(trace)[0]).toMatchObject({ status: "success" });
  });

  test("a full disk keeps the journal, and nothing reaches the host", () => {
    const { recorder, runtime, files } = desk();
    runtime.files.fail({ operation: "writeFileExclusive", code: "ENOSPC" });
    expect(runTrace(recorder, "op", () => 7)).toBe(7);
    expect(files().filter((file) => file.endsWith(".journal.jsonl"))).toHaveLength(1);
    runtime.files.clearFaults();
    const next = desk({}, { files: runtime.files, pid: 1 });
    recoverTraces(next.recorder);
    const [name] = next.files().filter((file) => file.includes("traces/"));
    expect(next.json(name!)).toMatchObject({ status: "success", operation: "op" });
  });
});

describe("runSpan", () => {
  test("outside of any trace it gets one of its own", () => {
    const { recorder, json, files } = desk();
    runSpan(recorder, "alone", { a: 1 }, () => {});
    const trace = json(files().find((file) => file.includes("traces/"))!);
    expect(check(traceSchema, trace)).toEqual([]);
    expect(trace).toMatchObject({ operation: "alone", status: "success" });
  });

  test("records what metadata, events and variables are at the end, redacted", () => {
    const { recorder, json, text } = desk();
    const id = runTrace(recorder, "op", (trace) => {
      runSpan(recorder, "step", { a: 1 }, (span) => {
        span.metadata["b"] = 2;
        span.set({ api_key: "abcdefgh12345678", kept: [1] });
        span.event("tick", { n: 3 });
      });
      return trace.id;
    });
    expect(spansIn(json(`logs/traces/${id}.json`))[0]).toMatchObject({
      metadata: { a: 1, b: 2 },
      events: [{ name: "tick", metadata: { n: 3 } }],
      variables: { kept: [1] },
    });
    expect(text(`logs/traces/${id}.json`)).not.toContain("abcdefgh12345678");
  });

  test("counts the events beyond its limit instead of keeping them", () => {
    const { recorder, json, files } = desk();
    runSpan(recorder, "busy", {}, (span) => {
      for (let count = 0; count < spanEventsMax + 3; count += 1) span.event("tick");
    });
    const [span] = spansIn(json(files().find((file) => file.includes("traces/"))!));
    expect(span!.events).toHaveLength(spanEventsMax);
    expect(span!.metadata).toEqual({ events_left_out: 3 });
  });

  test("values that throw do not reach the host", () => {
    const { recorder, json, files } = desk();
    const bad = {
      get broken(): never {
        throw new Error("no");
      },
    };
    const result = runSpan(recorder, "s", bad, (span) => {
      span.set(bad);
      span.event("e", bad);
      return 9;
    });
    expect(result).toBe(9);
    const trace = json(files().find((file) => file.includes("traces/"))!);
    expect(check(traceSchema, trace)).toEqual([]);
  });

  test("100 000 spans take time in proportion", () => {
    const { recorder, json } = desk({ redact: false });
    // The fake disk copies a file at each append: the journal is not what is measured here.
    const time = (count: number) => {
      const trace = openTrace(recorder, "many");
      trace.journal = null;
      // Not the time on the clock, which a busy machine stretches.
      const start = process.cpuUsage();
      runInScope({ recorder, traceId: trace.id, trace }, () => {
        for (let index = 0; index < count; index += 1) runSpan(recorder, "s", {}, () => {});
      });
      endTraceById(recorder, trace.id);
      const { user, system } = process.cpuUsage(start);
      return { id: trace.id, ms: (user + system) / 1000 };
    };
    time(5000);
    const small = time(10_000);
    const large = time(100_000);
    expect(spansIn(json(`logs/traces/${large.id}.json`))).toHaveLength(100_000);
    expect(large.ms).toBeLessThan(Math.max(small.ms, 20) * 10 * 4);
  });
});

describe("traces begun by hand", () => {
  test("setTraceId collects spans until the trace is ended", () => {
    const { recorder, json } = desk();
    runInScope({ recorder }, () => {
      setTraceId("tr_given");
      runSpan(recorder, "one", {}, () => {});
      runSpan(recorder, "two", {}, () => {});
      expect(spansOf(recorder, "tr_given").map(({ name }) => name)).toEqual(["one", "two"]);
      endTraceById(recorder, "tr_given");
    });
    expect(spansIn(json("logs/traces/tr_given.json"))).toHaveLength(2);
    expect(spansOf(recorder, "tr_given")).toEqual([]);
  });

  test("setTraceId refuses what must not become a file name", () => {
    expect(() => setTraceId("../x")).toThrow(RangeError);
    expect(() => setTraceId("")).toThrow(/generateTraceId/);
  });
});

describe("recoverTraces", () => {
  /** Leaves the journal of a process that was killed inside a span. */
  function killed(host?: string) {
    const dead = desk({}, { pid: 77 });
    const trace = openTrace(dead.recorder, "update", { id: "tr_dead" });
    runInScope({ recorder: dead.recorder, traceId: trace.id, trace }, () => {
      runSpan(dead.recorder, "done", {}, () => dead.runtime.advance(4));
      void runSpan(dead.recorder, "open", { file: "a.ts" }, () => new Promise(() => {}));
    });
    const path = `${folder}/logs/traces/tr_dead.journal.jsonl`;
    const text = dead.runtime.files.readText(path);
    for (const line of text.trimEnd().split("\n")) {
      expect(check(traceJournalLineSchema, JSON.parse(line))).toEqual([]);
    }
    if (host) dead.runtime.files.writeFileAtomic(path, text.replaceAll("fake-host", host));
    return dead.runtime.files;
  }

  test("folds the journal of a dead process into a running trace", () => {
    const next = desk({}, { files: killed(), pid: 78 });
    recoverTraces(next.recorder);
    const trace = next.json("logs/traces/tr_dead.json");
    expect(check(traceSchema, trace)).toEqual([]);
    expect(trace).toMatchObject({
      status: "running",
      completed_at: null,
      pid: 77,
      operation: "update",
    });
    expect(spansIn(trace).map(({ name, status }) => [name, status])).toEqual([
      ["done", "success"],
      ["open", "running"],
    ]);
    expect(next.files().filter((file) => file.includes("journal"))).toEqual([]);
  });

  test("leaves the journals of living processes and of other hosts alone", () => {
    const alive = desk({}, { files: killed(), pid: 78, neighbours: { 77: "start-77" } });
    recoverTraces(alive.recorder);
    expect(alive.files()).toContain("logs/traces/tr_dead.journal.jsonl");
    const elsewhere = desk({}, { files: killed("other-host"), pid: 78 });
    recoverTraces(elsewhere.recorder);
    expect(elsewhere.files()).toContain("logs/traces/tr_dead.journal.jsonl");
  });

  test("a pid that was given to another process does not count as alive", () => {
    const next = desk({}, { files: killed(), pid: 78, neighbours: { 77: "another start" } });
    recoverTraces(next.recorder);
    expect(next.files()).toContain("logs/traces/tr_dead.json");
  });

  test("drops a journal whose process had just written the trace's file", () => {
    const files = killed();
    const path = `${folder}/logs/traces/tr_dead.journal.jsonl`;
    const text = files.readText(path);
    recoverTraces(desk({}, { files, pid: 78 }).recorder);
    files.writeFileAtomic(path, text);
    const next = desk({}, { files, pid: 78 });
    recoverTraces(next.recorder);
    expect(next.files()).toEqual(["logs/traces/tr_dead.json"]);
    // The journal of another trace of that id is none of this file's.
    files.writeFileAtomic(path, text.replace('"timestamp":"2', '"timestamp":"1'));
    recoverTraces(next.recorder);
    expect(next.files()).toEqual(["logs/traces/tr_dead.json", "logs/traces/tr_dead_002.json"]);
  });

  test("reads past a torn line, and never throws on a damaged journal", () => {
    const files = killed();
    const path = `${folder}/logs/traces/tr_dead.journal.jsonl`;
    files.writeFileAtomic(path, `${files.readText(path)}{"kind":"span_e`);
    files.writeFileAtomic(`${folder}/logs/traces/bad.journal.jsonl`, "\0\0not json");
    const next = desk({}, { files, pid: 78 });
    recoverTraces(next.recorder);
    expect(next.json("logs/traces/tr_dead.json")).toMatchObject({ status: "running" });
    expect(next.files()).toContain("logs/traces/bad.journal.jsonl");
  });
});

test("abandonTraces writes what still runs, as running", () => {
  const { recorder, json, files } = desk();
  openTrace(recorder, "op", { id: "tr_open" });
  abandonTraces(recorder);
  expect(json("logs/traces/tr_open.json")).toMatchObject({ status: "running" });
  expect(files().filter((file) => file.includes("journal"))).toEqual([]);
});

test("traces of one id in two processes do not share a journal", () => {
  const one = desk();
  openTrace(one.recorder, "op", { id: "tr_x" });
  const two = desk({}, { files: one.runtime.files, pid: 5 });
  openTrace(two.recorder, "op", { id: "tr_x" });
  expect(two.files().filter((file) => file.includes("journal"))).toEqual([
    "logs/traces/tr_x.journal.jsonl",
    "logs/traces/tr_x_002.journal.jsonl",
  ]);
  expect(fakeRuntime().files.paths()).toEqual([]);
});

test("generateTraceId repeats no id of the same second, though it has but six random digits", () => {
  const machine = fakeRuntime();
  let drawn = 0;
  // Each comes twice: as by chance, only more often.
  const random = { ...machine.random, hex: () => String(drawn++ >> 1).padStart(6, "0") };
  const { recorder } = desk({ runtime: { ...machine, random } });
  const ids = Array.from({ length: 50 }, () => runInScope({ recorder }, generateTraceId));
  expect(new Set(ids).size).toBe(50);
});
