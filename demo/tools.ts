/**
 * The tools that the demo's agent has. They do what they say.
 *
 * @module
 */

import { spawn } from "node:child_process";
import process from "node:process";
import { LockTimeoutError, type Session } from "../lib/mod.ts";
import { absolutePath, joinPath, relativePath, type Runtime } from "../lib/runtime/mod.ts";
import { orderTotal } from "./order_total.ts";
import { checkFile } from "./project.ts";
import type { ToolCall } from "./model_script.ts";
import { type SpawnWorker, workerArgs, workerEnd, workerReady, type WorkerTask } from "./worker.ts";

/** What the tools work with. */
export interface ToolBox {
  session: Session;
  runtime: Runtime;
  /** The project's folder, absolute. */
  root: string;
  modelUrl: string;
  spawnWorker: SpawnWorker;
}

/** How long the agent waits for the lock that the deployment holds, in milliseconds. */
const statusLockMs = 180;

/** The tools as the model is told of them. */
export const toolList: readonly object[] = [
  tool("list_files", "Lists the files of a folder.", { folder: "string" }),
  tool("read_file", "Reads a file of the project.", { path: "string" }),
  tool("write_file", "Replaces a file of the project.", { path: "string", text: "string" }),
  tool("run_check", "Runs the project's check and gives its output.", {}),
  tool("total_order", "Computes an order's total in cents.", { order: "string" }),
  tool("ask_reviewers", "Lets reviewers look at the change.", { count: "integer" }),
  tool("deploy", "Sends the build to a target.", { target: "string" }),
];

function tool(name: string, description: string, fields: Record<string, string>): object {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([key, type]) => [key, { type }]),
  );
  return { name, description, input_schema: { type: "object", properties } };
}

/**
 * Runs one tool, inside a span of its own.
 *
 * @returns What the model is told: the result, or why there is none.
 */
export async function runTool(box: ToolBox, call: ToolCall): Promise<string> {
  const { session, runtime } = box;
  const start = runtime.clock.monotonic();
  try {
    const result = await session.span(`tool:${call.name}`, { tool: call.name }, async (span) => {
      span.set({ input: call.input });
      const text = await run(box, call);
      span.metadata["result_length"] = text.length;
      return text;
    });
    const duration_ms = runtime.clock.monotonic() - start;
    const line = `${call.name} gave ${result.length} characters`;
    session.debug(line, { tool: call.name }, { duration_ms });
    return result;
  } catch (error) {
    // The span has failed; the loop goes on, and the model decides what to make of it.
    const reason = error instanceof Error ? error.message : String(error);
    session.error(`${call.name} failed: ${reason}`, { tool: call.name, input: call.input });
    return `The tool failed: ${reason}`;
  }
}

function run(box: ToolBox, { name, input }: ToolCall): string | Promise<string> {
  switch (name) {
    case "list_files":
      return listFiles(box, String(input["folder"]));
    case "read_file":
      return readFile(box, String(input["path"]));
    case "write_file":
      return writeFile(box, String(input["path"]), String(input["text"]));
    case "run_check":
      return runCheck(box);
    case "total_order":
      return totalOrder(box, String(input["order"]));
    case "ask_reviewers":
      return askReviewers(box, Number(input["count"]));
    case "deploy":
      return deploy(box);
    default:
      throw new RangeError(`Cannot run the tool "${name}": expected one of the listed tools`);
  }
}

/** A path that the model names, inside the project. */
function inside(box: ToolBox, path: string): string {
  const full = absolutePath(box.root, path);
  if (relativePath(box.root, full).startsWith("..")) {
    box.session.warning(`the model asked for a file outside of the project: ${path}`, { path });
    throw new RangeError(`Cannot use "${path}": expected a path inside the project`);
  }
  return full;
}

function listFiles(box: ToolBox, folder: string): string {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const { name, kind } of box.runtime.files.readDirectory(path)) {
      const full = joinPath(path, name);
      if (kind === "directory") walk(full);
      else found.push(relativePath(box.root, full));
    }
  };
  walk(inside(box, folder));
  for (const path of found) box.session.debug(`found ${path}`, { path });
  return found.join("\n");
}

