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

/** Who decides about a switch. */
export type SwitchSource =
  | "PLANLOOP_NO_RECORDING"
  | "option"
  | "PLANLOOP_RECORD_LLM"
  | ".dev_mode.json"
  | "default";

/** What is recorded, and why. */
export interface SwitchDecision extends RecordingSwitches {
  /** Who decides whether anything is recorded. */
  recordingBy: SwitchSource;
  /** Who decides about model calls; the same where nothing is recorded at all. */
  recordsLlmBy: SwitchSource;
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
  const { recording, recordsLlm } = explainSwitches(runtime, home, options);
  return { recording, recordsLlm };
}

/** {@linkcode readSwitches}, and who decided. */
export function explainSwitches(
  runtime: Runtime,
  home: string,
  options: SwitchOptions,
): SwitchDecision {
  const env = runtime.process.env();
  const off = isOn(env["PLANLOOP_NO_RECORDING"])
    ? "PLANLOOP_NO_RECORDING"
    : options.recording === false
    ? "option"
    : undefined;
  if (off !== undefined) {
    return { recording: false, recordingBy: off, recordsLlm: false, recordsLlmBy: off };
  }
  const recordingBy = options.recording === undefined ? "default" : "option";
  const says = (recordsLlm: boolean | undefined, recordsLlmBy: SwitchSource) =>
    recordsLlm === undefined
      ? undefined
      : { recording: true, recordingBy, recordsLlm, recordsLlmBy } as const;
  return says(options.recordLlm, "option") ??
    says(isOn(env["PLANLOOP_RECORD_LLM"]), "PLANLOOP_RECORD_LLM") ??
    says(featureOf(runtime, home, "llm_recording"), ".dev_mode.json") ??
    { recording: true, recordingBy, recordsLlm: false, recordsLlmBy: "default" };
}

/** What a switch in the environment says; nothing where it is absent or unclear. */
export function isOn(value: string | undefined): boolean | undefined {
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
