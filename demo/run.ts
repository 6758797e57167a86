/**
 * The demo: a small agent that really runs, recorded as any other would be.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import process from "node:process";
import { openSession, type Session } from "../lib/mod.ts";
import { joinPath, type Runtime } from "../lib/runtime/mod.ts";
import { type Agent, makePlan, workThroughPlan } from "./agent.ts";
import { ModelClient } from "./model_client.ts";
import { startModelServer } from "./model_server.ts";
import { checkFile, writeProject } from "./project.ts";
import type { SpawnWorker } from "./worker.ts";

/** How the demo is run. */
export interface DemoOptions {
  /** The home folder that gets the session. */
  home: string;
  runtime: Runtime;
  /** Starts this program again; see {@linkcode selfSpawner}. */
  spawnWorker: SpawnWorker;
  /** Takes a line of progress. Default: nobody hears of it. */
  out?: (line: string) => void;
  /** Ends the demo before its next task. */
  signal?: AbortSignal;
}

/** The session that the demo recorded. */
export interface DemoResult {
  sessionId: string;
  /** The session's folder, absolute. */
  path: string;
}

/** A made-up key that the demo writes into its log, and that no file may hold. */
export const plantedKey: string = ["sk", "ant", "api03", "d3m0".repeat(12)].join("-");

/**
 * Records the demo session: about five seconds of work by one agent and four further processes.
 *
 * @throws The signal's reason, when it aborts.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { home, runtime, out = () => {}, signal } = options;
  const root = joinPath(tmpdir(), `planloop-demo-${runtime.random.hex(8)}`);
  writeProject(root, runtime);
  const server = await startModelServer();
  try {
    using session = openSession({
      name: "fix the flaky checkout",
      title: "Fix the flaky checkout",
      purpose: "Find out why the checkout's check fails now and then, and repair it.",
      home,
      projectRoot: root,
      tags: ["demo"],
      agent: "agent",
      recordLlm: true,
      runtime,
    });
    const model = new ModelClient(session, server.url, plantedKey);
    const { spawnWorker } = options;
    const agent: Agent = { session, runtime, root, modelUrl: server.url, spawnWorker, model };
    out(`recording session ${session.id}`);
    begin(session, server.url);
    await makePlan(agent);
    await workThroughPlan(agent, (task) => {
      signal?.throwIfAborted();
      out(`task ${task.id}: ${task.title}`);
    });
    await end(session);
    return { sessionId: session.id, path: session.path };
  } finally {
    await server.close();
    runtime.files.removeTree(root);
  }
}

function begin(session: Session, url: string): void {
  session.info("the agent starts", { model_server: url, check: checkFile });
  // What agents do write into their logs: the recorder takes the key out before it reaches a file.
  session.debug(`using the API key ${plantedKey} for the model server`, {
    headers: { "x-api-key": plantedKey },
    max_tokens: 1024,
  });
  session.sampleMemory({ task: 0 });
}

/** Opens a signal for the deployment, notes what the work gave, and closes the session's books. */
async function end(session: Session): Promise<void> {
  await session.trace("wrap_up", async () => {
    await session.sampleEventLoop();
    const state = await session.updateState((state) => {
      state.signals.push({
        id: "staging-unknown",
        type: "ci",
        kind: "deployment",
        level: "high",
        open: true,
        title: "Staging may run half a build",
        message: "The deployment was killed while it uploaded. Look before sending anything there.",
        link: null,
        extra: { uploaded_files: 137, files: 412 },
        attempts: 1,
      });
      state.artifacts.push({
        type: "diff",
        path: "src/payment.mjs",
        summary: "One idempotency key per order",
        commit_sha: null,
        metadata: {},
      });
      state.next_steps = ["Look at staging", "Ask the shop what a gift card costs"];
      state.final_summary =
        "Orders are charged once. The roll-out to staging and the rounding of " +
        "totals are open.";
    }, { operation: "wrap_up" });
    const open = state.tasks.filter((task) => task.status !== "DONE").length;
    session.info(`${state.tasks.length - open} of ${state.tasks.length} tasks are done`, { open });
  }, { command: ["agent", "wrap-up"] });
}

/**
 * The usual way to start this program again.
 *
 * @param script The program's file, such as `process.argv[1]`.
 */
export function selfSpawner(script: string, runtime: Runtime): SpawnWorker {
  const leading = runtime.process.runtime.name === "deno" ? ["run", "-A", script] : [script];
  return (args) =>
    spawn(process.execPath, [...leading, ...args], { stdio: ["pipe", "pipe", "inherit"] });
}
