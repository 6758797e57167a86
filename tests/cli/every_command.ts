/**
 * Every command with arguments that work: what holds for all of them is tested by this table.
 *
 * @module
 */

import { type CommandEntry, commandTable } from "../../cli/commands.ts";
import { busyTrace } from "../query/recorded.ts";
import { closedPath, makeCheckout, runnableLayouts } from "./dev_mode/layouts.ts";
import { goodId } from "./homes.ts";
import { temporaryFolder } from "./program.ts";

/** Where a command runs. */
export interface Surroundings {
  readonly cwd: string;
  /** The environment beside `PLANLOOP_HOME`. */
  readonly env: Readonly<Record<string, string>>;
}

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
  /** Whether it goes on until it is interrupted, which is its normal end. */
  readonly isServer?: boolean;
  /** Makes what it needs around it. Default: an empty folder. */
  readonly surroundings?: () => Surroundings;
}

let checkout: string | undefined;

/** An installed planloop and no other on the PATH: whoever runs the tests may have one that is theirs. */
function installed(isHollow: boolean, cwd: string): Surroundings {
  const folder = temporaryFolder();
  const bin = runnableLayouts[0]!.install(folder, isHollow);
  return { cwd, env: { HOME: folder, PATH: closedPath(bin) } };
}

/** An installed planloop, and a checkout to switch to. */
const withCheckout = () => installed(false, checkout ??= makeCheckout());

/** An installed planloop that nothing runs. */
const withoutCheckout = () => installed(true, temporaryFolder());

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
  // It reads when it is asked, and waits for a home that is not there yet.
  { command: "web", args: ["--port", "0"], readsHome: false, isServer: true },
  { command: "dev errors list", args: [], readsHome: true },
  { command: "dev errors show", args: [busyTrace], readsHome: true },
  { command: "dev locks", args: [], readsHome: true },
  { command: "dev perf", args: [], readsHome: true },
  { command: "dev perf show", args: [busyTrace], readsHome: true },
  { command: "dev trace", args: [busyTrace], readsHome: true },
  { command: "dev export-logs", args: [], readsHome: true },
  { command: "dev export-llm", args: [], readsHome: true },
  { command: "dev export-traces", args: [], readsHome: true },
  { command: "dev export-diffs", args: [], readsHome: true },
  { command: "dev export-performance", args: [], readsHome: true },
  { command: "dev export-errors", args: [], readsHome: true },
  { command: "dev export-locks", args: [], readsHome: true },
  // Switches keep their state in the home, and make one.
  { command: "dev on", args: [], readsHome: false, isHeavy: true, surroundings: withCheckout },
  { command: "dev off", args: [], readsHome: false, surroundings: withoutCheckout },
  { command: "dev status", args: [], readsHome: false, surroundings: withoutCheckout },
  { command: "dev dogfood", args: [], readsHome: false, isHeavy: true, surroundings: withCheckout },
  { command: "dev restore", args: [], readsHome: false, surroundings: withoutCheckout },
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
