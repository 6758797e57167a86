import { describe, expect, test } from "vitest";
import type { LlmRequest, LlmUsage } from "../../lib/format/mod.ts";
import { builtInPrice, runLlmCall } from "../../lib/record/mod.ts";
import { normaliseUsage } from "../../lib/record/llm_usage.ts";
import { priceRows, priceSource, priceVersion } from "../../lib/record/price_data.ts";
import { desk } from "./fixture.ts";

function cost(
  provider: string,
  model: string,
  usage: LlmUsage,
  { request = {}, day = "2025-11-18" }: { request?: LlmRequest; day?: string } = {},
) {
  const call = { provider, model, usage, request, started_at: Date.parse(`${day}T12:00:00Z`) };
  return builtInPrice(call)?.cost_usd ?? null;
}

const million = { input_tokens: 1_000_000, output_tokens: 1_000_000 };
const hundredth = { input_tokens: 10_000, output_tokens: 10_000 };

describe("builtInPrice", () => {
  test("adds input and output, and says whose prices it takes", () => {
    expect(cost("openai", "gpt-4o", million)).toBe(12.5);
    expect(cost("anthropic", "claude-3-5-haiku-20241022", million)).toBe(4.8);
    const call = { provider: "openai", model: "gpt-4o", usage: million, request: {} };
    expect(builtInPrice({ ...call, started_at: 0 })?.price)
      .toEqual({ source: priceSource, version: priceVersion });
    expect(priceVersion).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("prices Anthropic's cache tiers, whose tokens its own input count leaves out", () => {
    const usage = normaliseUsage({
      input_tokens: 1000,
      output_tokens: 100,
      cache_read_input_tokens: 20_000,
      cache_creation_input_tokens: 3000,
      cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
    }, true);
    expect(usage).toMatchObject({ input_tokens: 24_000, cache_creation_1h_input_tokens: 2000 });
    const expected = (1000 * 3 + 20_000 * 0.3 + 1000 * 3.75 + 2000 * 6 + 100 * 15) / 1e6;
    expect(cost("anthropic", "claude-3-7-sonnet-latest", usage)).toBeCloseTo(expected, 9);
  });

  test("a long input is dearer, and a price holds from its day on", () => {
    const long = { input_tokens: 200_001, output_tokens: 1000 };
    const model = "claude-opus-4-6";
    expect(cost("anthropic", model, { ...long, input_tokens: 200_000 })).toBe(1.025);
    expect(cost("anthropic", model, long)).toBeCloseTo((200_001 * 10 + 1000 * 37.5) / 1e6, 9);
    expect(cost("anthropic", model, long, { day: "2026-03-13" }))
      .toBeCloseTo((200_001 * 5 + 1000 * 25) / 1e6, 9);
  });

  test("knows providers by their other names, and whose models a host serves", () => {
    expect(cost("azure.ai.openai", "gpt-4o", million)).toBe(12.5);
    expect(cost("gcp.vertex_ai", "claude-3-5-haiku@20241022", million)).toBe(4.8);
    expect(cost("mistral_ai", "mistral-large-latest", hundredth)).not.toBeNull();
    expect(cost("xai", "grok-3", hundredth)).not.toBeNull();
  });

  test("what is unknown stays null", () => {
    expect(cost("ollama", "llama3", million)).toBeNull();
    expect(cost("openai", "gpt-99", million)).toBeNull();
    expect(cost("openai", "x".repeat(10_000), million)).toBeNull();
    expect(cost("openai", "gpt-4o", { input_tokens: 5 })).toBeNull();
    expect(cost("openai", "gpt-4o", {})).toBeNull();
    const audio = { contents: [{ parts: [{ inlineData: { mimeType: "audio/wav" } }] }] };
    expect(cost("google", "gemini-2.5-flash", hundredth)).not.toBeNull();
    expect(cost("google", "gemini-2.5-flash", hundredth, { request: audio })).toBeNull();
  });

  test("every row can be read, and its prices are plain", () => {
    for (const line of priceRows.trim().split("\n")) {
      const [provider, names, dated] = JSON.parse(line);
      expect(provider, line).toMatch(/^[a-z-]+$/);
      for (const name of names) expect(name, line).toMatch(/^[=^*$/]./);
      for (const [from, ...prices] of dated) {
        expect(from, line).toMatch(/^$|^\d{4}-\d\d-\d\d$/);
        for (const price of prices.flat()) {
          if (price !== null) expect(price, line).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });
});

test("a call is priced without being told how, and not where that is switched off", async () => {
  const call = { provider: "openai", model: "gpt-4o", request: { prompt: "hi" } };
  const answer = () =>
    Promise.resolve({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 100 } });
  const costs = async (at: ReturnType<typeof desk>) => {
    await runLlmCall(at.recorder, call, answer);
    const file = at.files().find((name) => name.includes("llm_transcripts"));
    const { cost_usd, price } = at.json(file!);
    return { cost_usd, price };
  };
  expect(await costs(desk())).toEqual({
    cost_usd: 0.0035,
    price: { source: priceSource, version: priceVersion },
  });
  expect(await costs(desk({ price: false }))).toEqual({ cost_usd: null, price: null });
});
