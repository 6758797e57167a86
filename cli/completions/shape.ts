/**
 * The command line's grammar as completions need it, taken from the commands themselves.
 *
 * @module
 */

import { Command, type Option } from "commander";
import type { CommandContext } from "../command.ts";
import { type CommandEntry, commandTable } from "../commands.ts";
import { addTalkOptions } from "../talk.ts";

/** What may stand in a place. */
export interface ValueShape {
  readonly kind: "session" | "folder" | "file" | "words" | "text";
  /** What it is called in the help, such as `folder`. */
  readonly name: string;
  /** The only words that may stand there; empty where the kind is another one. */
  readonly words: readonly string[];
}

/** An option. */
export interface OptionShape {
  /** As they are typed, such as `-h` and `--help`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What follows it; null where nothing does. */
  readonly value: ValueShape | null;
}

/** A command, or a group of commands. */
export interface CommandShape {
  /** The names that lead to it; none for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionShape[];
  /** What may stand after it, in this order; the last one again and again where `repeats`. */
  readonly values: readonly ValueShape[];
  readonly repeats: boolean;
  readonly commands: readonly CommandShape[];
}

const help: OptionShape = {
  names: ["-h", "--help"],
  description: "print this help",
  value: null,
};

/**
 * Loads every command and gives the whole grammar.
 *
 * @param entries The commands. Default: all of planloop's.
 */
export async function programShape(
  context: CommandContext,
  entries: readonly CommandEntry[] = commandTable,
): Promise<CommandShape> {
  const version = { names: ["-V", "--version"], description: "print the version", value: null };
  const root = await groupShape([], { name: "", summary: "", commands: entries }, context);
  return { ...root, options: [version, ...root.options] };
}

/** The program or a group: its commands, and the options of a group that is a command itself. */
async function groupShape(
  path: readonly string[],
  entry: CommandEntry,
  context: CommandContext,
): Promise<CommandShape> {
  const entries = entry.commands ?? [];
  const own = await configured(entry, context);
  const commands: CommandShape[] = [];
  for (const entry of entries) {
    const inner = [...path, entry.name];
    commands.push(
      entry.commands
        ? await groupShape(inner, entry, context)
        : await commandShape(inner, entry, context),
    );
  }
  const names = { kind: "words", name: "command", words: entries.map(({ name }) => name) } as const;
  commands.push({
    path: [...path, "help"],
    summary: "print a command's help",
    options: [help],
    values: [names],
    repeats: false,
    commands: [],
  });
  const options = [...optionShapes(own), help];
  return { path, summary: entry.summary, options, values: [], repeats: false, commands };
}

/** The command with all its options, by itself. */
async function configured(entry: CommandEntry, context: CommandContext): Promise<Command> {
  const command = new Command(entry.name);
  (await entry.load?.())?.configure(command, context);
  addTalkOptions(command);
  return command;
}

async function commandShape(
  path: readonly string[],
  entry: CommandEntry,
  context: CommandContext,
): Promise<CommandShape> {
  const command = await configured(entry, context);
  const values = command.registeredArguments.map((argument) =>
    valueShape(argument.name(), argument.argChoices)
  );
  const repeats = command.registeredArguments.at(-1)?.variadic ?? false;
  const options = [...optionShapes(command), help];
  return { path, summary: entry.summary, options, values, repeats, commands: [] };
}

function optionShapes(command: Command): OptionShape[] {
  return command.options.filter(({ hidden }) => !hidden).map((option) => ({
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: option.description,
    value: option.required || option.optional ? optionValue(option) : null,
  }));
}

function optionValue({ flags, long, argChoices }: Option): ValueShape {
  const [, placeholder = "value"] = /[<[]([^>\].]+)/.exec(flags) ?? [];
  return valueShape(long === "--session" ? "session" : placeholder, argChoices);
}

function valueShape(name: string, choices: readonly string[] | undefined): ValueShape {
  if (choices) return { kind: "words", name, words: choices };
  const kind = name === "session" || name === "folder" || name === "file" ? name : "text";
  return { kind, name, words: [] };
}

/** The command itself and all below it. */
export function allCommands(shape: CommandShape): CommandShape[] {
  return [shape, ...shape.commands.flatMap(allCommands)];
}

/** A text between single quotes, as every shell here takes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
