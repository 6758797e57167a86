/**
 * The home, the settings, and what is recorded.
 *
 * @module
 */

import fs from "node:fs";
import { dirname, join } from "node:path";
import { homeLayout } from "../../lib/format/mod.ts";
import { explainSwitches, isOn } from "../../lib/record/switches.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import { isWritableFolder } from "../access.ts";
import type { Io } from "../io.ts";
import { faultLines, type HomeSource, type LoadedSettings } from "../settings/mod.ts";
import { systemReason } from "../system_reason.ts";
import { printable } from "../text.ts";
import { count, size } from "../units.ts";
import { type Check, note, ok, problem } from "./check.ts";

const sourceWords: Readonly<Record<HomeSource, string>> = {
  option: "from --home",
  environment: "from PLANLOOP_HOME",
  project: "from the project's settings",
  default: "the default",
};

/** Less free space than this is a problem, and less than ten times of it worth a note, in bytes. */
const freeBytesMin = 100_000_000;

/** Where the home is, who says so, and whether it can be used. */
export function checkHome({ home, homeSource }: LoadedSettings, io: Io): Check {
  const where = `${printable(home)} (${sourceWords[homeSource]})`;
  const facts = homeFacts(home);
  const details = { path: home, source: homeSource, ...facts };
  const bad = (words: string, advice: string) =>
    problem("home", `${where}: ${words}`, details, advice);
  if (!facts.exists) {
    if (!facts.writable) {
      const words = "does not exist, and cannot be made";
      return bad(words, "Name another one with --home or PLANLOOP_HOME.");
    }
    const words = "does not exist yet";
    if (homeSource === "default") {
      return note("home", `${where}: ${words}`, details, "It is made with the first recording.");
    }
    return bad(words, "Is the path as you meant it? A recording into it would make it.");
  }
  if (facts.reason !== null) return bad(facts.reason, "Name another one, or mend its permissions.");
  if (!facts.writable) {
    return bad("nothing can be written there", "Mend its permissions, or name another one.");
  }
  const mode = facts.mode === null || io.platform === "win32" ? 0 : parseInt(facts.mode, 8);
  const words = facts.mode === null ? "writable" : `writable, mode ${facts.mode}`;
  const advice = `Keep others out: chmod go= ${JSON.stringify(home)}`;
  if ((mode & 0o022) !== 0) {
    return bad(`${words}: others can change what is recorded`, `${advice}.`);
  }
  if ((mode & 0o055) !== 0) {
    const text = `${where}: ${words}: others on this machine may read it`;
    return note("home", text, details, `${advice}, if the machine is shared.`);
  }
  return ok("home", `${where}: ${words}`, details);
}

interface HomeFacts {
  exists: boolean;
  writable: boolean;
  /** In octal, such as `755`; null where the system has none. */
  mode: string | null;
  /** Why it cannot be used; null where it can. */
  reason: string | null;
}

function homeFacts(home: string): HomeFacts {
  try {
    const stat = fs.statSync(home, { throwIfNoEntry: false });
    if (!stat) {
      return {
        exists: false,
        writable: isWritableFolder(existingAbove(home)),
        mode: null,
        reason: null,
      };
    }
    const mode = (stat.mode & 0o777).toString(8);
    if (!stat.isDirectory()) {
      return { exists: true, writable: false, mode, reason: "it is no folder" };
    }
    const sessions = join(home, homeLayout.sessions);
    fs.readdirSync(fs.existsSync(sessions) ? sessions : home);
    const writable = isWritableFolder(home) &&
      (!fs.existsSync(sessions) || isWritableFolder(sessions));
    return { exists: true, writable, mode, reason: null };
  } catch (error) {
    return {
      exists: true,
      writable: false,
      mode: null,
      reason: `it cannot be read: ${systemReason(error)}`,
    };
  }
}

