import { describe, expect, test } from "vitest";
import {
  check,
  type ErrorReport,
  errorReportSchema,
  type StackFrame,
} from "../../lib/format/mod.ts";
import {
  captureError,
  parseStack,
  runSpan,
  runTrace,
  wrapWithCapture,
  writeLockEvent,
} from "../../lib/record/mod.ts";
import { systemFiles } from "../../lib/runtime/mod.ts";
import { desk, folder } from "./fixture.ts";

function reports({ files, json }: ReturnType<typeof desk>) {
  const all = files().filter((file) => file.endsWith("_error.json") || /_error_\d+/.test(file)).map(
    json,
  );
  for (const one of all) expect(check(errorReportSchema, one)).toEqual([]);
  return all;
}

describe("wrapWithCapture", () => {
  test("reports variables of all enclosing spans, across await, and throws the same object", async () => {
    const at = desk();
    const error = new TypeError("no id", { cause: new RangeError("why") });
    const wrapped = wrapWithCapture(
      () => at.recorder,
      async function applyPatch(task: number, patch: object) {
        await Promise.resolve();
        if (task === 5) throw error;
        return patch;
      },
      { locals: () => ({ limit: 3, password: "correct horse" }) },
    );
    await expect(
      runTrace(at.recorder, "update", (trace) => {
        trace.set({ attempt: 1 });
        return runSpan(at.recorder, "apply", { file: "a" }, async (span) => {
          await Promise.resolve();
          span.set({ goal: "fix" });
          await wrapped(5, { a: undefined });
        });
      }),
    ).rejects.toBe(error);
    const [report] = reports(at);
    expect(report).toMatchObject({
      error_type: "TypeError",
      function: "applyPatch",
      operation: "update",
      local_variables: { task: 5, patch: { a: "[undefined]" }, attempt: 1, goal: "fix", limit: 3 },
      locals_source: "scope",
      arguments: [5, { a: "[undefined]" }],
      causes: [{ error_type: "RangeError", relation: "cause" }],
      open_spans: [{ name: "apply", variables: { goal: "fix" } }],
      state_snapshot_path: null,
      llm_transcript_link: null,
    });
    expect(JSON.stringify(report)).not.toContain("correct horse");
    const hidden = Object.getOwnPropertyDescriptor(error, "__error_context__");
    expect(hidden?.enumerable).toBe(false);
    expect(hidden?.value).toMatchObject({ trace_id: report!["trace_id"] });
    expect(Object.keys(error)).toEqual([]);
    expect(at.lines("logs/planloop.jsonl").at(-1)).toMatchObject({
      level: "ERROR",
      event: "error_captured",
    });
  });

  test("leaves what succeeds alone, keeps this and the name, and reports one object once", () => {
    const at = desk();
    const thing = {
      n: 2,
      twice: wrapWithCapture(() => at.recorder, function twice(this: { n: number }, by: number) {
        if (by < 0) throw new Error("negative");
        return this.n * by;
      }),
    };
    expect(thing.twice(4)).toBe(8);
    expect(thing.twice.name).toBe("twice");
    const outer = wrapWithCapture(() => at.recorder, () => thing.twice(-1));
    expect(outer).toThrow("negative");
    expect(reports(at)).toHaveLength(1);
    expect(reports(at)[0]).toMatchObject({
      locals_source: "arguments",
      local_variables: { by: -1 },
    });
  });

  test("without a recorder the error just passes", () => {
    expect(wrapWithCapture(() => undefined, () => {
      throw new Error("x");
    })).toThrow("x");
  });
});

