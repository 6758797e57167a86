/**
 * The command line's grammar, built from the table of commands.
 *
 * @module
 */

import { Command } from "commander";
import type { CommandContext } from "./command.ts";
import { type CommandEntry, commandTable } from "./commands.ts";
import { examplesHelp } from "./help.ts";
import { planloopVersion } from "./version.ts";

/** Builds the parser. Commands are bare names until one of them runs and loads its file. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command("planloop");
  const { io } = context;
  program
    .description("The flight recorder for AI agent loops: look at what was recorded.")
    .version(planloopVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print a command's help")
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
      getOutHasColors: () => io.stdout.hasColours,
      getErrHasColors: () => io.stderr.hasColours,
      outputError: (text, write) => write(text.replace(/^error: /, "Error: ")),
    })
    .exitOverride()
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop demo", "record a session and open its report"],
        ["planloop report", "report of the current session, into report/index.html"],
        ["planloop sessions list", "what has been recorded"],
      ]) + "\nSessions are looked for in PLANLOOP_HOME, else in ~/.planloop.",
    );
  addCommands(program, commandTable, context);
  return program;
}

function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  context: CommandContext,
): void {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  for (const entry of entries) {
    const command = parent.command(entry.name).summary(entry.summary)
      .description(sentence(entry.summary));
    const path = commandPath(command);
    command.showHelpAfterError(`Run \`${path} --help\` for its options and examples.`);
    if (entry.commands) addCommands(command, entry.commands, context);
  }
  parent.hook("preSubcommand", async (_parent, command) => {
    const entry = byName.get(command.name());
    if (entry?.load) (await entry.load()).configure(command, context);
  });
}

function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
