/**
 * Writes what is made from the schemas of `lib/format`: `lib/format/schema/<kind>.schema.json` and
 * the generated parts of `lib/format/README.md`.
 *
 *     deno run -A scripts/generate_schemas.ts
 *
 * A test calls {@linkcode generate} and fails where a file on disk differs.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fieldDescription } from "../lib/format/json_schema.ts";
import {
  logLineSchema,
  type RecordKind,
  type RecordKindName,
  recordKinds,
  schemaId,
  toJsonSchema,
} from "../lib/format/mod.ts";
import type { FieldNode, ObjectNode, SchemaNode } from "../lib/format/schema.ts";

/** The repository's root folder. */
const root = fileURLToPath(new URL("..", import.meta.url));

/** The spec, relative to the root. */
export const readmePath = "lib/format/README.md";

/** Longest line of an example, in characters. */
const widthMax = 80;

/** Kinds whose tables show only what they add to another object. */
const additions = new Map<string, ObjectNode>([
  ["lock_event", logLineSchema.node as ObjectNode],
  ["validation_event", logLineSchema.node as ObjectNode],
]);

/** Terms of the tables, and the section that explains each. */
const terms: Readonly<Record<string, string>> = {
  "time": "times-and-durations",
  "shared time": "times-and-durations",
  "trace id": "ids",
  "session id": "ids",
  "id": "ids",
  "path": "ids",
};

const kinds = Object.values(recordKinds) as RecordKind<unknown>[];

/**
 * Makes every generated file.
 *
 * @param readme The spec as it stands: its prose is kept, its generated parts are replaced.
 * @returns Contents by path, relative to the repository's root.
 * @throws {Error} If the spec lacks the markers of a generated part.
 */
