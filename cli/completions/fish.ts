/**
 * Completion for fish.
 *
 * @module
 */

import { planloopVersion } from "../version.ts";
import { allCommands, type CommandShape, type OptionShape, type ValueShape } from "./shape.ts";

/** Makes the script. */
export function fishCompletion(root: CommandShape): string {
  const commands = allCommands(root);
  const paths = commands.filter(({ path }) => path.length > 0)
    .map(({ path }) => fishQuoted(path.join(" ")));
  const lines = commands.flatMap((command) => [
    ...command.commands.map(({ path, summary }) =>
      line(command, `-a ${fishQuoted(path.at(-1)!)} -d ${fishQuoted(summary)}`)
    ),
    ...command.options.map((option) => line(command, optionWords(option))),
    ...command.values.slice(0, 1).flatMap((value) => {
      const words = valueWords(value);
      return words === "" ? [] : [line(command, words)];
    }),
  ]);
  return `# Completion of planloop ${planloopVersion} for fish. Once:
#   planloop completions fish > ~/.config/fish/completions/planloop.fish

# Whether the words up to the cursor lead to a command.
function __planloop_at
    set -l paths ${paths.join(" ")}
    set -l path
    for word in (commandline -opc)[2..-1]
        set -l longer (string join -- ' ' $path $word)
        if contains -- "$longer" $paths
            set path $path $word
        end
    end
    test "$path" = "$argv"
end

# The sessions of the home, each with its title.
function __planloop_sessions
    set -l words (commandline -opc)
    set -l home
    for index in (seq (count $words))
        switch $words[$index]
            case --home
                set home --home $words[(math $index + 1)]
            case '--home=*'
                set home $words[$index]
        end
    end
    if string match -qr '^[./~]' -- (commandline -ct)
        __fish_complete_directories (commandline -ct)
    else
        $words[1] completions --sessions $home 2>/dev/null
    end
end

complete -c planloop -f
${lines.join("\n")}
`;
}

function line({ path }: CommandShape, words: string): string {
  return `complete -c planloop -n ${fishQuoted(`__planloop_at ${path.join(" ")}`.trim())} ${words}`;
}

function optionWords({ names, description, value }: OptionShape): string {
  const flags = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
  );
  const after = value === null ? "" : value.kind === "file" ? " -r -F" : ` -x ${valueWords(value)}`;
  return `${flags.join(" ")}${after.trimEnd()} -d ${fishQuoted(description)}`;
}

function valueWords({ kind, words }: ValueShape): string {
  switch (kind) {
    case "session":
      return "-a '(__planloop_sessions)'";
    case "folder":
      return "-a '(__fish_complete_directories (commandline -ct))'";
    case "file":
      return "-F";
    case "words":
      return `-a ${fishQuoted(words.join(" "))}`;
    case "text":
      return "";
  }
}

/** A text between single quotes, in which fish knows escapes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
