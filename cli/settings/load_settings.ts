/**
 * The settings of one run of a command, and who says where the home is.
 *
 * @module
 */

import { join } from "node:path";
import type { RedactOptions } from "../../lib/redact/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import { resolveHome } from "../../lib/store/mod.ts";
import type { Io } from "../io.ts";
import { findProjectFile, readSettingsFile, type SettingsFile } from "./find_files.ts";
import { type RedactSettings, settingsFileName } from "./settings.ts";

/** Who says where the home is. */
export type HomeSource = "option" | "environment" | "project" | "default";

/** The settings of a run. */
export interface LoadedSettings {
  /** The files that are there, the one that wins first. */
  files: SettingsFile[];
  /** The home's path, absolute. */
  home: string;
  homeSource: HomeSource;
}

/** A setting's value and the file that gives it. */
export interface FoundSetting {
  value: unknown;
  file: SettingsFile;
}

/** What is secret, and what is not, by all files together. */
export interface RedactChoice extends RedactOptions {
  /** The files that allow something. */
  allowedBy: string[];
}

/**
 * Reads the project's settings, and those of the home that the option, the environment or the project
 * names. Never throws: what is wrong are the files' faults.
 *
 * @param homeOption `--home`, where it names the home to read.
 */
export function loadSettings(
  io: Pick<Io, "cwd" | "env">,
  runtime: Runtime,
  homeOption: string | undefined,
): LoadedSettings {
  const named = resolveHome(homeOption, io.env, runtime);
  const projectPath = findProjectFile(io.cwd, runtime);
  // Who stands inside of the home finds the home's own file.
  const project = projectPath === undefined || projectPath === join(named, settingsFileName)
    ? undefined
    : readSettingsFile(projectPath, "project", runtime);
  const inProject = project?.settings.home;
  const homeSource = homeOption
    ? "option"
    : io.env["PLANLOOP_HOME"]
    ? "environment"
    : inProject
    ? "project"
    : "default";
  const home = homeSource === "project" ? inProject! : named;
  const homePath = join(home, settingsFileName);
  const ofHome = homePath === project?.path
    ? undefined
    : readSettingsFile(homePath, "home", runtime);
  return { files: [project, ofHome].filter((file) => file !== undefined), home, homeSource };
}

/** A setting by its path; the first file that has it wins. */
export function findSetting(
  { files }: LoadedSettings,
  section: string | undefined,
  key: string,
): FoundSetting | undefined {
  for (const file of files) {
    const settings = file.settings as Record<string, unknown>;
    const holder = section === undefined ? settings : settings[section];
    const value = (holder as Record<string, unknown> | undefined)?.[key];
    if (value !== undefined) return { value, file };
  }
  return undefined;
}

/** What all files say about secrets: their lists add up, so that no file undoes another's. */
export function redactChoice({ files }: LoadedSettings): RedactChoice {
  const all = files.map((file) => file.settings.redact ?? {});
  const allows = files.filter(({ settings }) => (settings.redact?.allow ?? []).length > 0);
  return {
    keys: all.flatMap(({ keys = [] }) => keys),
    allow: all.flatMap(({ allow = [] }) => allow),
    rules: all.flatMap(({ rules = [] }: RedactSettings) =>
      rules.map(({ name, pattern, ignore_case = false, anchors = [] }) => ({
        name,
        pattern: new RegExp(pattern, ignore_case ? "i" : ""),
        anchors,
      }))
    ),
    allowedBy: allows.map(({ path }) => path),
  };
}
