/**
 * Runs every program of docs/recording.md as it stands there.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, isDeno, removeBundles } from "../helpers/child.ts";

const root = join(import.meta.dirname!, "../..");
const folder = mkdtempSync(join(tmpdir(), "planloop-guide-"));
const page = readFileSync(join(root, "docs/recording.md"), "utf8");
const programs = new Map(
  [...page.matchAll(/^```[jt]s\n\/\/ (\S+)\n([^]*?)^```$/gm)].map((
    [, name, code],
  ) => [name!, code!]),
);
const run = new Set<string>();
let server: Server;
let modelUrl = "";

/** As much of the SDK as the page uses: the same calls, made through the `fetch` it is given. */
const sdk = `export default class OpenAI {
  constructor({ fetch, baseURL = process.env.OPENAI_BASE_URL, maxRetries = 2 }) {
    const post = async (body, left) => {
      const response = await fetch(baseURL + "/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer sk-test" },
        body: JSON.stringify(body),
      });
      if (response.ok) return response;
      await response.text();
      if (left === 0) throw new Error("status " + response.status);
      return post(body, left - 1);
    };
    const events = async function* (response) {
      let text = "";
      for await (const bytes of response.body) {
        text += new TextDecoder().decode(bytes);
        const lines = text.split("\\n\\n");
        text = lines.pop();
        for (const line of lines) {
          if (line !== "data: [DONE]") yield JSON.parse(line.slice("data: ".length));
        }
      }
    };
    const create = async (body) => {
      const response = await post(body, maxRetries);
      return body.stream ? events(response) : response.json();
    };
    this.chat = { completions: { create } };
  }
}
`;

beforeAll(async () => {
  const bundle = await bundleChild(join(root, "lib/mod.ts"));
  const packages = { planloop: readFileSync(bundle, "utf8"), openai: sdk };
  for (const [name, code] of Object.entries(packages)) {
    const path = join(folder, "node_modules", name);
    mkdirSync(path, { recursive: true });
    const manifest = { name, version: "1.0.0", type: "module", exports: "./mod.js" };
    writeFileSync(join(path, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(path, "mod.js"), code);
  }
  const dependencies = { planloop: "1.0.0", openai: "1.0.0" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", dependencies }));
  for (const [name, code] of programs) writeFileSync(join(folder, name), code);
  server = modelServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  modelUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.close();
  removeBundles();
  rmSync(folder, { recursive: true, force: true });
});

/** A model that refuses its first request, then answers whole or as a stream. */
function modelServer(): Server {
  let requests = 0;
  return createServer((request, response) => {
    let body = "";
    request.on("data", (text) => body += text).on("end", () => {
      requests += 1;
      if (requests === 1) {
        response.writeHead(429, { "retry-after-ms": "5" }).end('{"error":{"message":"slow"}}');
        return;
      }
      const usage = { prompt_tokens: 1000, completion_tokens: 100 };
      if (!JSON.parse(body).stream) {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ choices: [{ message: { content: "Test" } }], usage }));
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const content of ["Fix ", "it"]) {
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      }
      const last = { choices: [{ delta: {}, finish_reason: "stop" }], usage };
      response.end(`data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`);
    });
  });
}

/** Runs a program of the page in a home of its own. */
async function runProgram(name: string, args: string[] = [], runtime = process.execPath) {
  run.add(name);
  const home = join(folder, "homes", name);
  const withDeno = isDeno || runtime !== process.execPath;
  const child: ChildProcess = spawn(
    runtime,
    withDeno ? ["run", "-A", name, ...args] : [name, ...args],
    { cwd: folder, env: { ...process.env, PLANLOOP_HOME: home, OPENAI_BASE_URL: modelUrl } },
  );
  let output = "";
  let errors = "";
  child.stdout!.setEncoding("utf8").on("data", (text) => output += text);
  child.stderr!.setEncoding("utf8").on("data", (text) => errors += text);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const ids = readdirSync(join(home, "sessions"));
  expect(ids, errors).toHaveLength(1);
  const session = new StoredSession(ids[0]!, join(home, "sessions", ids[0]!));
  return { code, output, errors, session };
}

