/**
 * A process that is killed while a model answers. Arguments: the home, the session's id.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, id] = process.argv.slice(-2) as [string, string];
const session = openSession({ name: "child", home, id, recordLlm: true });

async function* answer() {
  for (let count = 0;; count += 1) {
    yield { choices: [{ delta: { content: `word${count} ` } }] };
    process.stdout.write(`${count}\n`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

await session.trace("suggest", async () => {
  const call = {
    provider: "openai",
    model: "gpt-4.1",
    request: { messages: [{ role: "user", content: "count" }] },
  };
  for await (const _ of session.llm(call, answer)) void _;
});
