/**
 * Writes while it is scrubbed: `node scrub_writer.mjs <how> <home or file> <milliseconds>`. Says
 * `ready`, and at its end how many lines it has written.
 *
 * @module
 */

import { appendFileSync } from "node:fs";
import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [how, where, duration] = process.argv.slice(2) as [string, string, string];
const end = Date.now() + Number(duration);
let lines = 0;
console.log("ready");
if (how === "append") {
  // As programs do that open the log for each line.
  while (Date.now() < end) {
    appendFileSync(where, `${JSON.stringify({ message: "appended", n: lines++ })}\n`);
    if (lines % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
} else {
  const session = openSession({ id: "live", name: "live", home: where });
  while (Date.now() < end) {
    session.info("recorded", { n: lines++ });
    if (lines % 50 === 0) {
      await session.updateState((state) => {
        state.next_steps = [`step ${lines}`];
      });
    }
    if (lines % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  session.close();
}
console.log(`wrote ${lines}`);
