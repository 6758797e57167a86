/**
 * Records a little of everything, as far as it may, and asks for the lock.
 *
 * Arguments: the session's id; how long to wait for the lock, in milliseconds; a process's id.
 *
 * @module
 */

import process from "node:process";
import { LockTimeoutError, openSession, systemRuntime } from "../../../lib/mod.ts";

const [id = "", timeout = "0", pid = "0"] = process.argv.slice(2);
const session = openSession({ name: "permissions", id });
session.captureUncaught();
let lock = "taken";
await session.trace("work", async () => {
  session.info("Here");
  session.sampleMemory();
  session.captureError(new Error("reported"));
  try {
    await session.withLock("work", () => {}, { timeout_ms: Number(timeout) });
  } catch (error) {
    lock = error instanceof LockTimeoutError ? "timeout" : String(error);
  }
});
const { isAlive, homeDirectory } = systemRuntime().process;
const { recording, home } = session;
session.close();
const isSomewhere = homeDirectory() !== "";
console.log(JSON.stringify({ recording, home, lock, alive: isAlive(Number(pid)), isSomewhere }));
