/**
 * The command line's grammar, built from the table of commands.
 *
 * @module
 */

import { Command } from "commander";
import type { CommandContext } from "./command.ts";
import { type CommandEntry, commandTable } from "./commands.ts";
import { stopped } from "./failure.ts";
import { examplesHelp } from "./help.ts";
import { nearestName } from "./nearest_name.ts";
import { addTalkOptions, chooseManner } from "./talk.ts";
import { printable } from "./text.ts";
import { planloopVersion } from "./version.ts";

/** Builds the parser. Commands are bare names until one of them runs and loads its file. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command("planloop");
  const { io } = context;
  program
    .description("The flight recorder for AI agent loops: look at what was recorded.")
    .version(planloopVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError("Run `planloop --help` for the commands.")
    .enablePositionalOptions()
    .configureHelp({
      showGlobalOptions: false,
      styleTitle: (title) => `\x1b[1m${title}\x1b[22m`,
      // All commands have options.
      subcommandTerm: (command) => command.name() === "help" ? "help [command...]" : command.name(),
    })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
      getOutHasColors: () => io.stdout.hasColours,
      getErrHasColors: () => io.stderr.hasColours,
      outputError: (text, write) => write(text.replace(/^error: (.*)/, complaint)),
    })
    .exitOverride()
    .hook("preAction", (_program, command) => begin(command, context))
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop demo", "record a session and open its report"],
        ["planloop report", "report of the current session, into report/index.html"],
        ["planloop sessions list", "what has been recorded"],
        ["planloop web --open", "all sessions, as they are recorded, in a browser"],
        ["planloop dev errors list", "what went wrong"],
      ]) +
        "\nSessions are looked for in PLANLOOP_HOME, else in ~/.planloop. A planloop.jsonc in the\n" +
        "project or the home keeps settings: `planloop doctor` shows what counts.",
    );
  addTalkOptions(program);
  addCommands(program, commandTable, context);
  return program;
}

/** The table's entries of the commands that were loaded: those that do something. */
const entryOf = new WeakMap<Command, CommandEntry>();

/** What comes before every command: how it talks, and its settings. */
async function begin(command: Command, { io }: CommandContext): Promise<void> {
  const entry = entryOf.get(command);
  if (!entry) return;
  chooseManner(command, io);
  if (entry.usesSettings ?? true) {
    const { useSettings } = await import("./use_settings.ts");
    useSettings(command, io);
  }
  if (io.manner.verbose) (await import("./verbose.ts")).sayBeginning(io);
}

function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  context: CommandContext,
): void {
  for (const entry of entries) {
    const command = parent.command(entry.name).summary(entry.summary)
      .description(sentence(entry.summary));
    const path = commandPath(command);
    command.showHelpAfterError(`Run \`${path} --help\` for its options and examples.`);
    // A command that is loaded gets them with its own options.
    if (entry.commands && !entry.load) addTalkOptions(command);
  }
  // A group's commands, and a command's options, are added when it is its turn.
  const load = async (command: Command) => {
    const entry = entries.find(({ name }) => name === command.name());
    if (entry?.commands && command.commands.length === 0) {
      addCommands(command, entry.commands, context);
      if (entry.load) refuseOthers(command, entry.commands);
    }
    if (!entry?.load) return;
    (await entry.load()).configure(command, context);
    addTalkOptions(command);
    entryOf.set(command, entry);
  };
  addHelpCommand(parent, entries, load);
  parent.hook("preSubcommand", (_parent, command) => load(command));
  parent.on("command:*", ([name]: string[]) => refuse(parent, name ?? "", entries));
}

/**
 * Adds `help [command…]`, in place of the parser's own: that one would print the help of a command
 * that was not loaded, without its options.
 */
function addHelpCommand(
  parent: Command,
  entries: readonly CommandEntry[],
  load: (command: Command) => Promise<void>,
): void {
  parent.helpCommand(false);
  parent.command("help").summary("print a command's help").description("Print a command's help.")
    .argument("[command...]", "the command's name, after its group's where it is in one")
    .showHelpAfterError(`Run \`${commandPath(parent)} --help\` for the commands.`)
    .action(async ([name, ...further]: string[]) => {
      if (name === undefined) return parent.outputHelp();
      const entry = entries.find((one) => one.name === name);
      const command = parent.commands.find((one) => one.name() === name);
      if (!command) return refuse(parent, name, entries);
      if (!entry?.commands && further[0] !== undefined) return refuse(command, further[0], []);
      await load(command);
      if (entry?.commands) {
        const args = ["help", ...further];
        return void await command.parseAsync(args, { from: "user" });
      }
      command.outputHelp();
    });
}

/** Lets a group that is a command itself say what was probably meant by a name that it lacks. */
function refuseOthers(command: Command, entries: readonly CommandEntry[]): void {
  command.allowExcessArguments();
  command.hook("preAction", (_command, started) => {
    const [name] = started.args;
    if (started === command && name !== undefined) refuse(command, name, entries);
  });
}

/** The parser's own complaint, in the style of all others. */
function complaint(_text: string, what: string): string {
  return `Error: ${sentence(what)}`;
}

/** Ends with the message for a command that does not exist, and what was probably meant. */
function refuse(parent: Command, name: string, entries: readonly CommandEntry[]): never {
  const names = [...entries.map((entry) => entry.name), "help"];
  const isRoot = parent.parent === null;
  const meant = isRoot && name === "version" ? "--version" : nearestName(name, names);
  const suggestion = meant === undefined ? "" : `\n(Did you mean ${meant}?)`;
  return parent.error(`error: unknown command '${printable(name)}'${suggestion}`);
}

function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

/** A text with a capital letter and a final stop. */
function sentence(text: string): string {
  return stopped(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
}
