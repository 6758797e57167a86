/**
 * Schemas as JSON Schema, draft 2020-12, for validators in any language.
 *
 * @module
 */

import type { FieldNode, ObjectNode, Schema, SchemaNode, TextNode } from "./schema.ts";

/** A JSON Schema, as plain JSON. */
export type JsonSchema = { [key: string]: unknown };

/** The dialect that the published schemas declare. */
export const jsonSchemaDialect = "https://json-schema.org/draft/2020-12/schema";

/** Identity and example of a published schema. */
export interface JsonSchemaOptions {
  /** The schema's identity, an absolute URI: it names, and need not be fetched. */
  id: string;
  /** The schema's title. Default: its name. */
  title?: string;
  /** Values that are valid. */
  examples?: readonly unknown[];
}

type Definitions = Map<string, JsonSchema>;

/**
 * Writes a schema as JSON Schema. Named objects become `$defs`; units and the meaning of null and
 * of absence are part of the descriptions.
 *
 * @throws {TypeError} If two different objects of the schema have the same name.
 */
export function toJsonSchema<T>(schema: Schema<T>, options: JsonSchemaOptions): JsonSchema {
  const definitions: Definitions = new Map();
  const owners = new Map<string, ObjectNode>();
  const { node } = schema;
  const body = node.type === "object"
    ? convertObject(node, definitions, owners)
    : convert(node, definitions, owners);
  return {
    $schema: jsonSchemaDialect,
    $id: options.id,
    title: options.title ?? (node.type === "object" ? node.name : "Record"),
    ...body,
    ...(definitions.size === 0 ? {} : { $defs: Object.fromEntries([...definitions].sort(byName)) }),
    ...(options.examples === undefined ? {} : { examples: options.examples }),
  };
}

/** A schema node's words: meaning and unit. */
export function description(node: SchemaNode): string {
  const unit = node.type === "number" ? node.unit : undefined;
  if (node.type === "nullable") return `${description(node.inner)} Null ${node.when}.`;
  return unit === undefined ? node.doc : `${node.doc} Unit: ${unit}.`;
}

/** A field's words: meaning, unit, and what null and absence mean. */
export function fieldDescription(field: FieldNode): string {
  const { node } = field;
  if (node.type === "nullable" && node.when === field.absent) {
    return `${description(node.inner)} Null or absent ${node.when}.`;
  }
  const words = description(node);
  return field.absent === undefined ? words : `${words} Absent ${field.absent}.`;
}

function convert(node: SchemaNode, into: Definitions, owners: Map<string, ObjectNode>): JsonSchema {
  return { description: description(node), ...convertBare(node, into, owners) };
}

function convertBare(
  node: SchemaNode,
  into: Definitions,
  owners: Map<string, ObjectNode>,
): JsonSchema {
  switch (node.type) {
    case "text":
      return convertText(node);
    case "number":
      return {
        type: node.integer ? "integer" : "number",
        ...(node.min === undefined ? {} : { minimum: node.min }),
        ...(node.max === undefined ? {} : { maximum: node.max }),
      };
    case "flag":
      return { type: "boolean" };
    case "one_of":
      return { enum: [...node.values] };
    case "constant":
      return { const: node.value };
    case "anything":
      return {};
    case "nullable":
      return { anyOf: [convertBare(node.inner, into, owners), { type: "null" }] };
    case "list":
      return {
        type: "array",
        ...(node.items_min === 0 ? {} : { minItems: node.items_min }),
        items: convert(node.item, into, owners),
      };
    case "map":
      return { type: "object", additionalProperties: convert(node.value, into, owners) };
    case "union":
      return { anyOf: node.options.map((option) => convertBare(option, into, owners)) };
    case "object":
      return referTo(node, into, owners);
    case "reference":
      return referTo(node.target, into, owners);
  }
}

function convertText(node: TextNode): JsonSchema {
  return {
    type: "string",
    ...(node.length_min === undefined ? {} : { minLength: node.length_min }),
    ...(node.length_max === undefined ? {} : { maxLength: node.length_max }),
    ...(node.pattern === undefined ? {} : { pattern: node.pattern }),
  };
}

function referTo(node: ObjectNode, into: Definitions, owners: Map<string, ObjectNode>): JsonSchema {
  const owner = owners.get(node.name);
  if (owner !== undefined && owner !== node) {
    throw new TypeError(`Cannot publish the schema: two different objects are named ${node.name}`);
  }
  if (owner === undefined) {
    owners.set(node.name, node);
    into.set(node.name, convertObject(node, into, owners));
  }
  return { $ref: `#/$defs/${node.name}` };
}

function convertObject(
  node: ObjectNode,
  into: Definitions,
  owners: Map<string, ObjectNode>,
): JsonSchema {
  const fields = Object.entries(node.fields);
  const required = fields.filter(([, { absent }]) => absent === undefined).map(([key]) => key);
  return {
    description: node.doc,
    type: "object",
    properties: Object.fromEntries(
      fields.map(([key, field]) => [
        key,
        { ...convert(field.node, into, owners), description: fieldDescription(field) },
      ]),
    ),
    ...(required.length === 0 ? {} : { required }),
    ...(node.closed ? { additionalProperties: false } : {}),
    ...(node.conditions.length === 0 ? {} : {
      allOf: node.conditions.map(({ key, is, then }) => ({
        if: { properties: { [key]: { enum: [...is] } }, required: [key] },
        then: {
          properties: Object.fromEntries(
            Object.entries(then).map((
              [other, field],
            ) => [other, convert(field.node, into, owners)]),
          ),
          required: Object.keys(then),
        },
      })),
    }),
  };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
