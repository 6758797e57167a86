/**
 * Completion for zsh.
 *
 * @module
 */

import { planloopVersion } from "../version.ts";
import {
  allCommands,
  type CommandShape,
  type OptionShape,
  quoted,
  type ValueShape,
} from "./shape.ts";

/** Makes the script. */
export function zshCompletion(root: CommandShape): string {
  const functions = allCommands(root).map((command) =>
    command.commands.length > 0 ? groupFunction(command) : commandFunction(command)
  );
  return `#compdef planloop
# Completion of planloop ${planloopVersion} for zsh. In ~/.zshrc, after compinit:
#   eval "$(planloop completions zsh)"

__planloop_ids() {
  case $PREFIX in
    [./~]*) _files -/; return ;;
  esac
  local -a found
  local home=\${opt_args[--home]-}
  found=(\${(f)"$(_call_program sessions "\${planloop_program:-planloop}" completions --sessions \${home:+--home=\${(q)home}} 2>/dev/null)"})
  found=(\${found/$'\\t'/:})
  _describe -t sessions session found
}

${functions.join("\n\n")}

if [ "$funcstack[1]" = "_planloop" ]; then
  _planloop "$@"
else
  compdef _planloop planloop
fi
`;
}

function functionName({ path }: CommandShape): string {
  return ["_planloop", ...path].join("_");
}

/** A group: its commands, and the words after each as if that had been called. */
function groupFunction(group: CommandShape): string {
  const choices = group.commands.map(({ path, summary }) =>
    `    ${quoted(`${path.at(-1)}:${summary}`)}`
  );
  const cases = group.commands.map((command) =>
    `        ${command.path.at(-1)}) ${functionName(command)} && ret=0 ;;`
  );
  const isRoot = group.path.length === 0;
  return `${functionName(group)}() {
  local curcontext="$curcontext" state line ret=1
  typeset -A opt_args
  local -a commands${isRoot ? '\n  local planloop_program="$words[1]"' : ""}
  commands=(
${choices.join("\n")}
  )
  _arguments -C -S \\
${group.options.map(optionLine).join("\n")}
    '1: :->command' \\
    '*:: :->rest' && ret=0
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    rest)
      case $line[1] in
${cases.join("\n")}
      esac
      ;;
  esac
  return ret
}`;
}

function commandFunction(command: CommandShape): string {
  const values = command.values.map((value, index) => {
    const isLast = index === command.values.length - 1;
    const place = isLast && command.repeats ? "*" : String(index + 1);
    return `    ${quoted(`${place}:${value.name}:${action(value)}`)}`;
  });
  const lines = [
    ...command.options.map(optionLine).map((line) => line.replace(/ \\$/, "")),
    ...values,
  ];
  return `${functionName(command)}() {
  typeset -A opt_args
  _arguments -S \\
${lines.join(" \\\n")}
}`;
}

/** An option may stand several times: who completes one does not need to be told that it is there. */
function optionLine({ names, description, value }: OptionShape): string {
  const words = description.replace(/\s+/g, " ").replaceAll("[", "(").replaceAll("]", ")");
  const after = value === null ? "" : `:${value.name}:${action(value)}`;
  const lines = names.map((name) => {
    const sign = value !== null && name.startsWith("--") ? "=" : "";
    return `    ${quoted(`*${name}${sign}[${words}]${after}`)} \\`;
  });
  return lines.join("\n");
}

function action({ kind, words }: ValueShape): string {
  switch (kind) {
    case "session":
      return "__planloop_ids";
    case "folder":
      return "_files -/";
    case "file":
      return "_files";
    case "words":
      return `(${words.join(" ")})`;
    case "text":
      // A blank: there is something to type, and nothing to offer.
      return " ";
  }
}
