/**
 * The text of `planloop.jsonc`: JSON with comments, checked, each fault with its place.
 *
 * @module
 */

import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { check, parsePath, type SchemaNode } from "../../lib/format/mod.ts";
import { nearestName } from "../nearest_name.ts";
import { printable } from "../text.ts";
import { scopedSettings, type Settings, type SettingsScope } from "./settings.ts";
import { settingsSchema } from "./settings.schema.ts";

/** Something in a file of settings that cannot be used. */
export interface SettingsFault {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
  /** A whole sentence. */
  message: string;
}

/** A text of settings, taken apart. */
export interface SettingsText {
  /** What it says; nothing where it has faults. */
  settings: Settings;
  faults: SettingsFault[];
  /** Where a value stands, by its path such as `report.out`; the start of the text where it does not. */
  placeOf(path: string): { line: number; column: number };
}

/** Most faults that are told. */
const faultsMax = 20;

/** Most lists and objects inside of each other: more than the settings have, far less than a stack takes. */
const depthMax = 100;

const errorWords: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is no JSON",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "expected a key in double quotes",
  ValueExpected: "expected a value",
  ColonExpected: "expected a colon",
  CommaExpected: "expected a comma",
  CloseBraceExpected: "expected }",
  CloseBracketExpected: "expected ]",
  EndOfFileExpected: "expected the end of the file",
  UnexpectedEndOfComment: "this comment has no end",
  UnexpectedEndOfString: "this text has no end",
  InvalidUnicode: "this is no \\u escape",
  InvalidEscapeCharacter: "this is no escape that JSON knows",
  InvalidCharacter: "this character must be written as an escape",
};

/** Reads a text of settings. Never throws. */
export function readSettingsText(text: string, scope: SettingsScope): SettingsText {
  const lines = lineStarts(text);
  const place = (offset: number) => placeIn(lines, offset);
  const faults: SettingsFault[] = [];
  const add = (offset: number, message: string) => faults.push({ ...place(offset), message });
  const nothing = { settings: {}, faults, placeOf: () => ({ line: 1, column: 1 }) };
  if (isTooDeep(text)) {
    add(0, `It has more than ${depthMax} objects and lists inside of each other.`);
    return nothing;
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  for (const { error, offset } of errors.slice(0, faultsMax)) {
    const code = printParseErrorCode(error);
    add(offset, `It is not JSON with comments: ${errorWords[code] ?? code}.`);
  }
  if (errors.length > 0 || tree === undefined) return nothing;
  findUnknown(tree, settingsSchema.node, "", add);
  const value: unknown = getNodeValue(tree);
  for (const { path, expected, found } of check(settingsSchema, value)) {
    if (expected === "no such key") continue;
    add(
      nodeAt(tree, path)?.offset ?? 0,
      `${path || "The file"} is ${found}, expected ${expected}.`,
    );
  }
  findMisplaced(tree, scope, add);
  findBadPatterns(tree, value, add);
  const inOrder = faults.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, faultsMax);
  return {
    settings: faults.length === 0 ? value as Settings : {},
    faults: inOrder,
    placeOf: (path) => place(nodeAt(tree, path)?.offset ?? 0),
  };
}

type AddFault = (offset: number, message: string) => void;

/** Keys that are not in the schema, or stand twice. */
function findUnknown(node: Node, schema: SchemaNode, path: string, add: AddFault): void {
  if (schema.type === "reference") return findUnknown(node, schema.target, path, add);
  if (schema.type === "list" && node.type === "array") {
    for (const item of node.children ?? []) findUnknown(item, schema.item, path, add);
  }
  if (schema.type !== "object" || node.type !== "object") return;
  const names = Object.keys(schema.fields);
  const seen = new Set<string>();
  for (const { children: [keyNode, valueNode] = [] } of node.children ?? []) {
    if (!keyNode) continue;
    const key = String(keyNode.value);
    const full = path === "" ? key : `${path}.${key}`;
    if (seen.has(key)) add(keyNode.offset, `${printable(full)} stands here twice.`);
    seen.add(key);
    const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    if (field && valueNode) findUnknown(valueNode, field.node, full, add);
    if (field) continue;
    const meant = nearestName(key, names);
    const hint = meant === undefined ? `It can be ${names.join(", ")}` : `Did you mean ${meant}?`;
    add(keyNode.offset, `There is no setting ${printable(full)} (${hint}).`);
  }
}

/** What only the other file may say. */
function findMisplaced(tree: Node, scope: SettingsScope, add: AddFault): void {
  for (const [path, rule] of Object.entries(scopedSettings)) {
    const node = rule.scope === scope ? undefined : nodeAt(tree, path);
    if (!node) continue;
    const [here, there] = scope === "project"
      ? ["a project's file", "your home's"]
      : ["a home's file", "a project's"];
    add(node.offset, `${path} cannot stand in ${here}: ${rule.reason}. Expected it in ${there}.`);
  }
}

function findBadPatterns(tree: Node, value: unknown, add: AddFault): void {
  const rules = (value as Settings | null)?.redact?.rules;
  if (!Array.isArray(rules)) return;
  for (const [index, rule] of rules.entries()) {
    const path = `redact.rules[${index}].pattern`;
    const pattern: unknown = (rule as { pattern?: unknown } | null)?.pattern;
    if (typeof pattern !== "string") continue;
    try {
      new RegExp(pattern);
    } catch (error) {
      const reason = printable((error as Error).message.replace(/^.*: /, ""));
      add(nodeAt(tree, path)?.offset ?? 0, `${path} is no regular expression: ${reason}.`);
    }
  }
}

function nodeAt(tree: Node, path: string): Node | undefined {
  const steps = path === "" ? [] : parsePath(path);
  return steps && findNodeAtLocation(tree, steps);
}

/** Counts brackets, also those in texts and comments: a file of settings has few of either. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth > depthMax) return true;
  }
  return false;
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ 0: end, index }) => index + end.length)];
}

function placeIn(starts: readonly number[], offset: number): { line: number; column: number } {
  const line = starts.findLastIndex((start) => start <= offset);
  return { line: line + 1, column: offset - starts[line]! + 1 };
}
