/**
 * Writes what is made from the schema of the command line's settings: `docs/planloop.schema.json` and
 * the table of keys in `docs/configuration.md`.
 *
 *     deno run -A scripts/generate_settings.ts
 *
 * A test calls {@linkcode generateSettings} and fails where a file on disk differs.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settingsSchema } from "../cli/settings/mod.ts";
import { fieldDescription } from "../lib/format/json_schema.ts";
import { toJsonSchema } from "../lib/format/mod.ts";
import type { SchemaNode } from "../lib/format/schema.ts";
import { expectation } from "../lib/format/words.ts";

/** The repository's root folder. */
const root = fileURLToPath(new URL("..", import.meta.url));

/** The page with the table, relative to the root. */
export const settingsPage = "docs/configuration.md";

/** The published schema, relative to the root. */
export const settingsSchemaFile = "docs/planloop.schema.json";

const begin = "<!-- begin generated: settings -->";
const end = "<!-- end generated: settings -->";

/**
 * Makes every generated file.
 *
 * @param page The page as it stands: all but its generated part is kept.
 * @returns Contents by path, relative to the repository's root.
 * @throws {Error} If the page lacks the markers of the generated part.
 */
export function generateSettings(page: string): Map<string, string> {
  const start = page.indexOf(begin);
  const stop = page.indexOf(end);
  if (start < 0 || stop < start) {
    throw new Error(`Cannot write the settings into ${settingsPage}: expected ${begin} … ${end}`);
  }
  const json = toJsonSchema(settingsSchema, { id: "urn:planloop:settings:1" });
  // What Visual Studio Code looks for: the file has comments.
  const schema = { ...json, allowComments: true, allowTrailingCommas: true };
  const table = [
    "| key | value | meaning |",
    "| --- | --- | --- |",
    ...rows(settingsSchema.node, ""),
  ].join("\n");
  return new Map([
    [settingsSchemaFile, `${JSON.stringify(schema, null, 2)}\n`],
    [settingsPage, `${page.slice(0, start)}${begin}\n\n${table}\n\n${page.slice(stop)}`],
  ]);
}

/** A row for each key that is no object itself. */
function rows(node: SchemaNode, path: string): string[] {
  if (node.type === "reference") return rows(node.target, path);
  if (node.type !== "object") return [];
  return Object.entries(node.fields).flatMap(([key, field]) => {
    const full = path === "" ? key : `${path}.${key}`;
    const { node: value } = field;
    if (value.type === "reference") return rows(value, full);
    const row = `| \`${full}\` | ${cell(words(value))} | ${cell(fieldDescription(field))} |`;
    const isList = value.type === "list" && value.item.type === "object";
    return isList ? [row, ...rows(value.item, `${full}[]`)] : [row];
  });
}

function words(node: SchemaNode): string {
  if (node.type !== "list") return expectation(node);
  return node.item.type === "object" ? "list of objects" : `list of: ${expectation(node.item)}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Writes every generated file. */
function main(): void {
  for (const [path, content] of generateSettings(readFileSync(`${root}/${settingsPage}`, "utf8"))) {
    writeFileSync(`${root}/${path}`, content);
  }
}

// `main` is unknown to Node 20, where this file is only ever imported.
if ((import.meta as { main?: boolean }).main === true) main();
