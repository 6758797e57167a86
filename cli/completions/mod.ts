/**
 * Scripts that let a shell complete planloop's command line.
 *
 * @module
 */

import type { CommandContext } from "../command.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { programShape } from "./shape.ts";
import { zshCompletion } from "./zsh.ts";

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** A shell that can be helped. */
export type Shell = keyof typeof scripts;

/** The script for a shell. Loads every command, to know its options. */
export async function completionScript(shell: Shell, context: CommandContext): Promise<string> {
  return scripts[shell](await programShape(context));
}
