/**
 * The demo session: a real agent loop on a small project, with a scripted model.
 *
 * @module
 */

export { type DemoOptions, type DemoResult, plantedKey, runDemo, selfSpawner } from "./run.ts";
export { runDemoWorker, type SpawnWorker, workerArgs, type WorkerTask } from "./worker.ts";
