/**
 * A log line as text to take along: Markdown for a ticket, a command that finds it in its file.
 *
 * @module
 */

import { isoTime } from "../../../lib/format/human.ts";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import { plainText } from "../../components/text.tsx";
import { markdownCell } from "../../components/copy_rows.ts";
import { plainText as withoutSequences } from "../../kernels/ansi.ts";

/** Longest message or context that is copied as Markdown, in UTF-16 units. */
export const blockLengthMax = 10_000;

/** A line as Markdown: what it says in code blocks, from which nothing can break out. */
export function lineAsMarkdown(record: LogRecord): string {
  const facts = [
    record.time === null ? "no time" : isoTime(record.time),
    record.operation,
    record.trace_id && `trace ${record.trace_id}`,
    record.event,
    `${record.file}:${record.line}`,
  ].filter((fact) => fact);
  const head = `**${record.level}** ${facts.map((fact) => markdownCell(fact!)).join(" · ")}\n`;
  const blocks = [codeBlock("text", withoutSequences(record.message))];
  for (const values of [record.context, record.extra]) {
    if (Object.keys(values).length > 0) {
      blocks.push(codeBlock("json", JSON.stringify(values, null, 2)));
    }
  }
  return [head, ...blocks].join("\n");
}

function codeBlock(language: string, text: string): string {
  const cut = text.length > blockLengthMax ? `${text.slice(0, blockLengthMax)}…` : text;
  const shown = plainText(cut);
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}\n`;
}

/**
 * A command for a POSIX shell, to be run in the session's folder: `jq` prints the line. It counts
 * lines itself, and a line that is no JSON is printed as it is.
 */
export function lineAsCommand({ file, line }: Pick<LogRecord, "file" | "line">): string {
  return `jq -nR 'nth(${Math.max(0, line - 1)}; inputs) | . as $line | try fromjson catch $line' ` +
    shellPath(file);
}

/** What a terminal or an editor may act on when it is pasted: controls, direction marks. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * A relative path as one word of a POSIX shell. A name may hold anything, so it is quoted; in place
 * of characters that a terminal would act on stands the wildcard `*`, outside of the quotes.
 */
export function shellPath(path: string): string {
  const parts = path.split(new RegExp(`${unsafe.source}+`, "u"));
  const quoted = parts.map((part) => part && `'${part.replaceAll("'", `'\\''`)}'`);
  const word = quoted.join("*");
  if (/^'[\w./@%+-]+'$/.test(word) && !path.startsWith("-")) return path;
  return path.startsWith("/") ? word : `./${word}`;
}
