/**
 * Completion for bash, from version 3.2 on, which macOS has.
 *
 * @module
 */

import { planloopVersion } from "../version.ts";
import { allCommands, type CommandShape, quoted, type ValueShape } from "./shape.ts";

/** Makes the script. */
export function bashCompletion(root: CommandShape): string {
  const commands = allCommands(root);
  const key = ({ path }: CommandShape) => quoted(path.join(" "));
  const options = commands.map((command) => {
    const names = command.options.flatMap((option) => option.names);
    return `    ${key(command)}) planloop_words=${quoted(names.join(" "))} ;;`;
  });
  const names = commands.filter(({ commands }) => commands.length > 0).map((command) => {
    const words = command.commands.map(({ path }) => path.at(-1)).join(" ");
    return `    ${key(command)}) planloop_words=${quoted(words)} ;;`;
  });
  const paths = commands.filter(({ path }) => path.length > 0).map(key).join(" | ");
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ names, value }) => {
      if (value === null) return [];
      const patterns = names.map((name) => quoted(`${command.path.join(" ")} ${name}`));
      return [`    ${patterns.join(" | ")}) planloop_kind=${quoted(kindText(value))} ;;`];
    })
  );
  const places = commands.flatMap((command) =>
    command.values.map((value, index) => {
      const isLast = index === command.values.length - 1;
      const place = isLast && command.repeats ? "*" : String(index);
      return `    ${key(command)}:${place}) planloop_kind=${quoted(kindText(value))} ;;`;
    })
  );
  return `# Completion of planloop ${planloopVersion} for bash. In ~/.bashrc:
#   eval "$(planloop completions bash)"

# The options of a command.
__planloop_options() {
  case "$1" in
${options.join("\n")}
  esac
}

# The commands of a group.
__planloop_commands() {
  case "$1" in
${names.join("\n")}
  esac
}

# What follows an option of a command.
__planloop_value() {
  case "$1 $2" in
${values.join("\n")}
    *) planloop_kind= ;;
  esac
}

# What stands in a place after a command.
__planloop_place() {
  case "$1:$2" in
${places.join("\n")}
    *) planloop_kind= ;;
  esac
}

__planloop_complete() {
  case "$planloop_kind" in
    session)
      case "$planloop_current" in
        [./~]*)
          IFS=$'\\n'
          COMPREPLY=($(compgen -d -- "$planloop_current"))
          compopt -o filenames 2>/dev/null
          ;;
        *)
          local program="\${COMP_WORDS[0]}"
          case "$program" in "~/"*) program="$HOME/\${program#"~/"}" ;; esac
          COMPREPLY=($(compgen -W "$("$program" completions --sessions \${planloop_home:+--home "$planloop_home"} 2>/dev/null | cut -f 1)" -- "$planloop_current"))
          ;;
      esac
      ;;
    folder)
      IFS=$'\\n'
      COMPREPLY=($(compgen -d -- "$planloop_current"))
      compopt -o filenames 2>/dev/null
      ;;
    file)
      IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$planloop_current"))
      compopt -o filenames 2>/dev/null
      ;;
    "words "*) COMPREPLY=($(compgen -W "\${planloop_kind#words }" -- "$planloop_current")) ;;
  esac
}

_planloop() {
  local IFS=$' \\t\\n'
  local planloop_current="\${COMP_WORDS[COMP_CWORD]}" planloop_kind= planloop_words= planloop_home=
  local path= place=0 option= word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ -n "$planloop_kind" ]; then
      # bash takes --option=value for three words.
      [ "$word" = "=" ] && continue
      [ "$option" = "--home" ] && planloop_home="\${word/#\\~\\//$HOME/}"
      planloop_kind=
      continue
    fi
    case "$word" in
      -*)
        option="$word"
        __planloop_value "$path" "$option"
        ;;
      *)
        case "\${path:+$path }$word" in
          ${paths}) path="\${path:+$path }$word" ;;
          *) place=$((place + 1)) ;;
        esac
        ;;
    esac
  done
  if [ -n "$planloop_kind" ]; then
    [ "$planloop_current" = "=" ] && planloop_current=
    __planloop_complete
    return
  fi
  case "$planloop_current" in
    -*)
      __planloop_options "$path"
      COMPREPLY=($(compgen -W "$planloop_words" -- "$planloop_current"))
      return
      ;;
  esac
  __planloop_commands "$path"
  if [ -n "$planloop_words" ]; then
    COMPREPLY=($(compgen -W "$planloop_words" -- "$planloop_current"))
    return
  fi
  __planloop_place "$path" "$place"
  __planloop_complete
}

complete -F _planloop planloop
`;
}

function kindText({ kind, words }: ValueShape): string {
  return kind === "words" ? `words ${words.join(" ")}` : kind;
}
