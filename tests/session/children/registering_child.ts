/**
 * A process that opens sessions, one after the other, and changes the state of each.
 * Arguments: the home, what the sessions' ids begin with, and how many.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, prefix, count] = process.argv.slice(-3) as [string, string, string];
process.stdout.write("ready\n");
process.stdin.once("data", async () => {
  for (let number = 0; number < Number(count); number++) {
    const id = `${prefix}-${number}`;
    const session = openSession({ name: id, home, id });
    await session.updateState((state) => void (state.title = `changed ${id}`));
    session.close();
  }
  process.stdin.pause();
});
