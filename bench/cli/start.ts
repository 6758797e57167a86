/**
 * What starting a program costs: wall time, and the CPU time that its process used.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** The cost of one run, in milliseconds. */
export interface Cost {
  wall_ms: number;
  cpu_ms: number;
}

/**
 * Loaded into the measured process in front of its own code: tells the CPU time at its exit. The
 * bare process that others are compared with loads it too.
 */
const probe = `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  require("node:fs").writeSync(3, String((user + system) / 1000));
});`;

/** Measures Node programs. */
export class StartMeter {
  readonly #probeFile: string;

  /** @param folder A folder to keep the probe in. */
  constructor(folder: string) {
    this.#probeFile = join(folder, "probe.cjs");
    writeFileSync(this.#probeFile, probe);
  }

  /**
   * Runs each command line in turn, `rounds` times over, so that a busy moment of the machine hits
   * them all alike, and gives the least cost of each: what disturbs a run only ever adds to it.
   */
  measure(commandLines: readonly (readonly string[])[], rounds: number): Cost[] {
    const runs: Cost[][] = commandLines.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, args] of commandLines.entries()) runs[index]!.push(this.#run(args));
    }
    return runs.map((costs) => ({
      wall_ms: Math.min(...costs.map((cost) => cost.wall_ms)),
      cpu_ms: Math.min(...costs.map((cost) => cost.cpu_ms)),
    }));
  }

  #run(args: readonly string[]): Cost {
    const start = performance.now();
    const { status, output, stderr } = spawnSync(
      process.execPath,
      ["--require", this.#probeFile, ...args],
      { stdio: ["ignore", "pipe", "pipe", "pipe"], encoding: "utf8", maxBuffer: 1 << 28 },
    );
    const wall_ms = performance.now() - start;
    if (status !== 0) throw new Error(`Cannot measure "${args.join(" ")}": ${stderr}`);
    return { wall_ms, cpu_ms: Number(output[3]) };
  }
}
