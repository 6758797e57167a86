/**
 * A process that looks at its throws while a debugger comes. Arguments: the home, and what the
 * debugger does at its throws, `none` or `all`. Says what both saw.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import inspector from "node:inspector";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { isMainThread, Worker } from "node:worker_threads";
import { openSession } from "../../../lib/mod.ts";
import { recorderOf } from "../../../lib/session/current.ts";

/** A debugger: attaches, goes on at each pause, and says at the end how many there were. */
const DEBUGGER = `
const [url, state] = process.argv.slice(1);
const socket = new WebSocket(url);
let pauses = 0;
const answers = new Map();
const send = (method, params = {}) => new Promise((resolve) => {
  answers.set(answers.size + 1, resolve);
  socket.send(JSON.stringify({ id: answers.size, method, params }));
});
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.id) answers.get(message.id)();
  if (message.method === "Debugger.paused") { pauses++; send("Debugger.resume"); }
};
await new Promise((resolve) => socket.onopen = resolve);
await send("Debugger.enable");
await send("Debugger.setPauseOnExceptions", { state });
console.log("attached");
process.stdin.once("data", () => { console.log(pauses); process.exit(); });
`;

const [home, state] = process.argv.slice(2) as [string, string];
const session = openSession({ name: "debugged", home, locals: "inspector" });
const recorder = recorderOf(session)!;

function isSeen(): boolean {
  try {
    throw new Error("seen?");
  } catch (error) {
    return recorder.thrown.has(error as Error);
  }
}

const say = (what: string, value: unknown) => process.stdout.write(`${what}: ${value}\n`);

if (!isMainThread) say("in a worker", isSeen());
else {
  await once(new Worker(new URL(import.meta.url), { argv: [home, state] }), "exit");
  say("alone", isSeen());
  // Its limit of throws: the end of the second switches it on again, unless a debugger has come.
  for (let times = 0; times < 30; times++) isSeen();
  inspector.open(0, "127.0.0.1");
  const args = ["--experimental-websocket", "--input-type=module", "-e", DEBUGGER];
  const client = spawn(process.execPath, [...args, inspector.url()!, state], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(client.stdout, "data");
  say("attached", isSeen());
  await setTimeout(1100);
  say("a second later", isSeen());
  client.stdin.write("end\n");
  say("pauses of the debugger", String((await once(client.stdout, "data"))[0]).trim());
  inspector.close();
}
session.close();
