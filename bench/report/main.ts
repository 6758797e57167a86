/**
 * What it takes to make reports of growing logs and to use them in browsers, and how ours compares
 * with others' reports of the same items. All in one run.
 *
 *     npm run bench report -- [--quick] [--json | --markdown]
 *
 * @module
 */

import process from "node:process";
import { doJob, jobFlag } from "./measure.ts";

const args = process.argv.slice(2);
if (args[0] === jobFlag) await doJob(args.slice(1));
else {
  // Only here: a measured job is not to hold what drives browsers in its memory.
  const { runBench } = await import("./run.ts");
  await runBench(args);
}
