import { describe, expect, test } from "vitest";
import { stateDiff } from "../../lib/format/kind_examples.ts";
import {
  logBytes,
  type QueryKind,
  queryKinds,
  queryRecords,
  readRecord,
  type RecordQuery,
  sourced,
} from "../../lib/query/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { all, sessionWith, type Tree } from "../store/fixtures.ts";
import {
  at,
  busyTrace,
  innerTrace,
  line,
  logLines,
  otherTrace,
  recordedFiles,
} from "./recorded.ts";

const recorded = (more: Tree = {}) => sessionWith({ ...recordedFiles() as Tree, ...more }, "demo");

async function ask<Kind extends QueryKind>(
  session: StoredSession,
  kind: Kind,
  query: RecordQuery = {},
) {
  return (await all(queryRecords(session, kind, query))).map(sourced);
}

/** What identifies a record of any kind. */
async function places(session: StoredSession, kind: QueryKind, query: RecordQuery = {}) {
  return (await ask(session, kind, query))
    .map(({ source: { file, line } }) =>
      `${file.replace("logs/", "")}${line === undefined ? "" : `:${line}`}`
    );
}

describe("queryRecords", () => {
  const session = recorded();

  test("every kind gives its records with where they stand, by time", async () => {
    const found: Record<string, string[]> = {};
    for (const kind of queryKinds) found[kind] = await places(session, kind);
    expect(found).toEqual({
      logs: logLines.map((_, index) => `planloop.jsonl:${index + 1}`),
      llm: [busyTrace, otherTrace].map((id) => `llm_transcripts/${id}_llm.json`),
      traces: [
        `traces/${busyTrace}.json`,
        `traces/${innerTrace}.journal.jsonl`,
        `traces/${otherTrace}.json`,
      ],
      diffs: [`diffs/${busyTrace}_diff.json`],
      performance: [1, 2, 3].map((line) => `performance.jsonl:${line}`),
      errors: [
        `errors/${busyTrace}_error.json`,
        `errors/${busyTrace}_error_002.json`,
        `errors/${otherTrace}_error.json`,
      ],
      locks: ["planloop.jsonl:2", "planloop.jsonl:4"],
      problems: ["state.json", "PLAN.md"],
    });
  });

  test("changes of the state within one millisecond come by the versions they left", async () => {
    const change = (version: number) => ({
      [`logs/diffs/tr_${9 - version}_diff.json`]: {
        ...stateDiff,
        timestamp: at(8),
        changes: { version: { old: version - 1, new: version } },
      },
    });
    const session = sessionWith({ ...change(3), ...change(1), ...change(2) }, "demo");
    expect(await places(session, "diffs"))
      .toEqual([8, 7, 6].map((name) => `diffs/tr_${name}_diff.json`));
    expect(await places(session, "diffs", { tail: 1 })).toEqual(["diffs/tr_6_diff.json"]);
  });

  test("a record is given as it was recorded, with all its keys", async () => {
    const files = recordedFiles();
    const file = `logs/llm_transcripts/${busyTrace}_llm.json`;
    const [call] = await ask(session, "llm");
    expect(call).toEqual({ ...files[file] as object, source: { session_id: "demo", file } });
    const [first] = await ask(session, "logs");
    const source = { session_id: "demo", file: "logs/planloop.jsonl", line: 1 };
    expect(first).toEqual({ ...JSON.parse(logLines[0]!), source });
  });

  test("an error has the fault's name: equal for two of one fault", async () => {
    const [first, second, other] = await ask(session, "errors");
    expect(first!.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(second!.fingerprint).toBe(first!.fingerprint);
    expect(other!.fingerprint).not.toBe(first!.fingerprint);
  });

  test("trace limits every kind that has traces", async () => {
    const query = { trace: otherTrace };
    const counts = await Promise.all(
      queryKinds.map(async (kind) => [kind, (await ask(session, kind, query)).length] as const),
    );
    expect(Object.fromEntries(counts)).toMatchObject({
      logs: 2,
      llm: 1,
      traces: 1,
      diffs: 0,
      performance: 1,
      errors: 1,
      locks: 1,
    });
  });

  test.each<[QueryKind, RecordQuery, string[]]>([
    ["logs", { since: Date.parse(at(7)) }, ["planloop.jsonl:8", "planloop.jsonl:9"]],
    ["logs", { until: Date.parse(at(1)) }, ["planloop.jsonl:1"]],
    ["logs", { level: "WARNING" }, ["planloop.jsonl:8", "planloop.jsonl:9"]],
    ["logs", { operation: "total" }, ["planloop.jsonl:8"]],
    ["logs", { event: "lock_acquired" }, ["planloop.jsonl:3", "planloop.jsonl:7"]],
    ["logs", { text: "IT FAILED" }, ["planloop.jsonl:8"]],
    ["logs", { text: '"carts.json"' }, ["planloop.jsonl:5"]],
    ["logs", { text: '{"path":"data/' }, ["planloop.jsonl:5"]],
    // A trace's id is neither message nor context.
    ["logs", { text: busyTrace }, []],
    ["logs", { level: "ERROR", trace: busyTrace, tail: 5 }, ["planloop.jsonl:8"]],
    // A running trace and one that still went on then belong to the time; an ended one does not.
    ["traces", { since: Date.parse(at(9)), until: Date.parse(at(12)) }, [
      `traces/${busyTrace}.json`,
      `traces/${innerTrace}.journal.jsonl`,
    ]],
    ["llm", { since: Date.parse(at(6)), until: Date.parse(at(7)) }, [
      `llm_transcripts/${busyTrace}_llm.json`,
    ]],
    ["llm", { since: Date.parse(at(7)), until: Date.parse(at(8)) }, []],
    ["errors", { text: "NO ANSWER" }, [`errors/${otherTrace}_error.json`]],
    ["performance", { operation: "llm.latency", tail: 1 }, ["performance.jsonl:3"]],
    // It was asked for before, but waited until then.
    ["locks", { since: Date.parse(at(6)), operation: "update", text: '"second"' }, [
      "planloop.jsonl:4",
    ]],
  ])("%s %j", async (kind, query, expected) => {
    expect(await places(session, kind, query)).toEqual(expected);
  });

  test.each(queryKinds)("tail gives the last of %s, in their order", async (kind) => {
    const everything = await places(session, kind);
    for (const tail of [0, 1, 2, everything.length, everything.length + 1]) {
      const expected = tail === 0 ? [] : everything.slice(-tail);
      expect(await places(session, kind, { tail }), String(tail)).toEqual(expected);
    }
  });

  test("tail refuses what is no count", async () => {
    await expect(ask(session, "logs", { tail: -1 })).rejects.toThrow("0 or more");
  });

  test("an aborted signal stops each kind with its reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    for (const kind of queryKinds) {
      await expect(ask(session, kind, { signal }), kind).rejects.toThrow("enough");
    }
  });

  test("a session without anything has nothing", async () => {
    const empty = sessionWith({});
    for (const kind of queryKinds.filter((one) => one !== "problems")) {
      expect(await ask(empty, kind), kind).toEqual([]);
    }
  });

  test("what is damaged is left to the problems; the rest is given", async () => {
    const damaged = recorded({
      "logs/planloop.jsonl": `${logLines[0]}\n{"timestamp":"2026\n${logLines[1]}\n`,
      [`logs/errors/${busyTrace}_error.json`]: "{not json",
    });
    expect(await places(damaged, "logs")).toEqual(["planloop.jsonl:1", "planloop.jsonl:3"]);
    expect(await ask(damaged, "errors")).toHaveLength(2);
    const problems = (await ask(damaged, "problems")).filter(({ lost }) => lost);
    expect(problems.map(({ file, line }) => [file, line])).toEqual(expect.arrayContaining([
      ["logs/planloop.jsonl", 2],
      [`logs/errors/${busyTrace}_error.json`, undefined],
    ]));
    expect(problems[0]!.source).toMatchObject({ session_id: "demo" });
  });
});

