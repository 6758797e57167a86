/**
 * A process, or a worker in it, that dies of an error. Arguments: the home or `bare`, and how.
 *
 * @module
 */

import process from "node:process";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { openSession } from "../../../lib/mod.ts";

const [home, how] = process.argv.slice(-2) as [string, string];

const deaths: Record<string, () => unknown> = {
  throw: () => {
    throw new RangeError("thrown");
  },
  timer: () => setTimeout(() => deaths["throw"]!(), 2),
  text: () => {
    throw "only a text";
  },
  reject: () => void Promise.reject(new TypeError("rejected")),
  later: async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    throw new TypeError("rejected later");
  },
  worker: () =>
    new Worker(new URL(import.meta.url), { workerData: home, argv: [home, "timer"] })
      .on("error", ({ message }) => process.stdout.write(`the worker died: ${message}\n`)),
};

const die = deaths[how]!;
if (home === "bare") die();
else {
  const inWorker = !isMainThread && workerData === home;
  const session = openSession({ name: "dying", home, id: "dying" });
  session.captureUncaught();
  if (how === "worker" && !inWorker) die();
  else void session.trace("job", (trace) => (trace.set({ file: "a.ts" }), void die()));
}
