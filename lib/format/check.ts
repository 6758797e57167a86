/**
 * Checks values against schemas. Used by writers before they write, by readers after they read.
 *
 * @module
 */

import type { ValidationIssue } from "./log_line.ts";
import { itemPath, memberPath } from "./path.ts";
import type {
  Condition,
  FieldNode,
  NullableNode,
  NumberNode,
  ObjectNode,
  Schema,
  SchemaNode,
  TextNode,
  UnionNode,
} from "./schema.ts";
import { expectation, preview, shorten } from "./words.ts";

/** Most issues that one check reports; one more then says that there were others. */
export const issueCountMax = 100;

/** Longest key that an issue's path spells out, in characters; a longer one ends in `…`. */
const KEY_LENGTH_MAX = 80;

/** How a check words its messages. */
export interface CheckOptions {
  /** The start of each message. Default: `Cannot read <the schema's name>`. */
  action?: string;
}

interface Run {
  readonly issues: ValidationIssue[];
  readonly action: string;
  /** Whether issues beyond the limit were left out. */
  truncated: boolean;
}

/**
 * Checks a value against a schema. Keys that the schema does not name are accepted unless it is
 * closed; a key whose value is `undefined` counts as absent, as `JSON.stringify` treats it.
 *
 * Safe on hostile values: the schema, not the value, decides how deep the check goes, so cycles end;
 * a getter that throws becomes an issue.
 *
 * @returns The issues, at most {@linkcode issueCountMax} and one that says so; empty if the value
 * is valid.
 *
 * @example
 * ```ts
 * import { check, metricSchema } from "planloop/format";
 *
 * check(metricSchema, { timestamp: "2025-11-18T08:14:20.000Z", metric: "llm.latency", tags: {} });
 * // [{ path: "value", expected: "a number", found: "nothing",
 * //    message: "Cannot read Metric: value is missing, expected a number" }]
 * ```
 */
export function check<T>(
  schema: Schema<T>,
  value: unknown,
  options: CheckOptions = {},
): ValidationIssue[] {
  const { node } = schema;
  const name = node.type === "object" ? node.name : "the value";
  const run = { issues: [], action: options.action ?? `Cannot read ${name}`, truncated: false };
  visit(node, value, "", run);
  if (run.truncated) {
    add(run, "", `at most ${issueCountMax} faults`, `more than ${issueCountMax}`, true);
  }
  return run.issues;
}

/** Whether a value is valid, for narrowing its type. See {@linkcode check} for the reasons. */
export function isValid<T>(schema: Schema<T>, value: unknown): value is T {
  return check(schema, value).length === 0;
}

function visit(node: SchemaNode, value: unknown, path: string, run: Run): void {
  if (run.truncated) return;
  try {
    visitNode(node, value, path, run);
  } catch {
    add(run, path, expectation(node), "a value that throws when it is read");
  }
}

function visitNode(node: SchemaNode, value: unknown, path: string, run: Run): void {
  switch (node.type) {
    case "anything":
      return;
    case "nullable":
      return visitNullable(node, value, path, run);
    case "reference":
      return visitNode(node.target, value, path, run);
    case "list":
      return visitList(node.item, node.items_min, value, path, run);
    case "map":
      return visitMap(node.value, value, path, run);
    case "union":
      return visitUnion(node, value, path, run);
    case "object":
      return visitObject(node, value, path, run);
    default:
      if (!accepts(node, value)) add(run, path, expectation(node), preview(value));
  }
}

function visitNullable(node: NullableNode, value: unknown, path: string, run: Run): void {
  if (value === null) return;
  const before = run.issues.length;
  visit(node.inner, value, path, run);
  for (const { path: place, expected, found } of run.issues.splice(before)) {
    // What is wrong with the value itself could also be mended by null.
    add(run, place, place === path ? `${expected}, or null` : expected, found);
  }
}

type LeafNode = Extract<SchemaNode, { type: "text" | "number" | "flag" | "one_of" | "constant" }>;

function accepts(node: LeafNode, value: unknown): boolean {
  switch (node.type) {
    case "text":
      return typeof value === "string" && acceptsText(node, value);
    case "number":
      return typeof value === "number" && acceptsNumber(node, value);
    case "flag":
      return typeof value === "boolean";
    case "one_of":
      return typeof value === "string" && node.values.includes(value);
    case "constant":
      return value === node.value;
  }
}

