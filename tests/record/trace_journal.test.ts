import { describe, expect, test } from "vitest";
import { check, type Span, traceJournalLineSchema, traceSchema } from "../../lib/format/mod.ts";
import {
  journalBurst,
  journalDelayMsMax,
  openTrace,
  recoverTraces,
  runInScope,
  runSpan,
  runTrace,
  writeLog,
} from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

const journal = "logs/traces/tr_fast.journal.jsonl";
const extra = 40;

/** A trace in which more spans began and ended at once than are written one by one. */
function busy() {
  const one = desk({}, { pid: 77 });
  const trace = openTrace(one.recorder, "update", { id: "tr_fast" });
  const inside = <T>(fn: () => T): T => runInScope({ recorder: one.recorder, trace }, fn);
  inside(() => {
    for (let count = 0; count < journalBurst / 2 + extra; count += 1) {
      runSpan(one.recorder, `step ${count}`, { count }, () => {});
    }
  });
  return { ...one, trace, inside };
}

/** What the next process makes of the journal. */
function recovered(files: ReturnType<typeof desk>["runtime"]["files"]): Span[] {
  const next = desk({}, { files, pid: 78 });
  recoverTraces(next.recorder);
  const trace = next.json("logs/traces/tr_fast.json");
  expect(check(traceSchema, trace)).toEqual([]);
  return trace["spans"] as Span[];
}

describe("TraceJournal", () => {
  test("writes a burst's first spans at once, the others when the turn ends, together", () => {
    const { runtime, lines } = busy();
    expect(lines(journal)).toHaveLength(1 + journalBurst);
    runtime.endTurn();
    const all = lines(journal);
    for (const line of all) expect(check(traceJournalLineSchema, line)).toEqual([]);
    expect(all.slice(1 + journalBurst).map(({ kind }) => kind)).toEqual(["spans"]);
    expect(all.at(-1)!["spans"]).toHaveLength(extra);
    const spans = recovered(runtime.files);
    expect(spans).toHaveLength(journalBurst / 2 + extra);
    expect(spans.every(({ status }) => status === "success")).toBe(true);
    expect(spans.at(-1)).toMatchObject({ metadata: { count: journalBurst / 2 + extra - 1 } });
  });

  test("does not wait for the turn's end where that is long in coming", () => {
    const { recorder, runtime, inside, lines } = busy();
    runtime.advance(journalDelayMsMax + 1);
    // The pace allows these starts and ends at once; the next one has to wait, and finds the delay.
    inside(() => {
      for (let count = 0; count < journalBurst; count += 1) runSpan(recorder, "s", {}, () => {});
    });
    expect(lines(journal).filter(({ kind }) => kind === "spans")).toHaveLength(1);
  });

  test("tells an open span before anything that is recorded inside it, with those around it", () => {
    const { recorder, runtime, inside, lines } = busy();
    inside(() =>
      runSpan(recorder, "outer", {}, () =>
        runSpan(recorder, "inner", { a: 1 }, () => {
          expect(lines(journal).at(-1)).not.toMatchObject({ name: "inner" });
          writeLog(recorder, { level: "INFO", message: "in" });
          expect(lines(journal).slice(-2)).toMatchObject([{ name: "outer" }, { name: "inner" }]);
          const spans = recovered(runtime.files);
          expect(spans.slice(-2)).toMatchObject([
            { name: "outer", status: "running" },
            { name: "inner", status: "running", metadata: { a: 1 } },
          ]);
        }))
    );
  });

  test("an open span is told when the turn ends, and its end afterwards", async () => {
    const { recorder, runtime, inside, lines } = busy();
    let finish = () => {};
    const done = inside(() =>
      runSpan(recorder, "open", {}, () => new Promise<void>((resolve) => finish = resolve))
    );
    runtime.endTurn();
    expect(lines(journal).filter(({ name }) => name === "open")).toHaveLength(1);
    finish();
    await done;
    runtime.endTurn();
    const end = lines(journal).at(-1);
    expect(end).toMatchObject({ kind: "spans", spans: [{ name: "open", status: "success" }] });
    expect(recovered(runtime.files).at(-1)).toMatchObject({ name: "open", status: "success" });
  });

  test("a trace that ends writes all spans into its file, in the order of their starts", () => {
    const { recorder, runtime, json, files } = desk();
    const id = runTrace(recorder, "op", (trace) => {
      for (let count = 0; count < 1000; count += 1) {
        runSpan(recorder, `${count}`, { count }, () => runSpan(recorder, "in ü", {}, () => {}));
      }
      return trace.id;
    });
    const spans = json(`logs/traces/${id}.json`)["spans"] as Span[];
    expect(spans.map(({ name }) => name)).toEqual(
      Array.from({ length: 1000 }, (_, count) => [`${count}`, "in ü"]).flat(),
    );
    runtime.endTurn();
    expect(files().filter((file) => file.includes("journal"))).toEqual([]);
  });

  test("a full disk keeps even a long journal whole", () => {
    const { recorder, runtime } = desk({}, { pid: 77 });
    runtime.files.fail({ operation: "writeFileExclusive", code: "ENOSPC" });
    runTrace(recorder, "op", () => {
      for (let count = 0; count < 1000; count += 1) runSpan(recorder, "s", {}, () => {});
    }, { traceId: "tr_fast" });
    runtime.files.clearFaults();
    expect(recovered(runtime.files)).toHaveLength(1000);
  });
});