function readFile(box: ToolBox, path: string): string {
  const text = box.runtime.files.readText(inside(box, path));
  box.session.debug(`read ${path}`, { path, lines: text.split("\n").length - 1 });
  return text;
}

function writeFile(box: ToolBox, path: string, text: string): string {
  box.runtime.files.writeFileAtomic(inside(box, path), text);
  box.session.info(`wrote ${path}`, { path, lines: text.split("\n").length - 1 });
  return "written";
}

/** Runs the check in a process of its own; each line of its output becomes a line of the log. */
async function runCheck(box: ToolBox): Promise<string> {
  const { session, runtime } = box;
  const start = runtime.clock.monotonic();
  const { code, output } = await session.span("spawn_check", { file: checkFile }, async (span) => {
    const result = await spawnScript(box, joinPath(box.root, checkFile));
    span.set({ exit_code: result.code });
    return result;
  });
  const duration_ms = runtime.clock.monotonic() - start;
  const lines = output.trim().split("\n");
  for (const line of lines) {
    const order = /o-\d+/.exec(line)?.[0];
    if (line.startsWith("FAILED")) session.error(line, { order });
    else session.debug(line, order === undefined ? {} : { order });
  }
  const failed = lines.filter((line) => line.startsWith("FAILED")).length;
  session.metric("checkout.failed_orders", failed, { check: checkFile });
  session.info(`the check ended with ${code}`, { code, failed }, { duration_ms });
  return `exit code ${code}\n${lines.at(-1)}`;
}

function spawnScript(
  box: ToolBox,
  script: string,
): Promise<{ code: number | null; output: string }> {
  const args = box.runtime.process.runtime.name === "deno"
    ? ["run", "--no-config", script]
    : [script];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: box.root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Computes a total; what it throws is reported with the variables of that moment. */
function totalOrder(box: ToolBox, order: string): string {
  const path = "data/carts.json";
  return box.session.span("total_order", { order }, (span) => {
    const carts = JSON.parse(box.runtime.files.readText(inside(box, path)));
    const cart = carts[order];
    span.set({ path, cart, items: cart.items.length });
    const total = box.session.captureErrorContext(orderTotal, {
      operation: "total_order",
      locals: () => ({ cart, rounding: "half to even" }),
    });
    return `${total(order, cart)} cents`;
  });
}

async function askReviewers(box: ToolBox, count: number): Promise<string> {
  const names = Array.from({ length: count }, (_, index) => `reviewer-${index + 1}`);
  const workers = names.map((agent) => box.spawnWorker(workerArgs(taskOf(box, "reviewer", agent))));
  try {
    await Promise.all(workers.map(workerReady));
    box.session.info(`${count} reviewers begin`, { reviewers: names });
    for (const worker of workers) worker.stdin?.write("go\n");
    await Promise.all(workers.map(workerEnd));
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
  }
  return box.session.state().context_notes.join("\n");
}

/** Starts a deployment, and kills it: the recording must say what it was doing. */
async function deploy(box: ToolBox): Promise<string> {
  const worker = box.spawnWorker(workerArgs(taskOf(box, "deployment", "deployer")));
  try {
    await workerReady(worker);
    await noteProgress(box);
  } finally {
    worker.kill("SIGKILL");
    await workerEnd(worker);
  }
  box.session.critical(`the deployment's process ${worker.pid} was killed`, { pid: worker.pid });
  throw new Error("the deployment's process ended without an answer (SIGKILL)");
}

/** Tries to note how far the deployment is. The deployment holds the lock, so this fails. */
async function noteProgress(box: ToolBox): Promise<void> {
  try {
    await using _lock = await box.session.lock("note_progress", { timeout_ms: statusLockMs });
    box.session.info("the deployment goes on");
  } catch (error) {
    if (!(error instanceof LockTimeoutError)) throw error;
    const { holder, holder_operation, waited_ms } = error;
    box.session.warning(error.message, { holder, holder_operation, waited_ms });
  }
}

function taskOf(box: ToolBox, role: WorkerTask["role"], agent: string): WorkerTask {
  const { session, modelUrl } = box;
  return { role, home: session.home, sessionId: session.id, agent, modelUrl };
}
