/**
 * `planloop completions`
 *
 * @module
 */

import { Argument, type Command, Option } from "commander";
import { homeLayout, isSessionId } from "../../lib/format/mod.ts";
import { documentBytesMax } from "../../lib/read/mod.ts";
import { joinPath, type Runtime } from "../../lib/runtime/mod.ts";
import type { CommandContext } from "../command.ts";
import type { Shell } from "../completions/mod.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp } from "../help.ts";
import { addHomeOption, type HomeOptions } from "../home.ts";
import { machineOf } from "../machine.ts";
import { loadSettings } from "../settings/mod.ts";
import { printable } from "../text.ts";

/** Most sessions that are offered, the newest folders' names first. */
const sessionsMax = 1000;

/** Adds the command's options, help and action. */
export function configure(command: Command, context: CommandContext): void {
  const { io } = context;
  addHomeOption(
    command.addArgument(
      new Argument("[shell]", "the shell to write the script for").choices(["bash", "zsh", "fish"]),
    ),
  )
    .addOption(new Option("--sessions", "what the scripts ask for: ids and titles").hideHelp())
    .addHelpText(
      "after",
      examplesHelp([
        ['eval "$(planloop completions bash)"', "in ~/.bashrc"],
        ['eval "$(planloop completions zsh)"', "in ~/.zshrc, after compinit"],
        ["planloop completions fish > ~/.config/fish/completions/planloop.fish", "once"],
      ]) +
        "\nThe script completes commands, options, the values of options, folders, and the ids of\n" +
        "the sessions that there are when you press Tab. Renew it after an update of planloop.",
    )
    .action(async (shell: Shell | undefined, options: HomeOptions & { sessions?: boolean }) => {
      if (options.sessions) {
        const { home } = loadSettings(io, machineOf(io), options.home);
        io.stdout.write(sessionLines(home, machineOf(io)));
        return;
      }
      if (shell === undefined) {
        throw new UsageError("Cannot write completions for no shell: expected bash, zsh or fish.");
      }
      const { completionScript } = await import("../completions/mod.ts");
      io.stdout.write(await completionScript(shell, context));
    });
}

/** A line for each session, id and title with a tab between: quick, so from the names alone. */
function sessionLines(home: string, runtime: Runtime): string {
  const ids = namesIn(joinPath(home, homeLayout.sessions), runtime).filter(isSessionId).sort();
  const titles = titlesOf(home, runtime);
  return ids.slice(-sessionsMax).map((id) => {
    const title = titles.get(id);
    return title ? `${id}\t${title}\n` : `${id}\n`;
  }).join("");
}

function namesIn(folder: string, { files }: Runtime): string[] {
  try {
    return files.listNames(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

function titlesOf(home: string, { files }: Runtime): Map<string, string> {
  try {
    const text = files.readStart(joinPath(home, homeLayout.index), documentBytesMax);
    const { sessions } = JSON.parse(text ?? "") as {
      sessions: { session: string; title: string }[];
    };
    return new Map(sessions.map(({ session, title }) => [session, printable(title)]));
  } catch {
    // Damaged, or not there: the ids are what matters.
    return new Map();
  }
}
