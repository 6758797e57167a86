/**
 * The launcher: a small shell script that stands in the place of the installed `planloop` and runs
 * a working copy's source. It says in itself what it replaces, so that the way back is known
 * wherever the home is.
 *
 * @module
 */

import { join } from "node:path";

/** The program that runs the working copy's source. */
export type LauncherRuntime = "node" | "deno";

/** What the installed `planloop` is on disk: enough to know it again, and a link to make it again. */
export type StableFile =
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "file"; readonly sha256: string };

/** What a launcher knows. */
export interface Launcher {
  /** The working copy. */
  readonly repo: string;
  /** The home that keeps the state of dev mode. */
  readonly home: string;
  /** Where the launcher stands. */
  readonly binary: string;
  /** Where the installed `planloop` is kept. */
  readonly backup: string;
  readonly runtime: LauncherRuntime;
  readonly stable: StableFile;
  /** Whether the installed one can be asked to put itself back. */
  readonly stableRestores: boolean;
}

/** The script of a working copy that runs its source. */
export const sourceRunner = "scripts/run_source.mjs";

/** Longest launcher that is read, in bytes; a longer file is something else. */
export const launcherBytesMax: number = 64 * 1024;

const mark = "# planloop-launcher 1 ";

/** The launcher's text. */
export function launcherText(launcher: Launcher): string {
  const { repo, backup, binary, runtime, stableRestores } = launcher;
  const runner = quoted(join(repo, sourceRunner));
  const wayBack = `mv -f ${quoted(backup)} ${quoted(binary)}`;
  const command = runtime === "node"
    ? `node ${runner}`
    : `deno run --allow-all --quiet --config ${quoted(join(repo, "deno.json"))} ${runner}`;
  return [
    "#!/bin/sh",
    '# planloop from the source of a working copy, put here by "planloop dev on".',
    '# "planloop dev off" brings the installed planloop back. By hand:',
    `#   ${wayBack}`,
    mark + JSON.stringify(launcher),
    ...(stableRestores
      ? [
        "# The installed one puts itself back, however broken the working copy is.",
        `if [ "$1 $2" = "dev restore" ] && [ -x ${quoted(backup)} ]; then`,
        `  exec ${quoted(backup)} "$@"`,
        "fi",
      ]
      : []),
    `if [ ! -f ${runner} ]; then`,
    `  echo ${quoted(`Error: Cannot run planloop from ${repo}: the working copy is gone.`)} >&2`,
    `  echo ${quoted(`Bring the installed planloop back: ${wayBack}`)} >&2`,
    "  exit 1",
    "fi",
    `exec ${command} "$@"`,
    "",
  ].join("\n");
}

/** What a launcher's text says; undefined where it is none. */
export function parseLauncher(text: string): Launcher | undefined {
  const line = text.split("\n", 12).find((one) => one.startsWith(mark));
  if (line === undefined) return undefined;
  try {
    const value = JSON.parse(line.slice(mark.length)) as Partial<Record<keyof Launcher, unknown>>;
    return isLauncher(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLauncher(value: Partial<Record<keyof Launcher, unknown>>): value is Launcher {
  const { repo, home, binary, backup, runtime, stableRestores } = value;
  const stable = value.stable as Record<string, unknown> | null | undefined;
  return [repo, home, binary, backup].every((path) => typeof path === "string") &&
    (runtime === "node" || runtime === "deno") && typeof stableRestores === "boolean" &&
    (stable?.["kind"] === "link" && typeof stable["target"] === "string" ||
      stable?.["kind"] === "file" && typeof stable["sha256"] === "string");
}

/** A text as one word of a shell's command line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Whether a path can stand in a launcher: a line of it must stay one. */
export function fitsLauncher(path: string): boolean {
  return !/\p{Cc}/u.test(path);
}
