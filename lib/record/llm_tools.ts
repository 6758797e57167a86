/**
 * The tool calls of an answer, as they may be written.
 *
 * @module
 */

import { redactJsonText, type Redactor } from "../redact/mod.ts";
import { valueOfBeginning } from "./partial_json.ts";
import { cleanValue, type Recorder } from "./recorder.ts";
import { transcriptLimits } from "./serialise.ts";

/** How much of arguments that still grow may be written, in UTF-16 units. */
export type SureEnd = (text: string) => number;

/**
 * Tool calls, redacted. Their arguments are JSON in texts, `arguments` or `input` of the call or of
 * its `function`: they are redacted as the values that they are, for only the names in them tell
 * some secrets. `input` becomes that value, also where a stream ended in the middle of it.
 *
 * @param sureEnd Tells of arguments that still grow how far they go. Default: they are whole.
 */
export function cleanTools(
  recorder: Recorder,
  tools: readonly unknown[],
  sureEnd: SureEnd = (text) => text.length,
): unknown[] {
  const { redactor } = recorder;
  const { itemsMax } = transcriptLimits;
  const known = tools.slice(0, itemsMax).map((tool) => {
    try {
      return cleanTool(redactor, tool, sureEnd, 0);
    } catch {
      // A proxy, or a getter, that throws: what is written shows where.
      return tool;
    }
  });
  if (tools.length > itemsMax) known.push(`…(${tools.length - itemsMax} more)`);
  return cleanValue(recorder, known, transcriptLimits, true) as unknown[];
}

function cleanTool(redactor: Redactor, tool: unknown, sureEnd: SureEnd, depth: number): unknown {
  if (typeof tool !== "object" || tool === null || Array.isArray(tool)) return tool;
  const entries = Object.entries(tool).map(([key, value]): [string, unknown] => {
    if (typeof value === "object" && depth === 0) {
      return [key, cleanTool(redactor, value, sureEnd, 1)];
    }
    if (typeof value !== "string" || (key !== "arguments" && key !== "input")) return [key, value];
    const text = value.slice(0, sureEnd(value));
    return [key, key === "input" ? valueOfBeginning(text) ?? text : cleanText(redactor, text)];
  });
  return Object.fromEntries(entries);
}

function cleanText(redactor: Redactor, text: string): string {
  const clean = redactJsonText(redactor, text);
  const value = valueOfBeginning(clean);
  const known = value === undefined ? value : redactor.value(value);
  // Text that was cut is no JSON: what only its names tell is found in what is whole of it.
  return known === value ? clean : JSON.stringify(known);
}