describe("queryRecords: lines of other programs", () => {
  const python = '{"timestamp": "2026-11-20T10:15:01.250000+00:00", "event": "lock_requested", ' +
    '"trace_id": "tr_1", "operation": "update", "lock_entry_id": "x"}';
  const odd = '{"timestamp":"soon","level":"loud","message":"hm","context":3,"session_id":7}';

  test("have the keys of a line that planloop wrote", async () => {
    const session = sessionWith({ "logs/planloop.jsonl": `${python}\n` }, "demo");
    const [record] = await ask(session, "logs");
    expect(record).toEqual({
      timestamp: "2026-11-20T10:15:01.250Z",
      level: "INFO",
      trace_id: "tr_1",
      session_id: "demo",
      operation: "update",
      message: "",
      context: {},
      duration_ms: null,
      event: "lock_requested",
      lock_entry_id: "x",
      source: { session_id: "demo", file: "logs/planloop.jsonl", line: 1 },
    });
  });

  test("keep what did not fit its key", async () => {
    const session = sessionWith({ "logs/planloop.jsonl": `${odd}\n` }, "demo");
    const [record] = await ask(session, "logs");
    expect(record).toMatchObject({
      timestamp: null,
      level: "INFO",
      message: "hm",
      context: {},
      session_id: "demo",
      as_given: { timestamp: "soon", level: "loud", context: 3, session_id: 7 },
    });
  });

  test("logBytes copies planloop's own lines and brings the others into their form", async () => {
    const log = [line(1, "one"), python, line(2, "zwei – „drei“"), line(3, "three"), odd];
    const session = sessionWith({ "logs/planloop.jsonl": `${log.join("\n")}\n` }, "demo");
    const pieces = await all(logBytes(session));
    const lines = new TextDecoder().decode(joined(pieces)).split("\n");
    expect([lines[0], lines[2], lines[3]]).toEqual([log[0], log[2], log[3]]);
    const others = (await ask(session, "logs")).map(({ source: _, ...json }) => json);
    expect(lines.slice(0, 5).map((text) => JSON.parse(text))).toEqual(others);
    expect(lines.slice(5)).toEqual([""]);
  });

  test("logBytes of planloop's own log is the log", async () => {
    const log = `${logLines.join("\n")}\n`;
    const session = sessionWith({ "logs/planloop.jsonl": log }, "demo");
    expect(new TextDecoder().decode(joined(await all(logBytes(session))))).toBe(log);
    const last = await all(logBytes(session, { tail: 2, level: "WARNING" }));
    expect(new TextDecoder().decode(joined(last))).toBe(`${logLines.slice(-2).join("\n")}\n`);
  });
});

