/**
 * The demo's further processes: reviewers that fight over the session's lock, and a deployment that
 * is killed in the middle of its work.
 *
 * @module
 */

import type { ChildProcess } from "node:child_process";
import process from "node:process";
import { openSession, type Session } from "../lib/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import { events } from "./model_client.ts";
import { endlessTask } from "./model_server.ts";

/** How often each reviewer takes the lock. */
export const reviewRounds = 3;

const reviewHoldMs = 60;

/** The line on standard output by which a worker says that it may be told to begin, or killed. */
export const readyLine = "ready";

/** Longest time that a worker may take to get ready, in milliseconds. */
export const workerReadyMsMax = 20_000;

/** What a worker has to do. */
export interface WorkerTask {
  role: "reviewer" | "deployment";
  home: string;
  sessionId: string;
  /** The worker's name, which its locks carry. */
  agent: string;
  /** The model server's address. */
  modelUrl: string;
}

/**
 * Starts this program again with the given arguments. Its standard input and output are pipes.
 *
 * @param args `["demo", "--worker", "<json>"]`
 */
export type SpawnWorker = (args: readonly string[]) => ChildProcess;

/** The arguments that make the program do a worker's task. */
export function workerArgs(task: WorkerTask): string[] {
  return ["demo", "--worker", JSON.stringify(task)];
}

/**
 * Does a worker's task.
 *
 * @param json The last of {@linkcode workerArgs}.
 * @throws {SyntaxError} If the task is no JSON.
 */
export async function runDemoWorker(json: string, runtime: Runtime): Promise<void> {
  const task = JSON.parse(json) as WorkerTask;
  using session = openSession({
    name: "demo",
    id: task.sessionId,
    home: task.home,
    agent: task.agent,
    recordLlm: true,
    runtime,
  });
  await (task.role === "reviewer" ? review(session, task) : deploy(session, task));
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a line on standard input, so that all reviewers begin together. */
async function startSignal(): Promise<void> {
  process.stdout.write(`${readyLine}\n`);
  await new Promise<void>((resolve, reject) => {
    process.stdin.once("data", () => resolve());
    process.stdin.once("end", () => reject(new Error("Cannot review: the demo ended before it")));
  });
  process.stdin.pause();
  process.stdin.unref?.();
}

async function review(session: Session, task: WorkerTask): Promise<void> {
  await startSignal();
  await session.trace("review", async (trace) => {
    trace.set({ reviewer: task.agent });
    for (let round = 1; round <= reviewRounds; round++) {
      await session.span("review_round", { round, reviewer: task.agent }, async (span) => {
        await using lock = await session.lock("review");
        span.event("lock_acquired", { wait_ms: lock.wait_ms });
        session.info(`${task.agent} reads the change, round ${round}`, { round });
        await sleep(reviewHoldMs);
      });
    }
    await session.updateState((state) => {
      state.context_notes.push(`${task.agent}: the key per order is right, and small.`);
    }, { operation: "review_note" });
    session.info(`${task.agent} is done`, { rounds: reviewRounds });
  }, { command: ["agent", "review", "--as", task.agent] });
}

/** Holds the lock and reads a stream that does not end, until it is killed. */
async function deploy(session: Session, task: WorkerTask): Promise<void> {
  await session.trace("deploy", async () => {
    await session.span("deploy", { target: "staging" }, async () => {
      await using _lock = await session.lock("deploy");
      await session.span("upload_build", { files: 412, size_bytes: 18_250_112 }, async (span) => {
        span.set({ uploaded_files: 137, current_file: "dist/checkout/payment.mjs" });
        session.info("uploading the build to staging", { uploaded: 137, of: 412 });
        await readReleaseNotes(session, task);
      });
    });
  }, { command: ["agent", "deploy", "--target", "staging"] });
}

async function readReleaseNotes(session: Session, task: WorkerTask): Promise<void> {
  const response = await session.fetch(`${task.modelUrl}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-haiku-4-5",
      max_tokens: 2048,
      stream: true,
      messages: [{ role: "user", content: `[task ${endlessTask}] Write the release notes.` }],
    }),
  });
  let seen = 0;
  for await (const _event of events(response)) {
    seen += 1;
    if (seen === 12) process.stdout.write(`${readyLine}\n`);
  }
}

/** Waits until a worker has said that it is ready. */
export function workerReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`Cannot go on with the demo: its worker ${child.pid} ${reason}`));
    };
    const timer = setTimeout(
      () => fail(`was not ready after ${workerReadyMsMax} ms`),
      workerReadyMsMax,
    );
    let text = "";
    child.stdout?.on("data", (piece: Uint8Array | string) => {
      text += String(piece);
      if (!text.includes(`${readyLine}\n`)) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("error", (error) => fail(`did not start: ${error.message}`));
    child.once("exit", (code, signal) => fail(`ended with ${code ?? signal} before it was ready`));
  });
}

/** Waits until a worker has ended. */
export function workerEnd(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}