function acceptsText(node: TextNode, value: string): boolean {
  if (node.length_min !== undefined || node.length_max !== undefined) {
    const length = [...value].length;
    if (length < (node.length_min ?? 0) || length > (node.length_max ?? Infinity)) return false;
  }
  return node.pattern === undefined || new RegExp(node.pattern, "u").test(value);
}

function acceptsNumber(node: NumberNode, value: number): boolean {
  if (!Number.isFinite(value) || (node.integer && !Number.isInteger(value))) return false;
  return value >= (node.min ?? -Infinity) && value <= (node.max ?? Infinity);
}

function visitList(item: SchemaNode, itemsMin: number, value: unknown, path: string, run: Run) {
  if (!Array.isArray(value) || value.length < itemsMin) {
    const expected = itemsMin === 0 ? "a list" : `a list of ${itemsMin} or more`;
    return add(run, path, expected, preview(value));
  }
  for (let index = 0; index < value.length && !run.truncated; index += 1) {
    visit(item, value[index], itemPath(path, index), run);
  }
}

function visitMap(inner: SchemaNode, value: unknown, path: string, run: Run): void {
  if (!isObject(value)) return add(run, path, "an object", preview(value));
  if (inner.type === "anything") return;
  for (const key of Object.keys(value)) {
    if (run.truncated) return;
    visit(inner, value[key], keyPath(path, key), run);
  }
}

function visitObject(node: ObjectNode, value: unknown, path: string, run: Run): void {
  if (!isObject(value)) return add(run, path, expectation(node), preview(value));
  const faulty = new Set<string>();
  for (const [key, field] of Object.entries(node.fields)) {
    if (!visitField(key, field, value, path, run)) faulty.add(key);
  }
  for (const condition of node.conditions) visitCondition(condition, value, faulty, path, run);
  if (!node.closed) return;
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(node.fields, key)) continue;
    add(run, keyPath(path, key), "no such key", preview(value[key]));
  }
}

/** Whether the field is without fault. */
function visitField(
  key: string,
  field: FieldNode,
  value: Record<string, unknown>,
  path: string,
  run: Run,
): boolean {
  const before = run.issues.length;
  const member = own(value, key);
  if (member !== undefined) {
    visit(field.node, member, keyPath(path, key), run);
  } else if (field.absent === undefined) {
    add(run, keyPath(path, key), expectation(field.node), "nothing");
  }
  return run.issues.length === before;
}

/** Checks what a condition adds; keys that are faulty already are not reported twice. */
function visitCondition(
  condition: Condition,
  value: Record<string, unknown>,
  faulty: Set<string>,
  path: string,
  run: Run,
): void {
  const decider = own(value, condition.key);
  if (typeof decider !== "string" || !condition.is.includes(decider)) return;
  for (const [key, field] of Object.entries(condition.then)) {
    if (!faulty.has(key) && !visitField(key, field, value, path, run)) faulty.add(key);
  }
}

/** Reports the issues of the shape that the value claims to be, else that it is none of them. */
function visitUnion(node: UnionNode, value: unknown, path: string, run: Run): void {
  let claimed: ValidationIssue[] | undefined;
  for (const option of node.options) {
    const attempt: Run = { issues: [], action: run.action, truncated: false };
    visit(option, value, path, attempt);
    if (attempt.issues.length === 0) return;
    if (claimed === undefined && claims(option, value)) claimed = attempt.issues;
  }
  if (claimed === undefined) return add(run, path, expectation(node), preview(value));
  for (const issue of claimed) add(run, issue.path, issue.expected, issue.found);
}

/** Whether a value carries the marks by which a shape is known: its constants, else its words. */
function claims(node: SchemaNode, value: unknown): boolean {
  if (node.type !== "object" || !isObject(value)) return false;
  const fields = Object.entries(node.fields).filter(([, field]) => field.absent === undefined);
  const constants = fields.filter(([, field]) => field.node.type === "constant");
  const marks = constants.length > 0
    ? constants
    : fields.filter(([, field]) => field.node.type === "one_of");
  return marks.length > 0 &&
    marks.every(([key, field]) => accepts(field.node as LeafNode, own(value, key)));
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyPath(path: string, key: string): string {
  return memberPath(path, shorten(key, KEY_LENGTH_MAX));
}

function add(run: Run, path: string, expected: string, found: string, last = false): void {
  if (run.issues.length >= issueCountMax && !last) {
    run.truncated = true;
    return;
  }
  const state = found === "nothing" ? "is missing" : `is ${found}`;
  const message = `${run.action}: ${path === "" ? "it" : path} ${state}, expected ${expected}`;
  run.issues.push({ path, expected, found, message });
}