export function generate(readme: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const kind of kinds) {
    const schema = toJsonSchema(kind.schema, {
      id: schemaId(kind.name as RecordKindName),
      title: kind.title,
      examples: [kind.example],
    });
    files.set(`lib/format/schema/${kind.name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
  }
  const shown = new Set<string>();
  let text = replacePart(readme, "kinds", kindsTable());
  for (const kind of kinds) text = replacePart(text, kind.name, kindPart(kind, shown));
  files.set(readmePath, text);
  return files;
}

function replacePart(text: string, name: string, part: string): string {
  const begin = `<!-- begin generated: ${name} -->`;
  const end = `<!-- end generated: ${name} -->`;
  const start = text.indexOf(begin);
  const stop = text.indexOf(end);
  if (start < 0 || stop < start) {
    throw new Error(`Cannot write the part "${name}" of ${readmePath}: expected ${begin} … ${end}`);
  }
  // The formatter would pad the tables, so that one long row changes every other row too.
  const body = `<!-- deno-fmt-ignore-start -->\n\n${part}\n\n<!-- deno-fmt-ignore-end -->`;
  return `${text.slice(0, start)}${begin}\n\n${body}\n\n${text.slice(stop)}`;
}

function kindsTable(): string {
  const rows = kinds.map((kind) =>
    `| [${kind.title}](#${anchor(kind.title)}) | ${fileList(kind)} | ${kind.unit} | ` +
    `${writers(kind)} | [${kind.name}](schema/${kind.name}.schema.json) |`
  );
  return [
    "| kind | lives in | one record is | written by | schema |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function fileList(kind: RecordKind<unknown>): string {
  const folder = kind.root === "home" ? "<home>/" : "";
  return kind.files.map((file) => `\`${folder}${file}\``).join(", ");
}

function writers(kind: RecordKind<unknown>): string {
  return { planloop: "planloop", both: "both planloops", Python: "the Python planloop" }[
    kind.writers
  ];
}

function kindPart(kind: RecordKind<unknown>, shown: Set<string>): string {
  const parts = [`Lives in: ${fileList(kind)}.`];
  const { node } = kind.schema;
  const objects = node.type === "union" ? node.options as ObjectNode[] : [node as ObjectNode];
  for (const object of objects) {
    if (objects.length > 1) parts.push(`#### ${object.name}\n\n${object.doc}`);
    parts.push(objectTable(object, additions.get(kind.name)));
    shown.add(object.name);
  }
  for (const object of objects.flatMap((object) => nestedObjects(object))) {
    if (shown.has(object.name)) continue;
    shown.add(object.name);
    parts.push(`#### ${object.name}\n\n${object.doc}\n\n${objectTable(object)}`);
  }
  parts.push(`Example:\n\n\`\`\`json\n${example(kind)}\n\`\`\``);
  return parts.join("\n\n");
}

function example(kind: RecordKind<unknown>): string {
  return kind.unit === "line" ? JSON.stringify(kind.example) : layOut(kind.example, "");
}

/** JSON with everything that fits a line on one line. */
function layOut(value: unknown, indent: string): string {
  const inline = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  if (typeof value !== "object" || value === null || indent.length + inline.length <= widthMax) {
    return inline;
  }
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => inner + layOut(item, inner))
    : Object.entries(value).map(([key, member]) =>
      `${inner}${JSON.stringify(key)}: ${layOut(member, inner)}`
    );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}

function objectTable(object: ObjectNode, base?: ObjectNode): string {
  const fields = Object.entries(object.fields).filter(([key, field]) =>
    base?.fields[key]?.node !== field.node
  );
  const lines = [
    ...(base === undefined ? [] : [`The keys of a [log line](#log-line), and:\n`]),
    "| key | value | present | meaning |",
    "| --- | --- | --- | --- |",
    ...fields.map(([key, field]) =>
      `| \`${key}\` | ${cell(valueWords(field.node))} | ${presence(key, field, object)} | ` +
      `${cell(fieldDescription(field))} |`
    ),
  ];
  if (object.closed) lines.push("\nNo other keys: writers MUST NOT add any.");
  return lines.join("\n");
}

function presence(key: string, field: FieldNode, object: ObjectNode): string {
  if (field.absent === undefined) return "always";
  const condition = object.conditions.find(({ then }) => Object.hasOwn(then, key));
  return condition ? `if ${condition.key} is ${condition.is.join(" or ")}` : "optional";
}

/** What a key may hold, in the words of the tables. */
function valueWords(node: SchemaNode): string {
  switch (node.type) {
    case "text":
      return textWords(node);
    case "number":
      return numberWords(node);
    case "flag":
      return "true or false";
    case "one_of":
      return node.values.map((value) => `\`${value}\``).join(", ");
    case "constant":
      return `\`${JSON.stringify(node.value)}\``;
    case "anything":
      return "any JSON value";
    case "nullable":
      return `${valueWords(node.inner)}, or null`;
    case "list":
      return `list of ${valueWords(node.item)}${node.items_min > 0 ? ", not empty" : ""}`;
    case "map":
      return node.value.type === "anything" ? "object" : `object of ${valueWords(node.value)}`;
    case "union":
      return node.options.map(valueWords).join(", or ");
    case "object":
      return `[${node.name}](#${anchor(node.name)})`;
    case "reference":
      return valueWords(node.target);
  }
}

function textWords(node: Extract<SchemaNode, { type: "text" }>): string {
  if (node.term !== undefined) return `[${node.term}](#${terms[node.term]})`;
  return node.form ?? (node.length_min === undefined ? "text" : "text, not empty");
}

function numberWords(node: Extract<SchemaNode, { type: "number" }>): string {
  const noun = node.integer ? "integer" : "number";
  if (node.min !== undefined && node.max !== undefined) {
    return `${noun}, ${node.min} to ${node.max}`;
  }
  return node.min === undefined ? noun : `${noun}, ${node.min} or more`;
}

/** The named objects below a node, in the order in which a reader meets them. */
function nestedObjects(node: SchemaNode): ObjectNode[] {
  switch (node.type) {
    case "object":
      return Object.values(node.fields).flatMap((field) => objectsOf(field.node));
    case "union":
      return node.options.flatMap(objectsOf);
    case "nullable":
      return objectsOf(node.inner);
    case "list":
      return objectsOf(node.item);
    case "map":
      return objectsOf(node.value);
    case "reference":
      return objectsOf(node.target);
    default:
      return [];
  }
}

function objectsOf(node: SchemaNode): ObjectNode[] {
  return node.type === "object" ? [node, ...nestedObjects(node)] : nestedObjects(node);
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** Writes every generated file. */
function main(): void {
  mkdirSync(`${root}/lib/format/schema`, { recursive: true });
  for (const [path, content] of generate(readFileSync(`${root}/${readmePath}`, "utf8"))) {
    writeFileSync(`${root}/${path}`, content);
  }
}

// `main` is unknown to Node 20, where this file is only ever imported.
if ((import.meta as { main?: boolean }).main === true) main();
