/**
 * Where files of settings are: in the project, nearest upwards, and in the home.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import type { Runtime } from "../../lib/runtime/mod.ts";
import { systemReason } from "../system_reason.ts";
import { type Settings, settingsFileName, type SettingsScope } from "./settings.ts";
import { readSettingsText, type SettingsFault } from "./settings_text.ts";

/** A file of settings, read. */
export interface SettingsFile {
  /** Absolute. */
  path: string;
  scope: SettingsScope;
  /** What it says, with absolute paths as far as they are its own; nothing where it has faults. */
  settings: Settings;
  faults: SettingsFault[];
  placeOf(path: string): { line: number; column: number };
}

/** Largest file of settings, in bytes. */
export const settingsBytesMax = 1_000_000;

/** Most folders that are looked into on the way up. */
const foldersMax = 64;

/**
 * The project's file: the nearest one from the working directory upwards. The way ends at the root of
 * the git checkout, or else at the user's folder; outside of both, it is the working directory alone,
 * as what lies above may be anybody's.
 */
export function findProjectFile(cwd: string, runtime: Runtime): string | undefined {
  for (const folder of projectFolders(cwd, runtime)) {
    const path = join(folder, settingsFileName);
    if (isThere(path, runtime)) return path;
  }
  return undefined;
}

/** The folders in which a project's file counts, the nearest first. */
function projectFolders(cwd: string, runtime: Runtime): string[] {
  const user = resolve(runtime.process.homeDirectory());
  const folders: string[] = [];
  for (let folder = resolve(cwd); folders.length < foldersMax; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === user || isThere(join(folder, ".git"), runtime)) return folders;
    if (dirname(folder) === folder) break;
  }
  return folders.slice(0, 1);
}

function isThere(path: string, { files }: Runtime): boolean {
  try {
    return files.lstat(path) !== undefined;
  } catch {
    return false;
  }
}

/** Reads a file of settings; nothing where there is none. What is wrong with it are its faults. */
export function readSettingsFile(
  path: string,
  scope: SettingsScope,
  runtime: Runtime,
): SettingsFile | undefined {
  if (!isThere(path, runtime)) return undefined;
  const text = readText(path, runtime);
  if (typeof text !== "string") {
    const faults = [{ line: 1, column: 1, message: text.refusal }];
    return { path, scope, settings: {}, faults, placeOf: () => ({ line: 1, column: 1 }) };
  }
  const read = readSettingsText(text.replace(/^\ufeff/, " "), scope);
  return { path, scope, ...read, settings: withPaths(read.settings, path, scope, runtime) };
}

function readText(path: string, { files }: Runtime): string | { refusal: string } {
  try {
    const stat = files.stat(path);
    if (stat?.kind !== "file") return { refusal: "It is no file that can be read." };
    if (stat.sizeBytes > settingsBytesMax) {
      return { refusal: `It has ${stat.sizeBytes} bytes, expected at most ${settingsBytesMax}.` };
    }
    return files.readText(path);
  } catch (error) {
    return { refusal: `It cannot be read: ${systemReason(error)}.` };
  }
}

/**
 * `~` is the user's folder. A relative path starts at the project's file; of the home's file, at the
 * working directory, where it stays relative.
 */
function withPaths(
  settings: Settings,
  file: string,
  scope: SettingsScope,
  runtime: Runtime,
): Settings {
  const absolute = (path: string) => {
    const user = runtime.process.homeDirectory();
    const expanded = /^~(?:$|[\\/])/.test(path) ? join(user, path.slice(1)) : path;
    return scope === "project" ? resolve(dirname(file), expanded) : expanded;
  };
  const { home, report } = settings;
  return {
    ...settings,
    ...(home === undefined ? {} : { home: absolute(home) }),
    ...(report?.out === undefined ? {} : { report: { ...report, out: absolute(report.out) } }),
  };
}
