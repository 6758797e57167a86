/**
 * An error report on a terminal.
 *
 * @module
 */

import { isLibraryFile } from "../../lib/analyse/mod.ts";
import type { ErrorCause, StackFrame } from "../../lib/format/mod.ts";
import type { QueryJson, Sourced } from "../../lib/query/mod.ts";
import type { Output } from "../io.ts";
import { bold } from "../style.ts";
import { clip, printable } from "../text.ts";
import { count } from "../units.ts";
import { moment, printFacts } from "./text_view.ts";

/** Variables that are shown of one report. */
const variablesShownMax = 40;

/** Frames that are shown of one stack, the innermost ones. */
const framesShownMax = 20;

/** Prints a report: what failed, with which values, by which way. */
export function printError(output: Output, error: QueryJson["errors"] & Sourced): void {
  const { error_type, error_message } = error;
  output.write(`${bold(output, printable(`${error_type}: ${error_message}`))}\n`);
  printFacts(output, [
    ["When", `${moment(error.timestamp)} UTC`],
    ["Trace", error.trace_id],
    ["Session", error.source.session_id],
    ["Doing", [error.operation ?? "", error.function].filter(Boolean).join(", in ")],
    ["Fault", error.fingerprint],
    ["Properties", error.error_properties ? JSON.stringify(error.error_properties) : ""],
    ["File", error.source.file],
    ["State", error.state_snapshot_path ?? ""],
    ["Calls", [error.llm_transcript_link ?? []].flat().join(", ")],
    ["Open spans", (error.open_spans ?? []).map(({ name }) => name).join(" › ")],
    ["Locks held", (error.held_locks ?? []).map(({ operation }) => operation).join(", ")],
  ]);
  printVariables(output, error);
  printStack(output, "Stack, innermost first", error.stack_trace);
  for (const cause of error.causes ?? []) printCause(output, cause);
}

function printVariables(
  output: Output,
  { local_variables, locals_source }: QueryJson["errors"],
): void {
  const variables = Object.entries(local_variables);
  if (variables.length === 0) return;
  const source = locals_source === undefined ? "" : `, from ${locals_source}`;
  output.write(`\n${bold(output, `Variables${printable(source)}`)}\n`);
  for (const [name, value] of variables.slice(0, variablesShownMax)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    output.write(`${clip(`  ${printable(name)} = ${printable(text)}`, output.columns)}\n`);
  }
  sayHidden(output, variables.length - variablesShownMax);
}

function printCause(output: Output, { error_type, error_message, ...cause }: ErrorCause): void {
  const title = `${cause.relation}: ${error_type}: ${error_message}`;
  printStack(output, title, cause.stack_trace);
}

function printStack(output: Output, title: string, frames: readonly StackFrame[]): void {
  output.write(`\n${bold(output, printable(title))}\n`);
  let libraries = 0;
  for (const frame of frames.toReversed().slice(0, framesShownMax)) {
    if (isLibraryFile(frame.file)) {
      libraries++;
      continue;
    }
    sayLibraries(output, libraries);
    libraries = 0;
    const name = frame.function || "(top level)";
    output.write(`  ${printable(name)}  ${printable(frame.file)}:${frame.line}\n`);
    if (frame.code !== "") {
      output.write(`${clip(`      ${printable(frame.code)}`, output.columns)}\n`);
    }
  }
  sayLibraries(output, libraries);
  sayHidden(output, frames.length - framesShownMax);
}

function sayLibraries(output: Output, frames: number): void {
  if (frames > 0) output.write(`  … ${count(frames, "frame")} of libraries\n`);
}

function sayHidden(output: Output, hidden: number): void {
  if (hidden > 0) output.write(`  … and ${hidden} more; --json has them\n`);
}
