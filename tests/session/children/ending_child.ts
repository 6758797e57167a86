/**
 * A process that ends in the middle of a turn in which it recorded.
 * Arguments: the home, the session's id, `default` or `batch`, and how it ends.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, id, mode, end] = process.argv.slice(-4) as [string, string, string, string];
const session = openSession({ name: "ending", home, id, batch: mode === "batch" });

/** One turn: 50 lines, and 300 spans, more than are written at once. */
function record(turn: number): void {
  for (let count = 0; count < 50; count += 1) session.info(`line ${count}`, { turn, count });
  for (let count = 0; count < 300; count += 1) session.span("step", { turn, count }, () => {});
}

const ends: Record<string, () => void> = {
  exit: () => process.exit(7),
  throw: () => {
    throw new RangeError("nobody caught this");
  },
  reject: () => void Promise.reject(new RangeError("nobody handled this")),
  abort: () => process.abort(),
  SIGTERM: () => process.kill(process.pid, "SIGTERM"),
  SIGINT: () => process.kill(process.pid, "SIGINT"),
  SIGHUP: () => process.kill(process.pid, "SIGHUP"),
};

await session.trace("work", async () => {
  record(1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await session.span("open", () =>
    new Promise(() => {
      setTimeout(() => {
        record(2);
        ends[end]!();
      }, 1);
      setTimeout(() => {}, 5000);
    }));
});
