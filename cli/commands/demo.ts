/**
 * `planloop demo`
 *
 * @module
 */

import { join, resolve } from "node:path";
import process from "node:process";
import { type Command, Option } from "commander";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import type { CommandContext } from "../command.ts";
import { freshDemoHome } from "../demo_folder.ts";
import { examplesHelp } from "../help.ts";
import type { HomeOptions } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf } from "../machine.ts";
import { hasDesktop, openFile } from "../open.ts";
import { filled } from "../option_value.ts";
import { produceReport } from "../produce_report.ts";

interface DemoOptions extends HomeOptions {
  out: string;
  open: boolean;
  worker?: string;
}

/** Where the demo goes below the working directory. */
const demoHome = join("demo-out", "home");

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  command
    .option("--home <folder>", `record into this home (default: a fresh ${demoHome})`, filled)
    .option("--out <folder>", "where the report goes", filled, join("demo-out", "report"))
    .option("--no-open", "do not open the report, even where there is a desktop")
    .addOption(new Option("--worker <json>").hideHelp())
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop demo", "record, write demo-out/report/index.html, open it"],
        ["planloop demo --no-open", "the same, and only print the path"],
        ["planloop demo --home ~/.planloop", "keep the session among your own"],
      ]) +
        "\nThe demo is a small agent loop: it plans, calls a scripted model server that it starts on\n" +
        "this machine, fights over a lock with other processes, fails, and recovers. It takes a\n" +
        "few seconds and talks to nothing outside.",
    )
    .action(async (options: DemoOptions) => {
      if (options.worker !== undefined) return await work(options.worker);
      const home = resolve(io.cwd, options.home ?? demoHome);
      if (options.home === undefined) freshDemoHome(home);
      const id = await record(home, io);
      const request = { out: resolve(io.cwd, options.out), redact: true, quiet: false };
      const { file } = await produceReport(
        [openHome(home, machineOf(io)).findSession(id)],
        request,
        io,
      );
      io.stdout.write(`${file}\n`);
      if (options.open && hasDesktop(io)) await openFile(file, io);
    });
}

/** Records the session and gives its id. The demo is loaded here: the help needs none of it. */
async function record(home: string, io: Io): Promise<string> {
  showSourcesInStacks();
  const { runDemo, selfSpawner } = await import("../../demo/mod.ts");
  const script = process.argv[1];
  if (script === undefined) {
    throw new Error("Cannot run the demo's processes: this process does not know its own script.");
  }
  const runtime = systemRuntime();
  const { sessionId } = await runDemo({
    home,
    runtime,
    spawnWorker: selfSpawner(script, runtime),
    out: (line) => say(io, line),
    signal: io.interrupted,
  });
  return sessionId;
}

/** Lets the demo's stacks name its source files where the bundle has its source maps beside it. */
function showSourcesInStacks(): void {
  process.setSourceMapsEnabled?.(true);
}

/** Does one task of the demo, as one of its further processes. */
async function work(task: string): Promise<void> {
  const { runDemoWorker } = await import("../../demo/mod.ts");
  await runDemoWorker(task, systemRuntime());
}
