/**
 * The working copy that is to run: planloop's own checkout, in a state that can be marked with a tag
 * and that runs.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { fitsLauncher, sourceRunner } from "./launcher.ts";
import type { Machine, Outcome } from "./machine.ts";

/** A working copy as it is now. */
export interface Checkout {
  /** Its folder, with links resolved. */
  readonly path: string;
  readonly commit: string;
  /** Files that differ from that commit, those that Git does not know included. */
  readonly filesChanged: number;
}

/** What Git keeps while it is in the middle of something, and what that is. */
const unfinished: readonly (readonly [file: string, what: string])[] = [
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
];

/**
 * Finds the working copy and checks that it may be switched to.
 *
 * @param given A folder, from the working directory. Default: the working directory, and then those
 * above it.
 * @throws {Error} Why it must not be switched to.
 */
export async function findCheckout(
  given: string | undefined,
  machine: Machine,
): Promise<Checkout> {
  const path = findSource(given, machine);
  if (!fitsLauncher(path)) {
    throw new Error(
      `Cannot switch to ${JSON.stringify(path)}: expected a path without control characters`,
    );
  }
  if (!machine.runtime.files.exists(join(path, sourceRunner))) {
    throw new Error(
      `Cannot switch to ${path}: it has no ${sourceRunner}, so it is too old to be run from its ` +
        "source; update it",
    );
  }
  await checkGit(path, machine);
  const commit = await headOf(path, machine);
  if (commit === undefined) {
    throw new Error(
      `Cannot switch to ${path}: its repository has no commit yet that could be tagged; commit first`,
    );
  }
  const filesChanged = await countChanges(path, machine);
  return { path, commit, filesChanged: filesChanged ?? 0 };
}

/** The folder of planloop's source at or above a folder. */
function findSource(given: string | undefined, machine: Machine): string {
  const start = resolve(machine.cwd, given ?? ".");
  const { files } = machine.runtime;
  if (files.stat(start)?.kind !== "directory") {
    throw new Error(`Cannot switch to ${start}: it is no folder; expected planloop's checkout`);
  }
  let folder = files.realPath(start);
  for (;;) {
    if (isSource(folder, machine)) return folder;
    const above = dirname(folder);
    // A folder that was named is meant itself.
    if (given !== undefined || above === folder) break;
    folder = above;
  }
  throw new Error(
    given === undefined
      ? `Cannot find a working copy of planloop at ${start} or above it: run this in planloop's ` +
        "checkout, or name that with --repo"
      : `Cannot switch to ${start}: it is not planloop's checkout (expected cli.ts, and a ` +
        'package.json with the name "planloop")',
  );
}

function isSource(folder: string, { runtime: { files } }: Machine): boolean {
  if (!files.exists(join(folder, "cli.ts"))) return false;
  try {
    const manifest = JSON.parse(files.readText(join(folder, "package.json"))) as { name?: unknown };
    return manifest?.name === "planloop";
  } catch {
    // None, or not readable: not planloop's.
    return false;
  }
}

async function checkGit(path: string, machine: Machine): Promise<void> {
  const top = await git(["rev-parse", "--show-prefix", "--show-toplevel"], path, machine);
  if (top.code === 127) {
    throw new Error(`Cannot switch to ${path}: git could not be started (${top.stderr})`);
  }
  if (top.code !== 0) {
    throw new Error(
      `Cannot switch to ${path}: it is not a git checkout, so where dev mode began cannot be ` +
        `tagged; clone planloop with git. Git says: ${firstLine(top.stderr)}`,
    );
  }
  // The way from the top down to the folder: comparing paths would stumble over links and case.
  const [prefix, folder] = top.stdout.split("\n");
  if (prefix !== "") {
    throw new Error(
      `Cannot switch to ${path}: it is no checkout of its own but a folder of ${folder}, which ` +
        "would get the tag; clone planloop with git",
    );
  }
  await checkFinished(path, machine);
}

/** In the middle of a merge the source may hold conflict marks, and the commit is not the last word. */
async function checkFinished(path: string, machine: Machine): Promise<void> {
  const names = unfinished.flatMap(([file]) => ["--git-path", file]);
  const { stdout } = await git(["rev-parse", ...names], path, machine);
  const places = stdout.trimEnd().split("\n");
  for (const [index, [, what]] of unfinished.entries()) {
    const place = places[index];
    if (!place || !machine.runtime.files.exists(resolve(path, place))) continue;
    throw new Error(
      `Cannot switch to ${path}: Git is in the middle of ${what} there; finish or abort it first`,
    );
  }
}

/** The commit of a working copy; undefined where it has none. */
export async function headOf(path: string, machine: Machine): Promise<string | undefined> {
  const { code, stdout } = await git(["rev-parse", "--verify", "HEAD^{commit}"], path, machine);
  return code === 0 ? stdout.trim() : undefined;
}

/** How many files differ from the commit; undefined where Git does not say. */
export async function countChanges(path: string, machine: Machine): Promise<number | undefined> {
  const { code, stdout } = await git(["status", "--porcelain", "-z"], path, machine);
  if (code !== 0) return undefined;
  return stdout.split("\0").filter((entry) => /^.. /.test(entry)).length;
}

/** Puts a tag on a commit and gives its name: `dev-start-20251118-081417`, in UTC. */
export async function tagStart(checkout: Checkout, machine: Machine): Promise<string> {
  const time = new Date(machine.runtime.clock.now()).toISOString();
  const name = `dev-start-${time.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;
  // Signing would ask for a passphrase.
  const args = ["-c", "tag.gpgSign=false", "tag", name, checkout.commit];
  const { code, stderr } = await git(args, checkout.path, machine);
  if (code === 0) return name;
  // Switched on twice within a second, or by a clock that was set back.
  const { stdout } = await git(
    ["rev-parse", "--verify", `${name}^{commit}`],
    checkout.path,
    machine,
  );
  if (stdout.trim() === checkout.commit) return name;
  throw new Error(
    `Cannot tag ${checkout.commit.slice(0, 12)} in ${checkout.path} as ${name}: git tag says: ` +
      firstLine(stderr),
  );
}

function git(args: readonly string[], path: string, machine: Machine): Promise<Outcome> {
  // Without the optional lock: another Git may be at work in the same checkout.
  return machine.run("git", ["--no-optional-locks", ...args], path);
}

/** The first line of what a program said. */
export function firstLine(text: string): string {
  return text.trim().split("\n")[0] || "nothing";
}
