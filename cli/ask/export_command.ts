/**
 * What the commands share that export a kind of record as one JSON array.
 *
 * @module
 */

import type { Command } from "commander";
import { type QueryKind, sourced } from "../../lib/query/mod.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { answer, questionOf } from "./answer.ts";
import { writeJsonArray } from "./json_output.ts";
import { addExportOptions, type QueryOptions } from "./query_options.ts";
import { addSessionOptions, sayProblemsOf, type SessionOptions } from "./sessions.ts";

/** An export of one kind. */
export interface ExportKind {
  readonly kind: Exclude<QueryKind, "logs">;
  /** What is exported, in the plural. */
  readonly noun: string;
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** The documented keys of a record. */
  readonly keys: readonly (readonly [key: string, meaning: string])[];
}

/** The keys that say where a record stands. */
export const sourceKeys: readonly (readonly [key: string, meaning: string])[] = [
  ["source", "session_id, file, and line where it is one of several in a file"],
];

/** Adds the command's options, help and action. */
export function configureExport(
  command: Command,
  { io }: CommandContext,
  { kind, noun, examples, keys }: ExportKind,
): void {
  const name = kind === "performance" ? "metric" : "operation";
  addSessionOptions(addExportOptions(command, noun, name))
    .addHelpText(
      "after",
      examplesHelp(examples) + jsonHelp([...keys, ...sourceKeys], "of each element, a line each"),
    )
    .action(async (options: SessionOptions & QueryOptions) => {
      const question = await questionOf(options, io);
      await writeJsonArray(io, recordsOf());
      sayProblemsOf(question.sessions, io);

      async function* recordsOf() {
        for await (const record of answer(question, kind)) yield sourced(record);
      }
    });
}
