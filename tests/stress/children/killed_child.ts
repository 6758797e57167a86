/**
 * A process that records without a pause until it is killed, and notes what it has recorded in a
 * file of its own, which the kill leaves whole.
 * Arguments: the home, the session's id, the mode, the file.
 *
 * @module
 */

import { openSync, writeSync } from "node:fs";
import process from "node:process";
import { openSession, type Session } from "../../../lib/mod.ts";

const [home, id, mode, file] = process.argv.slice(-4) as [string, string, string, string];
const notes = openSync(file, "a");

/** From here on, this must survive anything. */
const acknowledge = (kind: string, key: string | number): void => {
  writeSync(notes, `${kind} ${key}\n`);
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Lines of 200 B to 8 KB, a metric, and now and then a record that is a file of its own. */
function recordLine(session: Session, count: number): void {
  session.info(`line ${count}`, { count, text: "x".repeat((count * 397) % 8000) });
  acknowledge("line", count);
  if (count % 10 === 3) {
    session.metric("stress.count", count);
    acknowledge("metric", count);
  }
  if (count % 40 === 7) {
    acknowledge("error", session.captureError(new RangeError(`error ${count}`))!);
  }
  if (count % 40 === 17) {
    const request = { messages: [{ role: "user", content: "y".repeat(count * 31) }] };
    acknowledge("call", session.recordLlmCall({ provider: "p", model: "m", request })!);
  }
}

async function lines(session: Session): Promise<void> {
  for (let count = 0;; count += 1) {
    recordLine(session, count);
    if (count % 100 === 0) await turn();
  }
}

async function batch(session: Session): Promise<void> {
  for (let number = 0;; number += 1) {
    for (let count = 0; count < 30; count += 1) {
      session.info(`line ${number}`, { count: number * 30 + count, text: "x".repeat(count * 20) });
    }
    await turn();
    for (let count = 0; count < 30; count += 1) acknowledge("line", number * 30 + count);
    // What is on disk has to be checked line by line after each kill.
    if (number % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

async function traces(session: Session): Promise<void> {
  await session.trace("outer", async (outer) => {
    acknowledge("journal", outer.id);
    await session.span("open", { step: 1 }, async () => {
      acknowledge("open", "open");
      for (let count = 0;; count += 1) {
        const ended = await session.trace("inner", async (trace) => {
          acknowledge("begun", trace.id);
          await session.span("first", { count }, () => turn());
          session.span("second", () => session.info("inside", { count }));
          acknowledge("line", count);
          return trace.id;
        });
        acknowledge("trace", ended);
        session.span("short", { count }, () => {});
        await turn();
        acknowledge("span", count);
      }
    });
  });
}

async function stream(session: Session): Promise<void> {
  const request = { messages: [{ role: "user", content: "z".repeat(50_000) }] };
  const call = { provider: "openai", model: "gpt-4.1", request };
  async function* answer(words: number) {
    for (let count = 0; count < words; count += 1) {
      yield { choices: [{ delta: { content: `word${count} ` } }] };
      acknowledge("word", `${count} ${performance.now()}`);
      await (count % 8 === 0 ? new Promise((resolve) => setTimeout(resolve, 1)) : turn());
    }
  }
  for (let count = 0;; count += 1) {
    // A short answer is read to its end; a long one is still running when the kill comes.
    const isLong = count % 4 === 3;
    await session.trace(`call${count}`, async (trace) => {
      let pieces = 0;
      for await (const _ of session.llm(call, () => answer(isLong ? 1e9 : 20))) {
        // A call is on disk once the turn in which it was made is over: two pieces later at most.
        if (++pieces === 3) acknowledge("answer", trace.id);
      }
      acknowledge("call", trace.id);
    });
  }
}

async function state(session: Session): Promise<void> {
  for (let count = 0;; count += 1) {
    const { version } = await session.updateState(async (draft) => {
      draft.context_notes = [String(Number(draft.context_notes[0] ?? 0) + 1), "n".repeat(3000)];
      if (count % 2 === 1) await turn();
    });
    acknowledge("version", version);
    await session.withLock("hold", async () => {
      acknowledge("held", count);
      await turn();
      acknowledge("releasing", count);
    });
  }
}

// Nobody killed it, because the test itself was ended: it must not record for ever.
setTimeout(() => process.kill(process.pid, "SIGKILL"), 60_000);

const tasks = { lines, batch, traces, stream, state };

writeSync(1, "ready\n");
// Time for the killer, so that a moment can also be the first one.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
const session = openSession({ name: "killed", home, id, batch: mode === "batch", recordLlm: true });
acknowledge("session", id);
writeSync(1, "recording\n");
await tasks[mode as keyof typeof tasks](session);
