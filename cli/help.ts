/**
 * Parts of the help texts.
 *
 * @module
 */

/** The examples below a command's options: each a command line and what it does. */
export function examplesHelp(examples: readonly (readonly [line: string, what: string])[]): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}

/**
 * The documented keys of a command's JSON, for its help.
 *
 * @param when What makes the command print it.
 */
export function jsonHelp(
  keys: readonly (readonly [key: string, meaning: string])[],
  when: string = "--json, or when the output is not a terminal",
): string {
  const width = Math.max(...keys.map(([key]) => key.length));
  const lines = keys.map(([key, meaning]) => `  ${key.padEnd(width)}  ${meaning}`);
  return `\nJSON keys (${when}):\n${lines.join("\n")}\n`;
}
