/**
 * The sample's model calls: streamed, retried, failed, aborted, with tools, of several providers.
 *
 * @module
 */

import type { LlmTranscript } from "../../lib/format/mod.ts";
import { bidi, closers, controls, scriptTag } from "./hostile.ts";
import { attempt, call, limited, overloaded, system, tools } from "./llm_call.ts";
import { ids } from "./traces.ts";

const calls: LlmTranscript[] = [
  call(1_222, 4_480.2, {
    trace_id: ids.plan,
    operation: "plan",
    span_id: `${ids.plan.slice(-6)}-2`,
    request: {
      system,
      messages: [{
        role: "user",
        content: "Customers are charged twice when a webhook is retried. Plan the fix.",
      }],
      tools,
      max_tokens: 4096,
      temperature: 0.2,
    },
    response: {
      content: [
        { type: "text", text: "I will read the retry code before I plan." },
        { type: "tool_use", id: "toolu_01", name: "read_file", input: { path: "src/retry.ts" } },
      ],
      stop_reason: "tool_use",
      usage: { input_tokens: 1_812, output_tokens: 96, cache_creation_input_tokens: 1_400 },
    },
    cost_usd: 0.006876,
    stream: { chunks: 22, time_to_first_chunk_ms: 612.4, aborted: false },
    rate_limit: {
      requests_limit: 50,
      requests_remaining: 49,
      requests_reset_ms: 60_000,
      tokens_limit: 40_000,
      tokens_remaining: 38_188,
    },
  }),
  call(5_720, 4_390, {
    trace_id: ids.plan,
    operation: "plan",
    call_index: 2,
    span_id: `${ids.plan.slice(-6)}-2`,
    request: {
      system,
      messages: [
        {
          role: "user",
          content: "Customers are charged twice when a webhook is retried. Plan the fix.",
        },
        {
          role: "assistant",
          content: [{ type: "text", text: "I will read the retry code before I plan." }, {
            type: "tool_use",
            id: "toolu_01",
            name: "read_file",
            input: { path: "src/retry.ts" },
          }],
        },
        {
          role: "user",
          content: [{
            type: "tool_result",
            tool_use_id: "toolu_01",
            content:
              "export async function retry(event: WebhookEvent) {\n  for (;;) {\n    await deliver(event);\n  }\n}",
          }],
        },
      ],
      tools,
      max_tokens: 4096,
    },
    response: {
      content:
        '{"tasks":[{"title":"Reproduce the duplicate webhook delivery","type":"investigate"},{"title":"Write a failing test for the retry window","type":"test"}]}',
      stop_reason: "end_turn",
      usage: { input_tokens: 2_407, output_tokens: 611, cache_read_input_tokens: 1_400 },
    },
    cost_usd: 0.012606,
    stream: { chunks: 148, time_to_first_chunk_ms: 498.9, aborted: false },
  }),
  call(15_140, 17_420, {
    trace_id: ids.suggest,
    operation: "suggest",
    span_id: `${ids.suggest.slice(-6)}-9`,
    request: {
      system,
      messages: [{
        role: "user",
        content: `Here are 412 files.\n${
          "src/retry.ts: exports retry(), delay(), park()\n".repeat(40)
        }Suggest the next tasks.`,
      }],
      max_tokens: 8192,
    },
    response: {
      content:
        "Four tasks follow.\n\n1. Persist the idempotency key before the first attempt.\n2. Back off with jitter after a 429.\n3. Alert when the dead-letter queue grows.\n4. Document the policy.",
      stop_reason: "end_turn",
      usage: { input_tokens: 31_240, output_tokens: 1_204, reasoning_tokens: 640 },
    },
    cost_usd: 0.11178,
    stream: { chunks: 402, time_to_first_chunk_ms: 820, aborted: false },
  }),
  call(120_900, 25_190, {
    trace_id: ids.rateLimited,
    operation: "suggest",
    span_id: `${ids.rateLimited.slice(-6)}-2`,
    request: { system, messages: [{ role: "user", content: "Suggest how to test the back-off." }] },
    response: {
      content: "Use fake timers, and assert on the distribution of the delays.",
      stop_reason: "end_turn",
      usage: { input_tokens: 2_950, output_tokens: 402 },
    },
    cost_usd: 0.01488,
    attempts: [
      attempt(1, 120_900, 380.1, 429, {
        error: limited("Number of request tokens has exceeded your per-minute rate limit", 4_000),
        retry_delay_ms: 4_000,
      }),
      attempt(2, 125_300, 399.8, 429, {
        error: limited("Number of request tokens has exceeded your per-minute rate limit", 8_000),
        retry_delay_ms: 8_000,
      }),
      attempt(3, 133_720, 12_370, 200),
    ],
    rate_limit: {
      requests_limit: 50,
      requests_remaining: 0,
      requests_reset_ms: 8_000,
      tokens_limit: 40_000,
      tokens_remaining: 0,
      tokens_reset_ms: 8_000,
      retry_after_ms: 8_000,
    },
  }),
  call(165_010, 7_270, {
    trace_id: ids.aborted,
    operation: "refactor",
    span_id: `${ids.aborted.slice(-6)}-1`,
    request: {
      system,
      messages: [{ role: "user", content: "Move the retry policy into its own module." }],
      max_tokens: 16_000,
    },
    response: {
      content: "```ts\nexport class RetryPolicy {\n  constructor(readonly cap",
      stop_reason: null,
      usage: { input_tokens: 5_100 },
    },
    stream: { chunks: 19, time_to_first_chunk_ms: 1_902.6, aborted: true },
    error: {
      type: "AbortError",
      status: null,
      message: "The stream was cancelled by the caller",
      retry_after_ms: null,
    },
  }),
  call(92_800, 30_120, {
    trace_id: ids.tests,
    operation: "diagnose",
    request: { messages: [{ role: "user", content: "expected 1 delivery, got 2. Why?" }] },
    error: overloaded,
    attempts: [1, 2, 3].map((number) =>
      attempt(number, 92_800 + number * 9_000 - 9_000, 900, 500, {
        error: overloaded,
        ...(number < 3 ? { retry_delay_ms: 8_100 } : {}),
      })
    ),
  }),
  call(106_000, 2_110, {
    trace_id: ids.tests,
    operation: "diagnose",
    call_index: 2,
    provider: "openai",
    model: "gpt-5-mini",
    request: {
      messages: [
        { role: "system", content: "You find the cause of failing tests." },
        {
          role: "user",
          content: [{ type: "text", text: "expected 1 delivery, got 2. Why?" }, {
            type: "image_url",
            image_url: { url: "https://evil.example/pixel.png" },
          }],
        },
      ],
      tools: [{
        type: "function",
        function: {
          name: "run_tests",
          parameters: { type: "object", properties: { pattern: { type: "string" } } },
        },
      }],
    },
    response: {
      content: null,
      stop_reason: "tool_calls",
      usage: { input_tokens: 402, output_tokens: 31 },
      tool_calls: [{
        id: "call_9",
        type: "function",
        function: { name: "run_tests", arguments: '{"pattern":"retry window"}' },
      }],
    },
    cost_usd: 0.0001625,
  }),
  call(140_000, 9_800, {
    trace_id: ids.rateLimited,
    operation: "embed",
    call_index: 2,
    provider: "ollama",
    model: "qwen3:8b",
    price: null,
    request: { prompt: "Name three risks of retrying a payment webhook.", temperature: 0 },
    response: {
      content: "1. Double charging\n2. Reordering\n3. Thundering herds",
      usage: { input_tokens: 18, output_tokens: 25 },
    },
  }),
  call(300_100, 640, {
    trace_id: ids.hostile,
    operation: scriptTag,
    model: bidi,
    provider: "custom",
    price: null,
    request: {
      system: closers,
      messages: [{ role: scriptTag, content: `${scriptTag}\n${controls}` }],
      __proto__x: closers,
    },
    response: {
      content: `${closers}\n${bidi}\n${"long ".repeat(4_000)}`,
      usage: { input_tokens: 9, output_tokens: 4_100 },
    },
  }),
  call(336_000, 1_800, {
    trace_id: ids.loadTest,
    operation: "summarise",
    request: { messages: [{ role: "user", content: "Summarise the load test." }] },
    response: {
      content: [{
        type: "thinking",
        thinking: "3 of 9600 failed, all within 400 ms of each other.",
      }, { type: "text", text: "The gateway shed load for 0.4 s." }],
      stop_reason: "end_turn",
      usage: { input_tokens: 880, output_tokens: 120 },
    },
    cost_usd: 0.00444,
  }),
  call(483_200, null, {
    trace_id: ids.running,
    operation: "review",
    span_id: `${ids.running.slice(-6)}-6`,
    request: {
      system,
      messages: [{ role: "user", content: "Review the diff of src/backoff.ts." }],
    },
    response: {
      content: "The jitter is full, which is right. However, the cap is applied af",
      usage: {},
    },
    stream: { chunks: 31, time_to_first_chunk_ms: 702, aborted: true },
    attempts: [attempt(1, 483_200, null, 200)],
  }),
  call(402_000, 3_050, {
    trace_id: "tr_20251118082059_0d0d0d",
    operation: "plan",
    request: { prompt: "Update the plan." },
    response: { content: "Updated." },
  }),
];

/** Every transcript of the sample, in the order of their requests. */
export function sampleCalls(): LlmTranscript[] {
  return [...calls].sort((a, b) => a.timestamp < b.timestamp ? -1 : 1);
}
