import { describe, expect, test } from "vitest";
import {
  callsNote,
  costNote,
  type LlmTotals,
  tokenFigure,
  tokenNote,
  tracesNote,
  writeBundle,
} from "../../lib/bundle/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { errorReport, llmCall, logRecord, trace } from "../analyse/records.ts";
import { listSource, type SourceLists } from "./list_source.ts";

async function headerOf(lists: SourceLists) {
  const { header } = await writeBundle(listSource(lists), () => {}, {
    deflate: systemRuntime().deflateRaw,
    planloopVersion: "0.0.0",
    inputs: () => Promise.resolve([]),
  });
  return header;
}

const unknown = { content: "…", usage: null } as never;

describe("failures in a header", () => {
  test("a trace has failed where anything in it has, whatever its own status", async () => {
    const { counts } = await headerOf({
      log: [
        logRecord({ trace_id: "line", level: "ERROR" }),
        logRecord({ trace_id: "fine" }),
      ],
      traces: [
        trace([], { trace_id: "fine" }),
        trace([], { trace_id: "itself", status: "error" }),
        trace([], { trace_id: "line" }),
        trace([], { trace_id: "open", status: "running" }),
      ],
      calls: [
        llmCall({ trace_id: "call", error: { type: "E", message: "", status: null } as never }),
      ],
      errors: [errorReport({ trace_id: "report" })],
    });
    expect(counts).toMatchObject({ traces: 6, traces_failed: 4, traces_open: 1 });
    expect(tracesNote(counts)).toBe("something failed in 4, 1 never ended");
    expect(tracesNote({ ...counts, traces_failed: 0, traces_open: 0 })).toBe("nothing failed");
  });

  test("a call that never ended has not failed", async () => {
    const { counts, findings } = await headerOf({ calls: [llmCall({ status: "running" })] });
    expect(counts).toMatchObject({ llm_calls: 1, llm_failed: 0, llm_open: 1, traces_failed: 0 });
    expect(callsNote(counts)).toBe("none failed, 1 never ended");
    expect(findings[0]!.title).toBe("Never ended: a call of claude-test-1");
  });
});

describe("tokens", () => {
  test("are unknown where no call tells them, and 0 without calls", async () => {
    const { llm } = await headerOf({ calls: [llmCall({ response: unknown })] });
    expect(llm).toMatchObject({ input_tokens: null, output_tokens: null, tokens_unknown: 1 });
    expect([tokenFigure(llm).text, tokenNote(llm)]).toEqual(["unknown", "no call tells them"]);
    const none = (await headerOf({})).llm;
    expect([tokenFigure(none).text, tokenNote(none)]).toEqual(["0", "no calls"]);
  });

  test("are at least what is known where some calls do not tell", async () => {
    const { llm } = await headerOf({ calls: [llmCall(), llmCall({ response: unknown })] });
    expect(tokenFigure(llm)).toEqual({ text: "120", atLeast: true });
    expect(tokenNote(llm)).toBe("100 in, 20 out; unknown of 1 call");
  });

  test.each<[Partial<LlmTotals>, string]>([
    [{ cost_usd: 1, cost_unknown: 0 }, "all prices known"],
    [{ cost_usd: 1, cost_unknown: 3 }, "3 without a price"],
    [{ cost_usd: null, cost_unknown: 3 }, "no price known"],
  ])("cost %j: %s", (totals, words) => {
    expect(costNote(totals as LlmTotals, 3)).toBe(words);
    expect(costNote(totals as LlmTotals, 0)).toBe("no calls");
  });
});
