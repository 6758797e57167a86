import { describe, expect, test } from "vitest";
import { callOutcome, isFailedOutcome, isFailure } from "../../lib/analyse/mod.ts";
import type { LlmTranscript } from "../../lib/format/mod.ts";
import { llmCall } from "./records.ts";

const stream = { chunks: 2, time_to_first_chunk_ms: 5 };
const error = { type: "RateLimitError", message: "Too many", status: 429 };

describe("callOutcome", () => {
  test.each<[string, Partial<LlmTranscript>, string, boolean]>([
    ["answered", {}, "ok", false],
    ["refused", { error } as Partial<LlmTranscript>, "error", true],
    [
      "broken off",
      { stream: { ...stream, aborted: true } } as Partial<LlmTranscript>,
      "aborted",
      true,
    ],
    ["without an end", { status: "running" }, "running", false],
    ["refused while it ran", { error, status: "running" } as Partial<LlmTranscript>, "error", true],
  ])("a call that was %s", (_name, values, outcome, failed) => {
    const call = llmCall(values);
    expect(callOutcome(call)).toBe(outcome);
    expect(isFailure.call(call)).toBe(failed);
    expect(isFailedOutcome(callOutcome(call))).toBe(failed);
  });
});

describe("isFailure", () => {
  test("lines at ERROR and CRITICAL, and traces that ended in an error", () => {
    const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
    expect(levels.filter((level) => isFailure.log({ level }))).toEqual(["ERROR", "CRITICAL"]);
    const statuses = ["success", "error", "running"] as const;
    expect(statuses.filter((status) => isFailure.trace({ status }))).toEqual(["error"]);
  });
});