/** The folder itself, or the nearest one above it that exists. */
function existingAbove(path: string): string {
  let at = path;
  while (!fs.existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** How much room the disk has that the home is on. */
export function checkDisk({ home }: LoadedSettings): Check {
  try {
    const { bavail, bsize } = fs.statfsSync(existingAbove(home));
    const free = bavail * bsize;
    const summary = `${size(free)} free`;
    const details = { free_bytes: free };
    if (free < freeBytesMin) {
      const advice =
        "Make room: `planloop sessions remove --older-than 30d --dry-run` shows what would go.";
      return problem("disk", summary, details, advice);
    }
    return free < 10 * freeBytesMin ? note("disk", summary, details) : ok("disk", summary, details);
  } catch (error) {
    const summary = `not known: ${systemReason(error)}`;
    return note("disk", summary, { free_bytes: null });
  }
}

/** Which files of settings are read, and what is wrong with them. */
export function checkSettings(loaded: LoadedSettings): Check {
  const { files } = loaded;
  const faults = files.flatMap(faultLines);
  const details = {
    files: files.map(({ path, scope, faults }) => ({ path, scope, faults })),
  };
  const names = files.map(({ path, scope }) => `${printable(path)} (${scope})`).join(", ");
  if (faults.length > 0) {
    return problem(
      "settings",
      `${count(faults.length, "fault")} in ${names}`,
      details,
      faults.join(" "),
    );
  }
  return ok("settings", names || "no planloop.jsonc, and none needed", details);
}

/** What would be recorded here by a program that says nothing itself, and who decides it. */
export function checkRecording({ home }: LoadedSettings, runtime: Runtime, io: Io): Check {
  const machine = { ...runtime, process: { ...runtime.process, env: () => ({ ...io.env }) } };
  const { recording, recordingBy, recordsLlm, recordsLlmBy } = explainSwitches(machine, home, {});
  const details = {
    recording,
    recording_by: recordingBy,
    llm_recording: recordsLlm,
    llm_recording_by: recordsLlmBy,
    variables: Object.fromEntries(variables.map((name) => [name, io.env[name] ?? null])),
  };
  const unclear = variables.filter((name) => io.env[name] && isOn(io.env[name]) === undefined);
  const summary = recording
    ? `on (${recordingBy}); transcripts of model calls ${
      recordsLlm ? "on" : "off"
    } (${recordsLlmBy})`
    : `off (${recordingBy})`;
  if (unclear.length > 0) {
    const advice = `${unclear.map((name) => `${name}=${printable(io.env[name]!)}`).join(", ")} ` +
      "counts for nothing: expected 1 or 0.";
    return problem("recording", summary, details, advice);
  }
  const advice = "Programs record nothing here. Options in their code cannot change that.";
  return recording
    ? ok("recording", summary, details)
    : note("recording", summary, details, advice);
}

const variables = ["PLANLOOP_NO_RECORDING", "PLANLOOP_RECORD_LLM"] as const;

/** Whether planloop itself is being worked on: `.dev_mode.json`, and the word in `.dev_mode`. */
export function checkDevMode({ home }: LoadedSettings, { files }: Runtime): Check | undefined {
  const read = (name: string) => {
    try {
      return files.readStart(join(home, name), devModeBytesMax);
    } catch {
      return undefined;
    }
  };
  const [text, word] = [read(homeLayout.devModeDetails), read(homeLayout.devMode)?.trim()];
  if (text === undefined && word === undefined) return undefined;
  const state = parseObject(text);
  const mode = state?.["mode"] ?? null;
  const details = { mode, word: word ?? null, state: state ?? null };
  if (text !== undefined && state === undefined) {
    const advice = `Mend or remove ${join(home, homeLayout.devModeDetails)}.`;
    return problem("dev_mode", `${homeLayout.devModeDetails} is no JSON object`, details, advice);
  }
  const summary = `${printable(String(mode ?? word))}`;
  if (word === undefined || state === undefined || word === mode) {
    return note("dev_mode", summary, details);
  }
  const words = `${homeLayout.devModeDetails} says ${summary}, ${homeLayout.devMode} says ${
    printable(word)
  }`;
  return problem(
    "dev_mode",
    words,
    details,
    "The first one counts; write the same into the second.",
  );
}

const devModeBytesMax = 64 * 1024;

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
