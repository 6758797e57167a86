/**
 * Every command with arguments that work: what holds for all of them is tested by this table.
 *
 * @module
 */

import { type CommandEntry, commandTable } from "../../cli/commands.ts";
import { goodId } from "./homes.ts";

/** A command line to run in an empty working directory, with `PLANLOOP_HOME` a good home. */
export interface CommandRow {
  /** The command's name, its group's in front. */
  readonly command: string;
  /** What it needs to be done with. */
  readonly args: readonly string[];
  /** Whether it reads a home that must be there. */
  readonly readsHome: boolean;
  /** Whether it works in spite of faulty settings. */
  readonly ignoresSettings?: boolean;
  /** Whether it starts processes or goes on for long, so that it only runs in a process of its own. */
  readonly isHeavy?: boolean;
}

/** A new command needs a row. */
export const everyCommand: readonly CommandRow[] = [
  { command: "report", args: ["--out", "out"], readsHome: true },
  { command: "sessions list", args: [], readsHome: true },
  { command: "sessions info", args: [], readsHome: true },
  { command: "sessions current", args: [], readsHome: true },
  { command: "sessions use", args: [goodId], readsHome: true },
  { command: "sessions remove", args: [goodId, "--dry-run"], readsHome: true },
  { command: "demo", args: ["--no-open"], readsHome: false, isHeavy: true },
  { command: "doctor", args: [], readsHome: false, ignoresSettings: true },
  { command: "completions", args: ["bash"], readsHome: false, ignoresSettings: true },
  { command: "dev scrub", args: [], readsHome: true },
];

/** The command line of a row. */
export function argsOf({ command, args }: CommandRow): string[] {
  return [...command.split(" "), ...args];
}

/** The names of all commands that do something; a group may be one itself. */
export function commandNames(
  entries: readonly CommandEntry[] = commandTable,
  group = "",
): string[] {
  return entries.flatMap(({ name, load, commands = [] }) => [
    ...(load ? [`${group}${name}`] : []),
    ...commandNames(commands, `${group}${name} `),
  ]);
}