describe("captureError", () => {
  test("takes anything that was thrown", () => {
    const at = desk();
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    for (const thrown of ["text", null, undefined, 7, cyclic, Object.freeze(new Error("frozen"))]) {
      expect(captureError(at.recorder, thrown)).toMatch(/^logs\/errors\//);
    }
    expect(reports(at).map((one) => one["error_type"]).sort())
      .toEqual(["Error", "Object", "null", "number", "string", "undefined"]);
  });

  test("lists the chain of causes and the members of aggregate errors, cycles included", () => {
    const at = desk();
    const inner = new Error("inner");
    const all = new AggregateError(
      [new TypeError("a"), new RangeError("b", { cause: inner })],
      "all",
    );
    inner.cause = all;
    captureError(at.recorder, new Error("top", { cause: all }));
    expect(reports(at)[0]).toMatchObject({
      causes: [
        { error_type: "AggregateError", relation: "cause" },
        { error_type: "TypeError", relation: "cause.errors[0]" },
        { error_type: "RangeError", relation: "cause.errors[1]" },
        { error_type: "Error", relation: "cause.errors[1].cause" },
      ],
    });
  });

  test("keeps an error's own members and those of its causes, redacted", () => {
    const at = desk();
    const refused = Object.assign(new Error("connect ECONNREFUSED"), {
      code: "ECONNREFUSED",
      syscall: "connect",
      port: 443,
    });
    const failed = Object.assign(new Error("no answer", { cause: refused }), {
      status: 503,
      headers: { authorization: "Bearer sk-proj-abcdefghijklmnopqrstuvwx" },
    });
    Object.defineProperty(failed, "broken", {
      get: () => {
        throw new Error("no");
      },
      enumerable: true,
    });
    captureError(at.recorder, failed);
    const [report] = reports(at) as unknown as ErrorReport[];
    expect(report!.error_properties).toMatchObject({
      status: 503,
      broken: "[getter threw: Error: no]",
    });
    expect(JSON.stringify(report)).not.toContain("abcdefghijklmnop");
    expect(report!.causes![0]!.error_properties)
      .toEqual({ code: "ECONNREFUSED", syscall: "connect", port: 443 });
    captureError(at.recorder, new Error("plain"));
    expect(reports(at).filter((one) => "error_properties" in one)).toHaveLength(1);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(captureError(at.recorder, proxy)).toMatch(/^logs\/errors\//);
  });

  test("keeps the items of a thrown list or of bytes in the message alone", () => {
    // As members they would be named one by one: ten million of them.
    for (
      const [thrown, message] of [
        [["a", { code: 1 }], '["a",{"code":1}]'],
        [new Uint8Array(10_000_000), '"[Uint8Array of 10000000 bytes]"'],
      ]
    ) {
      const at = desk();
      captureError(at.recorder, thrown);
      const [report] = reports(at);
      expect(report).toMatchObject({ error_message: message });
      expect(report).not.toHaveProperty("error_properties");
    }
  });

  test("copies the state without its secrets, names transcripts and held locks", () => {
    const at = desk();
    const secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    at.runtime.files.writeFileAtomic(
      `${folder}/state.json`,
      JSON.stringify({ note: `t ${secret}` }),
    );
    at.runtime.files.createDirectory(`${folder}/logs/llm_transcripts`);
    for (const name of ["tr_a_llm.json", "tr_a_llm_002.json", "tr_ab_llm.json"]) {
      at.runtime.files.writeFileAtomic(`${folder}/logs/llm_transcripts/${name}`, "{}");
    }
    writeLockEvent(at.recorder, {
      event: "lock_acquired",
      lock_entry_id: "e",
      operation: "update",
    });
    at.runtime.advance(9);
    runTrace(at.recorder, "op", () => captureError(at.recorder, new Error("x")), {
      traceId: "tr_a",
    });
    const report = at.json("logs/errors/tr_a_error.json");
    expect(report).toMatchObject({
      state_snapshot_path: "logs/errors/tr_a_state.json",
      llm_transcript_link: [
        "logs/llm_transcripts/tr_a_llm.json",
        "logs/llm_transcripts/tr_a_llm_002.json",
      ],
      held_locks: [{ lock_entry_id: "e", operation: "update", held_ms: 9 }],
    });
    expect(at.text("logs/errors/tr_a_state.json")).not.toContain(secret);
  });

  test("a locals function that throws, and a full disk, do not reach the host", () => {
    const at = desk();
    const locals = () => {
      throw new Error("no locals");
    };
    expect(captureError(at.recorder, new Error("x"), { locals })).not.toBeNull();
    at.runtime.files.fail({ operation: "writeFileExclusive", code: "ENOSPC" });
    expect(captureError(at.recorder, new Error("y"))).toBeNull();
    expect(at.runtime.process.warnings).toHaveLength(1);
  });
});

test("parseStack gives this file's frames, outermost first", () => {
  function innermost() {
    return new Error("here");
  }
  const frames = parseStack(innermost());
  const last = frames.at(-1) as StackFrame;
  expect(last.function).toContain("innermost");
  expect(last.file).toContain("error_report.test.ts");
  expect(systemFiles().exists(last.file)).toBe(true);
  expect(last.line).toBeGreaterThan(100);
  expect(parseStack("no error")).toEqual([]);
  expect(
    parseStack({
      stack:
        "Error: x\n    at async run (file:///a/b.ts:3:4)\n    at <anonymous>\n    at /c.js:1:2",
    }),
  )
    .toEqual([
      { file: "/c.js", line: 1, column: 2, function: "<anonymous>", code: "" },
      { file: "/a/b.ts", line: 3, column: 4, function: "run", code: "" },
    ]);
});
