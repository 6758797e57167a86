/**
 * A machine for dev mode with real files and links, on which a process can die before any change
 * that it makes, and on which Git and planloop only answer.
 *
 * @module
 */

import * as fs from "node:fs";
import type { Links, Machine, Outcome } from "../../../cli/dev_mode/machine.ts";
import { systemMachine } from "../../../cli/dev_mode/machine.ts";
import { type Files, systemRuntime } from "../../../lib/runtime/mod.ts";
import { fakeIo } from "../fake_io.ts";

/** The process is gone: nothing that it still tries has any effect. */
export class Killed extends Error {
  override readonly name = "Killed";
}

export interface FakeMachine extends Machine {
  /** How many changes it has made. */
  readonly changes: () => number;
  /** Tags that Git was asked for. */
  readonly tags: string[];
}

export interface FakeMachineOptions {
  cwd: string;
  /** PATH. */
  path: string;
  /** The process dies before it makes this change, from 0. Default: it lives on. */
  diesBefore?: number;
  /** What a program answers, by its first words; default: all is well. */
  answers?: (line: string) => Outcome | undefined;
  platform?: string;
}

let pids = 4_000_000;
let names = 0;

/** The process whose turn it is; all others are dead. */
let livingPid = 0;

/** Makes a machine, on which a new process begins. */
export function fakeMachine(options: FakeMachineOptions): FakeMachine {
  const { cwd, path, diesBefore = Infinity, answers, platform = "linux" } = options;
  const pid = pids++;
  livingPid = pid;
  let count = 0;
  const change = <T>(action: () => T): T => {
    if (count >= diesBefore) throw new Killed(`before change ${count}`);
    count++;
    return action();
  };
  const base = systemMachine(fakeIo({ cwd, platform, env: { PATH: path } }));
  const runtime = systemRuntime();
  const tags: string[] = [];
  const said = (stdout: string, code = 0): Outcome => ({ code, stdout, stderr: "" });
  return {
    ...base,
    changes: () => count,
    tags,
    runtime: {
      ...runtime,
      files: mortalFiles(runtime.files, change),
      process: {
        ...runtime.process,
        pid,
        env: () => ({ PATH: path }),
        startTime: (other) => `start-${other}`,
        isAlive: (other) => other === livingPid,
      },
    },
    links: mortalLinks(base.links, change),
    run(command, args, at = cwd) {
      const line = [command, ...args].join(" ");
      const answer = answers?.(line);
      if (answer) return Promise.resolve(answer);
      if (/ tag dev-start/.test(line)) change(() => tags.push(args.at(-2)!));
      if (line.includes("--show-toplevel")) return Promise.resolve(said(`\n${at}\n`));
      if (line.includes("--git-path")) return Promise.resolve(said("/none/there\n"));
      if (line.includes("HEAD^{commit}")) return Promise.resolve(said(`${"c0ffee".repeat(6)}\n`));
      return Promise.resolve(said(line.endsWith("--version") ? "9.9.9\n" : ""));
    },
  };
}

type Change = <T>(action: () => T) => T;

/** Files whose every single system call that changes something may be the last. */
function mortalFiles(files: Files, change: Change): Files {
  const draftOf = (path: string) => `${path}.${String(++names).padStart(12, "0")}.tmp`;
  return {
    ...files,
    writeFileAtomic(path, data) {
      const draft = draftOf(path);
      change(() => fs.writeFileSync(draft, ""));
      change(() => fs.writeFileSync(draft, data as string));
      change(() => fs.renameSync(draft, path));
    },
    writeFileExclusive(path, data) {
      const draft = draftOf(path);
      change(() => fs.writeFileSync(draft, data as string));
      const isNew = change(() => files.link(draft, path));
      change(() => fs.rmSync(draft));
      return isNew;
    },
    createDirectory: (path) => change(() => files.createDirectory(path)),
    remove: (path) => change(() => files.remove(path)),
    rename: (from, to) => change(() => files.rename(from, to)),
  };
}

function mortalLinks(links: Links, change: Change): Links {
  return {
    ...links,
    create: (target, path) => change(() => links.create(target, path)),
    copy(from, to) {
      change(() => fs.writeFileSync(to, ""));
      change(() => links.copy(from, to));
    },
    makeRunnable: (path) => change(() => links.makeRunnable(path)),
  };
}
