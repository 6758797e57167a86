/**
 * A process that dies in the middle of everything: open spans, a held lock, a model that answers.
 * Arguments: the home, the session's id, and the way to die.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, id, how] = process.argv.slice(-3) as [string, string, string];
const session = openSession({ name: "dying", home, id, recordLlm: true });

async function* answer() {
  for (let count = 0;; count += 1) {
    yield { choices: [{ delta: { content: `word${count} ` } }] };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function die(): void {
  session.info("last words");
  if (how === "kill") process.kill(process.pid, "SIGKILL");
  if (how === "term") process.kill(process.pid, "SIGTERM");
  if (how === "abort") process.abort();
  if (how === "exit") process.exit(3);
  throw new RangeError("nobody catches this");
}

await session.trace("suggest", async () => {
  await session.span("outer", { folder: "src" }, async () => {
    await session.lock("deploy");
    setTimeout(die, 700);
    const request = { messages: [{ role: "user", content: "count" }] };
    const call = { provider: "openai", model: "gpt-4.1", request };
    for await (const _ of session.llm(call, answer)) void _;
  });
});
