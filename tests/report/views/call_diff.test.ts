import { describe, expect, test } from "vitest";
import type { LlmRow } from "../../../lib/bundle/sections.ts";
import { createSampleSource } from "../../../report/sample/mod.ts";
import { callCurl, callJq, callMarkdown } from "../../../report/views/parts/call_copy.ts";
import { diffCalls, previousCall } from "../../../report/views/parts/call_diff.ts";
import { conversationOf, joinTools, toolNames } from "../../../report/views/parts/conversation.ts";

const user = (content: string) => ({ role: "user", content });
const call = (messages: unknown[], answer: string, further: object = {}) => ({
  model: "m",
  provider: "anthropic",
  request: { system: "Be brief.", messages, temperature: 0, ...further },
  response: { content: answer },
});

/** Runs as `=3` for three repeated messages and `+1` for a new one. */
const runsOf = (before: unknown, after: unknown) =>
  diffCalls(before, after).runs.map((run) => `${run.same ? "=" : "+"}${run.messages.length}`);

describe("diffCalls", () => {
  const first = call([user("one")], "1");
  const second = call([user("one"), { role: "assistant", content: "1" }, user("two")], "2");

  test("diffCalls folds what the previous call had, its answer included", () => {
    expect(runsOf(first, second)).toEqual(["=3", "+2"]);
    expect(diffCalls(first, second).dropped).toEqual([]);
    expect(diffCalls(first, second).runs[1]!.from).toBe(3);
  });

  test("diffCalls takes everything of a first call as new", () => {
    expect(runsOf(null, second)).toEqual(["+5"]);
    expect(diffCalls(null, second).parameters).toEqual({});
  });

  test("diffCalls names what was left out, and finds what follows again", () => {
    const long = call(["a", "b", "c", "d"].map(user), "e");
    const short = call(["summary", "c", "d"].map(user), "f");
    expect(runsOf(long, short)).toEqual(["=1", "+1", "=2", "+1"]);
    expect(diffCalls(long, short).dropped.map(({ parts }) => parts[0])).toMatchObject([
      { text: "a" },
      { text: "b" },
      { text: "e" },
    ]);
  });

  test("diffCalls keeps an equal answer as new, and another conversation apart", () => {
    expect(runsOf(first, first)).toEqual(["=2", "+1"]);
    const other = call([user("else")], "x", { system: "Other." });
    expect(runsOf(first, other)).toEqual(["+3"]);
    expect(diffCalls(first, other).dropped).toEqual([]);
  });

  test("diffCalls lists changed parameters, tools by their names", () => {
    const tools = [{ name: "read", input_schema: {} }];
    const openai = [{ type: "function", function: { name: "run" } }];
    const before = call([], "", { tools, max_tokens: 10 });
    const after = { ...call([], "", { tools: openai, temperature: 1 }), model: "n" };
    expect(diffCalls(before, after).parameters).toEqual({
      temperature: { old: 0, new: 1 },
      max_tokens: { old: 10 },
      model: { old: "m", new: "n" },
      "tools.read": { old: tools[0] },
      "tools.run": { new: openai[0] },
    });
  });

  test("diffCalls takes anything for a transcript", () => {
    for (const value of [null, 1, "x", [], { request: { tools: [null, 1], messages: [null] } }]) {
      expect(diffCalls(value, value).runs.length, JSON.stringify(value)).toBeLessThanOrEqual(1);
    }
  });
});