async function all<T>(items: AsyncIterable<{ record: T }>): Promise<T[]> {
  const found: T[] = [];
  for await (const { record } of items) found.push(record);
  return found;
}

async function linesOf(session: StoredSession) {
  const lines = [];
  for await (const batch of session.log()) lines.push(...batch);
  return lines;
}

describe("docs/recording.md", () => {
  test("loop.mjs records traces, spans, events, state and a metric", async () => {
    const { code, session, errors } = await runProgram("loop.mjs");
    expect([code, errors]).toEqual([0, ""]);
    const traces = await all(session.traces());
    const steps = traces.filter(({ operation }) => operation !== "update");
    expect(steps.map(({ operation }) => operation).sort()).toEqual(["fix", "reproduce"]);
    for (const { spans } of steps) {
      expect(spans[0]).toMatchObject({ name: "read_files", events: [{ name: "found" }] });
    }
    expect(session.state()).toMatchObject({ next_steps: [], version: 4 });
    expect(await all(session.diffs())).toHaveLength(3);
    expect(session.problems).toEqual([]);
  });

  test("agent.mjs records an SDK's calls with their tries, tokens and costs", async () => {
    const { code, output, session, errors } = await runProgram("agent.mjs");
    expect([code, errors, output]).toEqual([0, "", "Fix it"]);
    const calls = await all(session.llmTranscripts());
    expect(calls).toMatchObject([
      { response: { content: "Test" }, stream: null },
      { response: { content: "Fix it" }, stream: { chunks: 3, aborted: false } },
    ]);
    expect(calls[0]!.attempts!.map(({ status }) => status)).toEqual([429, 200]);
    // 0.4 dollars a million in, 1.6 out.
    for (const call of calls) expect(call.cost_usd).toBeCloseTo(0.00056, 9);
    expect(JSON.stringify(calls)).not.toContain("sk-test");
  });

  test("wrapped.mjs records a stream and the tries of a call", async () => {
    const { code, output, session, errors } = await runProgram("wrapped.mjs");
    expect([code, errors, output]).toEqual([0, "", "one two three"]);
    const calls = await all(session.llmTranscripts());
    const retried = calls.find(({ operation }) => operation === "retry")!;
    const streamed = calls.find(({ operation }) => operation !== "retry")!;
    expect(streamed).toMatchObject({ response: { content: "one two three" }, cost_usd: null });
    expect(retried.attempts).toMatchObject([
      { error: { message: "overloaded" }, retry_delay_ms: 20 },
      { error: null },
    ]);
  });

  test("cli.mjs reports the error that passes and the one that nobody catches", async () => {
    const { code, session, errors } = await runProgram("cli.mjs", ["show", "plan"]);
    expect(code).not.toBe(0);
    expect(errors).toContain("tool: No plan in plan or plan.md");
    const reports = await all(session.errors());
    expect(reports.find(({ operation }) => operation === "show")).toMatchObject({
      function: "readPlan",
      arguments: ["plan"],
      local_variables: { path: "plan" },
    });
    const top = reports.find(({ error_type }) => error_type === "RangeError")!;
    expect(top).toMatchObject({ function: "<uncaught>" });
    expect(top.stack_trace.filter(({ library }) => !library).at(-1)).toMatchObject({
      file: expect.stringContaining("cli.mjs"),
      code: 'throw new RangeError("nobody catches this");',
    });
    const trace = (await all(session.traces())).find(({ operation }) => operation === "show");
    expect(trace).toMatchObject({ status: "error", command: ["show", "plan"] });
  });

  test("script.ts runs under Deno", async () => {
    const deno = isDeno ? process.execPath : join(root, "node_modules/.bin/deno");
    const { code, session, errors } = await runProgram("script.ts", [], deno);
    expect([code, errors]).toEqual([0, ""]);
    const [line] = (await linesOf(session)).filter(({ message }) => message === "Listed");
    expect(line!.context).toMatchObject({ deno: expect.stringMatching(/^\d/) });
  });

  test("main.mjs, worker.mjs and child.mjs record into one session and trace", async () => {
    const { code, session, errors } = await runProgram("main.mjs");
    run.add("worker.mjs").add("child.mjs");
    expect([code, errors]).toEqual([0, ""]);
    const traces = await all(session.traces());
    const main = traces.find(({ operation }) => operation === "test_all")!;
    expect(traces).toHaveLength(3);
    expect(new Set(traces.map(({ trace_id }) => trace_id))).toEqual(new Set([main.trace_id]));
    const inside = (await linesOf(session)).filter(({ message }) => message.startsWith("In the"));
    expect(inside.map(({ message }) => message)).toEqual(["In the worker", "In the child"]);
    for (const line of inside) expect(line.trace_id).toBe(main.trace_id);
  });

  test("web_main.ts and web_worker.ts record into one session and trace, under Deno", async () => {
    const deno = isDeno ? process.execPath : join(root, "node_modules/.bin/deno");
    const { code, session, errors } = await runProgram("web_main.ts", [], deno);
    run.add("web_worker.ts");
    expect([code, errors]).toEqual([0, ""]);
    const traces = await all(session.traces());
    expect(traces.map(({ operation }) => operation).sort()).toEqual(["test_all", "test_one"]);
    expect(new Set(traces.map(({ trace_id }) => trace_id)).size).toBe(1);
    const [line] = (await linesOf(session)).filter(({ message }) =>
      message === "In the web worker"
    );
    expect(line!.trace_id).toBe(traces[0]!.trace_id);
  });

  test("locks.mjs records who waited, and says who is in the way", async () => {
    const { code, output, session, errors } = await runProgram("locks.mjs");
    expect([code, errors]).toEqual([0, ""]);
    expect(output).toMatch(/^held by pid:\d+ for "deploy"\n$/);
    const events = (await linesOf(session)).flatMap(({ event, operation }) =>
      event === null ? [] : [`${event} ${operation}`]
    );
    expect(events).toEqual([
      "lock_requested deploy",
      "lock_acquired deploy",
      "lock_requested deploy_again",
      "lock_timeout deploy_again",
      "lock_released deploy",
      "lock_requested publish",
      "lock_acquired publish",
      "lock_released publish",
    ]);
  });

  test("helpers.mjs records into the session that was opened last", async () => {
    const { code, session, errors } = await runProgram("helpers.mjs");
    expect([code, errors]).toEqual([0, ""]);
    const traces = await all(session.traces());
    expect(traces).toMatchObject([{
      operation: "import",
      spans: [{ name: "load", metadata: { path: "a.json" } }],
    }]);
    const lines = await linesOf(session);
    expect(lines).toMatchObject([{ message: "Loaded", trace_id: traces[0]!.trace_id }]);
  });

  test("secrets.mjs hides a secret of its own form, and leaves what is allowed", async () => {
    const { code, session, errors } = await runProgram("secrets.mjs");
    expect([code, errors]).toEqual([0, ""]);
    const [line, count] = await linesOf(session);
    expect(line!.message).toMatch(/^Calling with acme-\[REDACTED:acme:[0-9a-f]{4}\]$/);
    expect(line!.context).toEqual({ password: "not-secret-at-all" });
    expect(count!.context).toEqual({ redaction: [{ rule: "acme", count: 1 }] });
  });

  test("no program of the page was left out", () => {
    expect([...run].sort()).toEqual([...programs.keys()].sort());
    expect([...page.matchAll(/^```[jt]s$/gm)]).toHaveLength(programs.size);
  });
});
