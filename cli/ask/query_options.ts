/**
 * Options that say which records are wanted.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from "commander";
import { type EpochMs, type Level, levels, parseLevel } from "../../lib/format/mod.ts";
import type { RecordQuery } from "../../lib/query/mod.ts";
import { UsageError } from "../failure.ts";
import { filled } from "../option_value.ts";
import { when } from "../when.ts";

/** What the options gave. */
export interface QueryOptions {
  since?: EpochMs;
  until?: EpochMs;
  trace?: string;
  operation?: string;
  metric?: string;
  text?: string;
  tail?: number;
  level?: Level;
  event?: string;
}

/**
 * Adds the options that limit an answer.
 *
 * @param noun What is limited, in the plural.
 * @param name What a record is named by.
 */
export function addQueryOptions(
  command: Command,
  noun: string,
  name: "operation" | "metric" = "operation",
): Command {
  return command
    .option("--tail <n>", `only the last so many ${noun}`, wholeNumber)
    .option(
      "--since <when>",
      "only what was going on then or later: 90s, 2h, 3d ago, or a time",
      when,
    )
    .option("--until <when>", "only what had begun by then", when)
    .option("--trace <id>", "only of this trace: its id, or the start of it", filled)
    .option(`--${name} <name>`, `only of this ${name}`, filled)
    .option("--text <text>", "only with this text in it, in any case", filled);
}

/** The same for an export, which takes `--json` as every command does that prints records. */
export function addExportOptions(
  command: Command,
  noun: string,
  name?: "operation" | "metric",
): Command {
  return addQueryOptions(command, noun, name)
    .option("--json", "JSON, which an export prints anyway");
}

/** The question that the options ask, without the trace: its id is looked up first. */
export function queryOf(
  { since, until, operation, metric, text, tail, level, event }: QueryOptions,
  signal: AbortSignal,
): RecordQuery {
  if (since !== undefined && until !== undefined && since > until) {
    throw new UsageError("Cannot take a --since after --until: expected the earlier moment first.");
  }
  return { since, until, operation: operation ?? metric, text, tail, level, event, signal };
}

/** `--level`: in any logger's words, while the help and the shells name planloop's own. */
export function levelOption(): Option {
  const option = new Option("--level <level>", "only lines at least as severe");
  return option.choices(levels).argParser(level);
}

/** A level as any logger writes it. */
function level(value: string): Level {
  const parsed = parseLevel(value);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(`Expected ${levels.slice(0, -1).join(", ")} or ${levels.at(-1)}.`);
}

/** A whole number, 0 or more. */
export function wholeNumber(value: string): number {
  const number = /^\d{1,9}$/.test(value.trim()) ? Number(value) : NaN;
  if (number >= 0) return number;
  throw new InvalidArgumentError("Expected a whole number, 0 or more.");
}