describe("previousCall", () => {
  const row = (file: string, trace_id: string, call_index: number | null, time: number | null) =>
    ({ file, trace_id, call_index, time }) as LlmRow;
  const rows = [
    row("c", "t", 3, 30),
    row("a", "t", 1, 10),
    row("b", "t", 2, 20),
    row("x", "u", 2, 25),
    row("n", "t", null, 5),
    row("z", "", 1, 1),
    row("y", "", 2, 2),
  ];
  const before = (file: string) => previousCall(rows.find((r) => r.file === file)!, rows)?.file;

  test("previousCall is the nearest one before in the same trace", () => {
    expect(["c", "b", "a", "n", "x", "y"].map(before)).toEqual([
      "b",
      "a",
      "n",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("joinTools", () => {
  const messages = conversationOf({
    request: {
      messages: [
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "read", input: {} }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "1", content: "text" },
            { type: "tool_result", tool_use_id: "9", content: "lost" },
          ],
        },
        { role: "tool", tool_call_id: "1", content: "again" },
      ],
    },
  });

  test("joinTools puts a result below its call, once, and loses none", () => {
    const joined = joinTools(messages, toolNames(messages));
    expect(joined.map(({ role }) => role)).toEqual(["assistant", "user", "tool"]);
    expect(joined[0]!.parts[0]).toMatchObject({ result: { parts: [{ text: "text" }] } });
    expect(joined[1]!.parts).toMatchObject([{ id: "9", name: "" }]);
    expect(joined[2]!.parts).toMatchObject([{ id: "1", name: "read" }]);
  });

  test("joinTools leaves out a message that held nothing but joined results", () => {
    const pair = [messages[0]!, { ...messages[1]!, parts: messages[1]!.parts.slice(0, 1) }];
    expect(joinTools(pair, toolNames(pair))).toHaveLength(1);
    expect(joinTools(pair.toReversed(), toolNames(pair))).toHaveLength(2);
  });
});

describe("copies of a call", () => {
  const row = {
    operation: "plan",
    model: "m",
    provider: "anthropic",
    outcome: "ok",
    error: null,
    time: 0,
    trace_id: "tr_1",
    file: "logs/it's.json",
  } as LlmRow;

  test("callMarkdown fences every text, whatever fences it holds", () => {
    const text = callMarkdown(row, call([user("![x](http://evil)\n````\n# no heading")], "ok"));
    expect(text).toContain("## LLM call: plan");
    expect(text).toContain("- Time: 1970-01-01T00:00:00.000Z");
    const lines = text.split("\n");
    const from = lines.indexOf("`````text");
    expect(lines.slice(from, from + 5)).toEqual([
      "`````text",
      "![x](http://evil)",
      "````",
      "# no heading",
      "`````",
    ]);
    expect(text).toContain("### assistant (answer)\n\n```text\nok\n```");
  });

  test("callCurl holds the request and no secret, and nothing that a shell would run", () => {
    const text = callCurl(
      row,
      call([user("$(rm -rf ~)\nPLANLOOP_REQUEST\n`id`\u202e")], "", {
        api_key: "sk-1",
        headers: { authorization: "Bearer sk-2" },
      }),
    );
    expect(text).not.toMatch(/sk-\d|\u202e/);
    expect(text).toContain('curl "https://api.anthropic.com/v1/messages"');
    expect(text).toContain('-H "x-api-key: $ANTHROPIC_API_KEY"');
    const lines = text.split("\n");
    const from = lines.findIndex((line) => line.endsWith("<<'PLANLOOP_REQUEST'"));
    const to = lines.indexOf("PLANLOOP_REQUEST");
    expect(lines.slice(to + 1)).toEqual([""]);
    expect(JSON.parse(lines.slice(from + 1, to).join("\n"))).toEqual({
      model: "m",
      system: "Be brief.",
      messages: [user("$(rm -rf ~)\nPLANLOOP_REQUEST\n`id`\u202e")],
      temperature: 0,
    });
  });

  test.each([
    ["openai", { messages: [] }, '"https://api.openai.com/v1/chat/completions"'],
    ["openai", { input: "x" }, '"https://api.openai.com/v1/responses"'],
    ["ollama", { messages: [] }, '"http://localhost:11434/api/chat"'],
    ["ollama", { prompt: "x" }, '"http://localhost:11434/api/generate"'],
    ['x"; id; "', {}, '"$LLM_URL"'],
  ])("callCurl of %s with %j", (provider, request, address) => {
    const [line] = callCurl({ ...row, provider }, { request }).split("\n");
    expect(line).toBe(`curl ${address} \\`);
  });

  test("callJq quotes the file for a shell", () => {
    expect(callJq(row)).toMatch(/ 'logs\/it'\\''s\.json'$/);
  });

  test("every call of the sample can be copied in every form", async () => {
    const source = createSampleSource();
    for (const row of await source.section("llm")) {
      const document = await source.document(row.document);
      expect(callMarkdown(row, document)).toContain("### ");
      expect(callCurl(row, document)).toContain("PLANLOOP_REQUEST");
    }
  });
});
