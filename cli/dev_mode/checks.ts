/**
 * Whether planloop can be developed and recorded with itself: what `dev dogfood` looks at.
 *
 * @module
 */

import { join } from "node:path";
import type { Machine } from "./machine.ts";
import type { DevStatus } from "./status.ts";

/** One check. */
export interface DevCheck {
  readonly name: "planloop runs" | "report app" | "home" | "recording" | "model calls";
  readonly ok: boolean;
  /** What was found, and where it is not well what to do. */
  readonly detail: string;
}

/** Looks at what a loop of developing and recording needs. Builds the report's app where it is old. */
export async function devChecks(status: DevStatus, machine: Machine): Promise<DevCheck[]> {
  return [
    await checkProgram(status, machine),
    await checkApp(status, machine),
    checkHome(status, machine),
    checkRecording(status),
    checkModelCalls(status),
  ];
}

async function checkProgram({ planloop_path }: DevStatus, machine: Machine): Promise<DevCheck> {
  const start = machine.runtime.clock.monotonic();
  const { code, stdout, stderr } = await machine.run(planloop_path ?? "planloop", ["--version"]);
  const ms = Math.round(machine.runtime.clock.monotonic() - start);
  const detail = code === 0
    ? `version ${stdout.trim()} from the source, in ${ms} ms`
    : `it does not: ${(stderr || stdout).trim().split("\n")[0] ?? ""}`;
  return { name: "planloop runs", ok: code === 0, detail };
}

async function checkApp({ repo_path }: DevStatus, machine: Machine): Promise<DevCheck> {
  const name = "report app";
  if (repo_path === null) return { name, ok: false, detail: "there is no working copy" };
  const script = join(repo_path, "scripts", "build.mjs");
  const { code, stderr, stdout } = await machine.run("node", [script, "--app"], repo_path);
  const said = (stderr || stdout).trim().split("\n");
  if (code === 0) {
    const built = said.filter((line) => line.startsWith("Built ")).length > 0;
    return { name, ok: true, detail: built ? "built from the source" : "up to date" };
  }
  const reason = code === null ? "it took too long" : said.at(-1) || "it failed";
  return { name, ok: false, detail: `not built: ${reason}; run npm run build in ${repo_path}` };
}

function checkHome({ home }: DevStatus, machine: Machine): DevCheck {
  const ok = machine.links.isWritable(home);
  const detail = ok ? home : `you may not write to ${home}; set PLANLOOP_HOME to another folder`;
  return { name: "home", ok, detail };
}

function checkRecording({ features, features_by }: DevStatus): DevCheck {
  const ok = features.tracing;
  const detail = ok
    ? "log, traces, state changes, errors, locks and measurements are recorded"
    : `nothing is recorded: ${features_by.recording}; unset it`;
  return { name: "recording", ok, detail };
}

function checkModelCalls({ features, features_by }: DevStatus): DevCheck {
  const ok = features.llm_recording;
  const by = features_by.llm_recording;
  const detail = ok
    ? `recorded, secrets taken out (${by}); PLANLOOP_RECORD_LLM=0 leaves them out for one run`
    : `not recorded: ${by}; unset it`;
  return { name: "model calls", ok, detail };
}
