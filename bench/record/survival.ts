/**
 * What is left of the lines of a process that is killed.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { countLines } from "./line.ts";
import { subjects } from "./subjects.ts";

/** How many lines are written before the kill. */
export const killedLines = 2000;

/** Writes lines and kills this process in the same turn of the event loop. */
export function writeAndDie(name: string, path: string): void {
  void subjects[name]!(path).run(killedLines);
  process.kill(process.pid, "SIGKILL");
}

/** How many lines are missing after {@linkcode writeAndDie}. */
export async function linesLost(command: readonly string[], path: string): Promise<number> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const signal = await new Promise((resolve) => child.on("exit", (_, how) => resolve(how)));
  if (signal !== "SIGKILL") throw new Error(`${command.join(" ")} ended by itself`);
  return killedLines - countLines(logIn(path));
}

/** The log file: the path itself, or that of the one session in the home that it is. */
function logIn(path: string): string {
  const sessions = join(path, "sessions");
  if (!existsSync(sessions)) return path;
  return join(sessions, readdirSync(sessions)[0]!, "logs/planloop.jsonl");
}
