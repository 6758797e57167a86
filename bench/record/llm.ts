/**
 * What writes whole files: transcripts of model calls, and changes of the state, beside the least
 * that the same data takes.
 *
 * @module
 */

import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { sessionLayout } from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";
import type { Subject } from "./cost.ts";

/** Texts that are asked and answered, in UTF-16 units: one short question, and an agent's history. */
const callLengths = { "2 KB": 2_000, "50 KB": 50_000 };

/** Texts in a state, in UTF-16 units. */
const stateLengths = { "small": 0, "100 KB": 100_000 };

/** Makes each subject; `path` is free for its folder. */
export const wholeFiles: Readonly<Record<string, (path: string) => Subject>> = Object.fromEntries([
  ...Object.entries(callLengths).flatMap(([size, length]) =>
    [
      [`JSON.stringify + writeFileSync + rename, call of ${size}`, (path: string) => {
        return plainFiles(path, (call) => ({ ...modelCall(length, call), duration_ms: 812 }), true);
      }],
      [`planloop recordLlmCall, ${size}`, (path: string) => planloopCalls(path, length, "record")],
      [`planloop session.llm, ${size}`, (path: string) => planloopCalls(path, length, "follow")],
    ] as const
  ),
  ...Object.entries(stateLengths).flatMap(([size, length]) =>
    [
      [`JSON.stringify + writeFileSync + rename, state, ${size}`, (path: string) => {
        return plainFiles(path, (call) => ({ version: call, ...stateParts(length) }), false);
      }],
      [`planloop updateState, ${size}`, (path: string) => planloopUpdates(path, length)],
    ] as const
  ),
]);

const sentence = "The checkout service applies the patch and runs 14 tests before it goes on. ";

/** A conversation of messages of about 1,000 characters, and its answer of 500. */
function modelCall(length: number, call: number) {
  const content = sentence.repeat(13);
  const messages = Array.from({ length: Math.max(1, Math.round(length / 1000) - 1) }, (_, at) => ({
    role: at % 2 === 0 ? "user" : "assistant",
    content: `${at}: ${content}`,
  }));
  return {
    provider: "openai",
    model: "gpt-4.1-mini",
    request: { messages, temperature: 0.2, max_tokens: 4096, user: `run ${call}` },
    response: {
      id: `chatcmpl-${call}`,
      model: "gpt-4.1-mini-2025-04-14",
      choices: [{
        index: 0,
        message: { role: "assistant", content: sentence.repeat(6) },
        finish_reason: "stop",
      }],
      usage: { prompt_tokens: 512, completion_tokens: 120, total_tokens: 632 },
    },
  };
}

/** A state's tasks, of about 500 characters each. */
function stateParts(length: number) {
  return {
    tasks: Array.from({ length: Math.round(length / 500) }, (_, at) => ({
      id: at + 1,
      title: `Step ${at + 1} of the migration: ${sentence.repeat(4)}`,
      type: "chore" as const,
      status: "TODO" as const,
      depends_on: at === 0 ? [] : [at],
      commit_sha: null,
      last_updated_at: null,
    })),
  };
}

/** The least that a whole file takes: its text, a file of another name, and a rename. */
function plainFiles(path: string, value: (call: number) => unknown, isNew: boolean): Subject {
  mkdirSync(path, { recursive: true });
  let count = 0;
  return {
    run(calls) {
      for (let call = 0; call < calls; call++) {
        const name = join(path, isNew ? `${count++}.json` : "state.json");
        writeFileSync(`${name}.tmp`, `${JSON.stringify(value(count), null, 2)}\n`);
        renameSync(`${name}.tmp`, name);
      }
    },
    finish: (calls) => expectFiles(path, isNew ? calls : 1),
  };
}

/**
 * Our transcripts, redacted; `follow` runs the call in a span and, since the answer takes a turn of
 * the event loop, keeps on disk what was asked.
 */
function planloopCalls(home: string, length: number, style: "record" | "follow"): Subject {
  const session = openSession({ name: "calls", home, recordLlm: true });
  let count = 0;
  const one = async () => {
    const { response, ...call } = modelCall(length, count++);
    if (style === "record") session.recordLlmCall({ ...call, response, duration_ms: 812 });
    else await session.llm(call, () => setImmediate(response));
  };
  return {
    run: (calls) =>
      session.trace("suggest", async () => {
        for (let call = 0; call < calls; call++) await one();
      }),
    finish(calls) {
      session.close();
      expectFiles(join(session.path, sessionLayout.llmTranscripts), calls);
    },
  };
}

/** Our state changes: locked, checked, redacted, with PLAN.md, the registry, and what changed. */
function planloopUpdates(home: string, length: number): Subject {
  const session = openSession({ name: "state", home });
  let ready: Promise<unknown> | undefined;
  return {
    async run(calls) {
      await (ready ??= fill(session, length));
      await session.trace("update", async () => {
        for (let call = 0; call < calls; call++) {
          await session.updateState((state) => {
            state.purpose = `Fix the checkout, try ${call}`;
          });
        }
      });
    },
    finish(calls) {
      const { version } = session.state();
      session.close();
      if (version <= calls) throw new Error(`The state has version ${version} after ${calls}`);
    },
  };
}

function fill(session: Session, length: number): Promise<unknown> {
  return session.updateState((state) => void Object.assign(state, stateParts(length)));
}

function expectFiles(path: string, count: number): void {
  const found = readdirSync(path).filter((name) => name.endsWith(".json"));
  if (found.length < count) throw new Error(`${path} has ${found.length} files, expected ${count}`);
  for (const name of found) {
    if (statSync(join(path, name)).size === 0) throw new Error(`${path}/${name} is empty`);
  }
}
