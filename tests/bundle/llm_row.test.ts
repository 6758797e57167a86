import { describe, expect, test } from "vitest";
import { llmRow, previewCharsMax } from "../../lib/bundle/llm_row.ts";
import type { LlmTranscript } from "../../lib/format/mod.ts";
import { llmCall } from "../analyse/records.ts";

const row = (values: Partial<LlmTranscript>) => llmRow(llmCall(values), "f.json", [0, 0, 9]);

describe("llmRow", () => {
  test("finds the last thing the user said, in any provider's shape", () => {
    const messages = [
      { role: "user", content: "First" },
      { role: "assistant", content: "Sure" },
      { role: "user", content: [{ type: "text", text: "Then" }, { type: "text", text: "this" }] },
      { role: "user", content: [{ type: "image", source: {} }] },
      { role: "assistant", content: "…" },
      null,
    ];
    expect(row({ request: { messages } }).prompt_preview).toBe("Then this");
    expect(row({ request: { prompt: "Just  this\nline" } }).prompt_preview).toBe("Just this line");
    expect(row({ request: { input: "As text" } }).prompt_preview).toBe("As text");
    const input = [{ role: "user", content: [{ type: "input_text", text: "In parts" }] }];
    expect(row({ request: { input } }).prompt_preview).toBe("In parts");
    const contents = [{ role: "user", parts: [{ text: "For Gemini" }] }];
    expect(row({ request: { contents } }).prompt_preview).toBe("For Gemini");
    expect(row({ request: {} }).prompt_preview).toBe("");
  });

  test("shortens previews on whole characters", () => {
    const { response_preview } = row({ response: { content: "😀".repeat(300) } });
    expect([...response_preview].length).toBe(previewCharsMax);
    expect(response_preview).toBe(`${"😀".repeat(previewCharsMax - 1)}…`);
    const fits = "y".repeat(previewCharsMax);
    expect(row({ response: { content: ` ${fits} ` } }).response_preview).toBe(fits);
    const padded = `start${" ".repeat(5000)}end`;
    expect(row({ response: { content: padded } }).response_preview).toBe("start…");
  });

  test("tells failed and aborted calls apart", () => {
    const error = { type: "overloaded", status: 529, message: "", retry_after_ms: null };
    expect(row({ error, response: null })).toMatchObject({ outcome: "error", error: "overloaded" });
    const stream = { chunks: 2, time_to_first_chunk_ms: 31, aborted: true };
    expect(row({ stream }))
      .toMatchObject({ outcome: "aborted", streamed: true, time_to_first_chunk_ms: 31 });
    expect(row({ stream, status: "running" })).toMatchObject({ outcome: "running" });
    expect(row({ stream: null })).toMatchObject({ outcome: "ok", streamed: false, error: null });
  });
});
