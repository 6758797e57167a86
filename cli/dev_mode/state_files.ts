/**
 * `.dev_mode.json` and `.dev_mode` in the home: the one is the truth, the other its first word.
 *
 * @module
 */

import { join } from "node:path";
import type { DevModeFeatures, DevModeFile } from "../../lib/format/mod.ts";
import { homeLayout } from "../../lib/format/mod.ts";
import type { Machine } from "./machine.ts";

/** What the home says. */
export type DevModeState =
  | { readonly kind: "absent" }
  | { readonly kind: "file"; readonly value: DevModeFile }
  | { readonly kind: "damaged"; readonly path: string; readonly reason: string };

/** Longest file that is read, in bytes. */
const fileBytesMax = 1024 * 1024;

/** Reads `.dev_mode.json`. */
export function readDevMode(home: string, machine: Machine): DevModeState {
  const path = join(home, homeLayout.devModeDetails);
  const { files } = machine.runtime;
  const there = files.stat(path);
  if (!there) return { kind: "absent" };
  const damaged = (reason: string): DevModeState => ({ kind: "damaged", path, reason });
  if (there.kind !== "file") return damaged("it is no file");
  if (there.sizeBytes > fileBytesMax) return damaged(`it has ${there.sizeBytes} bytes`);
  try {
    const value: unknown = JSON.parse(files.readText(path));
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return damaged("it is no JSON object");
    }
    return { kind: "file", value: completed(value as Record<string, unknown>) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return damaged("it is no JSON");
  }
}

/** The file with every key; what is missing or of another type is null. */
function completed(value: Record<string, unknown>): DevModeFile {
  const text = (key: string) => typeof value[key] === "string" ? value[key] as string : null;
  const features = (key: string) => {
    const given = value[key];
    return typeof given === "object" && given !== null && !Array.isArray(given)
      ? given as DevModeFeatures
      : null;
  };
  return {
    ...value,
    mode: value["mode"] === "dev" ? "dev" : "stable",
    enabled_at: text("enabled_at"),
    disabled_at: text("disabled_at"),
    repo_path: text("repo_path"),
    git_commit: text("git_commit"),
    git_tag: text("git_tag"),
    binary_path: text("binary_path"),
    backup_path: text("backup_path"),
    features: features("features") ?? {},
    previous_features: features("previous_features"),
  };
}

/** Writes both files, the truth first. The home must exist. */
export function writeDevMode(home: string, value: DevModeFile, machine: Machine): void {
  const { files } = machine.runtime;
  const text = `${JSON.stringify(value, null, 2)}\n`;
  files.writeFileAtomic(join(home, homeLayout.devModeDetails), text);
  files.writeFileAtomic(join(home, homeLayout.devMode), value.mode);
}

/** Ends dev mode in the home's files, where they say that it is on; the features come back. */
export function endDevMode(home: string, machine: Machine): void {
  const state = readDevMode(home, machine);
  if (state.kind !== "file") return;
  const { value } = state;
  if (value.mode === "stable") {
    // The word may be what a killed run has not come to.
    const path = join(home, homeLayout.devMode);
    const { files } = machine.runtime;
    if (files.exists(path) && files.readText(path).trim() !== "stable") {
      files.writeFileAtomic(path, "stable");
    }
    return;
  }
  writeDevMode(home, {
    ...value,
    mode: "stable",
    disabled_at: new Date(machine.runtime.clock.nowWhole()).toISOString(),
    backup_path: null,
    features: value.previous_features ?? {},
    previous_features: null,
  }, machine);
}
