/**
 * What is recorded, and who decides it.
 *
 * @module
 */

import { homeLayout } from "../format/mod.ts";
import { joinPath, type Runtime } from "../runtime/mod.ts";

/** What is recorded. */
export interface RecordingSwitches {
  /** Whether anything is written at all. */
  recording: boolean;
  /** Whether model calls leave transcripts. */
  recordsLlm: boolean;
}

/** The caller's own wishes. */
export interface SwitchOptions {
  recording?: boolean | undefined;
  recordLlm?: boolean | undefined;
}

/**
 * Decides what is recorded; the first that says something wins: `PLANLOOP_NO_RECORDING=1`, the
 * option in code, `PLANLOOP_RECORD_LLM=1|0`, `features` in the home's `.dev_mode.json`; else
 * everything but transcripts.
 *
 * @param home The home folder, absolute.
 */
export function readSwitches(
  runtime: Runtime,
  home: string,
  options: SwitchOptions,
): RecordingSwitches {
  const env = runtime.process.env();
  if (isOn(env["PLANLOOP_NO_RECORDING"]) || options.recording === false) {
    return { recording: false, recordsLlm: false };
  }
  const recordsLlm = options.recordLlm ?? isOn(env["PLANLOOP_RECORD_LLM"]) ??
    featureOf(runtime, home, "llm_recording") ?? false;
  return { recording: true, recordsLlm };
}

/** What a switch in the environment says; nothing where it is absent or unclear. */
function isOn(value: string | undefined): boolean | undefined {
  const word = value?.trim().toLowerCase();
  if (word === "1" || word === "true" || word === "yes" || word === "on") return true;
  if (word === "0" || word === "false" || word === "no" || word === "off") return false;
  return undefined;
}

function featureOf(runtime: Runtime, home: string, name: string): boolean | undefined {
  try {
    const text = runtime.files.readText(joinPath(home, homeLayout.devModeDetails));
    const feature = (JSON.parse(text) as { features?: Record<string, unknown> })?.features?.[name];
    return typeof feature === "boolean" ? feature : undefined;
  } catch {
    // Absent in most homes; a damaged one says nothing.
    return undefined;
  }
}
