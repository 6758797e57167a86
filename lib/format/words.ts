/**
 * What a schema accepts and what a value is, in the words of a message.
 *
 * @module
 */

import type { NumberNode, SchemaNode, TextNode, UnionNode } from "./schema.ts";

/** Longest text that an issue quotes, in characters; a longer one ends in `…`. */
export const foundLengthMax = 80;

/** What a schema accepts, in words, such as `an integer of 1 or more`. */
export function expectation(node: SchemaNode): string {
  switch (node.type) {
    case "text":
      return textExpectation(node);
    case "number":
      return numberExpectation(node);
    case "flag":
      return "true or false";
    case "one_of":
      return `one of ${node.values.join(", ")}`;
    case "constant":
      return JSON.stringify(node.value);
    case "anything":
      return "any value";
    case "nullable":
      return `${expectation(node.inner)}, or null`;
    case "list":
      return node.items_min === 0 ? "a list" : `a list of ${node.items_min} or more`;
    case "map":
      return "an object";
    case "object":
      return `an object (${node.name})`;
    case "reference":
      return expectation(node.target);
    case "union":
      return unionExpectation(node);
  }
}

/**
 * A value in a few words, for messages: text quoted and shortened, with control and bidirectional
 * characters made visible; lists and objects by their size.
 */
export function preview(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean" || typeof value === "number") return `${value}`;
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  const count = Object.keys(value).length;
  return `an object with ${count} ${count === 1 ? "key" : "keys"}`;
}

function quote(value: string): string {
  const kept = shorten(value, foundLengthMax);
  const visible = JSON.stringify(kept).replace(
    /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return kept === value ? visible : `${visible} (${value.length} characters)`;
}

/** Cuts a text at a number of characters, visibly. */
export function shorten(value: string, lengthMax: number): string {
  if (value.length <= lengthMax) return value;
  return `${value.slice(0, lengthMax).replace(/[\ud800-\udbff]$/, "")}…`;
}

function unionExpectation(node: UnionNode): string {
  const names = node.options.map((option) => option.type === "object" ? option.name : undefined);
  return names.includes(undefined)
    ? node.options.map(expectation).join(", or ")
    : `an object: one of ${names.join(", ")}`;
}

function textExpectation(node: TextNode): string {
  if (node.form !== undefined) return node.form;
  if (node.pattern !== undefined) return `text that matches ${node.pattern}`;
  if (node.length_max !== undefined) {
    return `text of ${node.length_min ?? 0} to ${node.length_max} characters`;
  }
  if (node.length_min === 1) return "text, not empty";
  return node.length_min === undefined ? "text" : `text of ${node.length_min} or more characters`;
}

function numberExpectation(node: NumberNode): string {
  const noun = node.integer ? "an integer" : "a number";
  const unit = node.unit === undefined ? "" : ` (${node.unit})`;
  if (node.min !== undefined && node.max !== undefined) {
    return `${noun} from ${node.min} to ${node.max}${unit}`;
  }
  if (node.min !== undefined) return `${noun} of ${node.min} or more${unit}`;
  return node.max === undefined ? `${noun}${unit}` : `${noun} of at most ${node.max}${unit}`;
}