describe("readRecord", () => {
  const session = recorded({
    "logs/diffs/001_pre.json": { version: 1 },
    "logs/diffs/001_post.json": { version: 2 },
  });

  test("gives each record again by its file", async () => {
    for (const kind of ["traces", "llm", "errors", "diffs"] as const) {
      const records = await ask(session, kind);
      expect(records.length).toBeGreaterThan(0);
      for (const record of records) {
        const again = await readRecord(session, kind, record.source.file);
        expect(again && sourced(again)).toEqual(record);
      }
    }
  });

  test("knows nothing of other files, in the folder or outside", async () => {
    const other = `logs/errors/${busyTrace}_error.json`;
    for (const file of [other, "logs/traces/none.json", "logs/traces/../../state.json", "", "x"]) {
      expect(await readRecord(session, "traces", file), file).toBeNull();
    }
  });
});

describe("queryRecords: more files than are held", () => {
  test("those are read again, with the same answer", async () => {
    const big = "x".repeat(9 * 1024 * 1024);
    const files: Tree = {};
    for (let second = 0; second < 6; second++) {
      // The later a file's name, the earlier its time.
      files[`logs/llm_transcripts/tr_${9 - second}_llm.json`] = {
        trace_id: `tr_${9 - second}`,
        timestamp: at(second),
        request: { prompt: big },
        response: null,
      };
    }
    const session = sessionWith(files);
    const times: (string | undefined)[] = [];
    for await (const record of queryRecords(session, "llm")) times.push(record.json().timestamp);
    expect(times).toEqual([0, 1, 2, 3, 4, 5].map(at));
  });
});

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}
