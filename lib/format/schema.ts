/**
 * A small schema language: what a record's keys mean, in which unit, within which limits. One
 * schema serves the check, the JSON Schema and the tables of the published spec, and its type
 * parameter ties it to the record's interface, so that the two cannot drift apart.
 *
 * @module
 */

/** Carries the type that a schema describes; never present at run time. */
declare const described: unique symbol;

/** What a schema consists of, as plain data. */
export type SchemaNode =
  | TextNode
  | NumberNode
  | { readonly type: "flag"; readonly doc: string }
  | { readonly type: "one_of"; readonly doc: string; readonly values: readonly string[] }
  | { readonly type: "constant"; readonly doc: string; readonly value: ConstantValue }
  | { readonly type: "anything"; readonly doc: string }
  | NullableNode
  | ListNode
  | MapNode
  | UnionNode
  | ObjectNode
  | ReferenceNode;

/** What a constant may be. */
export type ConstantValue = string | number | boolean | null;

/** Text, within a length, of a named form or pattern. */
export interface TextNode {
  readonly type: "text";
  readonly doc: string;
  /** A regular expression, read with the `u` flag. */
  readonly pattern?: string;
  /** The pattern in words, such as `a time like 2025-11-18T08:14:17.585Z`. */
  readonly form?: string;
  /** The form's short name, such as `time`, where the spec explains it. */
  readonly term?: string;
  /** In code points. */
  readonly length_min?: number;
  /** In code points. */
  readonly length_max?: number;
}

/** A number within a range. */
export interface NumberNode {
  readonly type: "number";
  readonly doc: string;
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  /** In words, such as `milliseconds`. */
  readonly unit?: string;
}

/** Null, or what another schema says. */
export interface NullableNode {
  readonly type: "nullable";
  readonly doc: string;
  readonly inner: SchemaNode;
  /** What null means, such as `while it runs`. */
  readonly when: string;
}

/** A list of like items. */
export interface ListNode {
  readonly type: "list";
  readonly doc: string;
  readonly item: SchemaNode;
  readonly items_min: number;
}

/** An object whose keys are data. */
export interface MapNode {
  readonly type: "map";
  readonly doc: string;
  readonly value: SchemaNode;
}

/** One of several shapes. */
export interface UnionNode {
  readonly type: "union";
  readonly doc: string;
  readonly options: readonly SchemaNode[];
}

/** A field's further rules, for records whose one key decides about another. */
export interface Condition {
  /** A key whose schema is `oneOf` or `constant`. */
  readonly key: string;
  readonly is: readonly string[];
  /** What then holds for other keys, beside their own schemas. */
  readonly then: Readonly<Record<string, FieldNode>>;
}

/** One key of an object. */
export interface FieldNode {
  readonly node: SchemaNode;
  /** What absence means, such as `outside of a session`; undefined for a key that must be there. */
  readonly absent?: string;
}

/** A named object with documented keys. */
export interface ObjectNode {
  readonly type: "object";
  readonly name: string;
  readonly doc: string;
  readonly fields: Readonly<Record<string, FieldNode>>;
  /** Whether other keys are refused. By default they are allowed: readers ignore what they do not know. */
  readonly closed: boolean;
  readonly conditions: readonly Condition[];
}

/** A named object used as a field, with the field's own words. */
export interface ReferenceNode {
  readonly type: "reference";
  readonly doc: string;
  readonly target: ObjectNode;
}

/** A schema for values of exactly the type `T`: neither a wider nor a narrower one is accepted. */
export interface Schema<T> {
  readonly node: SchemaNode;
  readonly [described]?: (value: T) => T;
}

/** A schema for a key that may be absent. */
export interface OptionalSchema<T> {
  readonly optional: Schema<T>;
  /** What absence means. */
  readonly absent: string;
}

/** Keys that an interface names, without an index signature's. */
type NamedKeys<T> = keyof {
  [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K];
};

/** One schema for each key of `T`: `optional(…)` exactly for the optional ones. */
export type Fields<T> = {
  readonly [K in NamedKeys<T>]-?: K extends keyof T
    ? Record<never, never> extends Pick<T, K> ? OptionalSchema<Required<T>[K]> : Schema<T[K]>
    : never;
};

/** A rule of an object: if a key has one of these values, further schemas hold for other keys. */
export interface When<T> {
  key: NamedKeys<T> & string;
  is: readonly string[];
  then: { readonly [K in NamedKeys<T>]?: { readonly node: SchemaNode } };
}

/**
 * Describes an object. Every key of `T` needs its schema; a missing one, an extra one or one of
 * another type does not compile.
 *
 * @param name The record's name, such as `Trace`.
 * @param doc What it is.
 * @param fields One schema a key.
 * @param options `closed`: other keys are refused (default: allowed). `when`: rules between keys.
 *
 * @example
 * ```ts
 * import { schema, type Schema } from "planloop/format";
 *
 * interface Point { label: string; x: number }
 * const point: Schema<Point> = schema.object<Point>("Point", "A place on the line.", {
 *   label: schema.text("What stands there."),
 *   x: schema.number("Where.", { unit: "metres" }),
 * });
 * ```
 */
export function object<T>(
  name: string,
  doc: string,
  fields: Fields<T>,
  options: { closed?: boolean; when?: readonly When<T>[] } = {},
): Schema<T> {
  const nodes: Record<string, FieldNode> = {};
  for (const [key, field] of Object.entries(fields) as [string, AnyField][]) {
    nodes[key] = "optional" in field
      ? { node: field.optional.node, absent: field.absent }
      : { node: field.node };
  }
  const conditions = (options.when ?? []).map(({ key, is, then }) => ({
    key,
    is,
    then: Object.fromEntries(
      Object.entries(then as Record<string, { node: SchemaNode }>)
        .map(([other, schema]) => [other, { node: schema.node }]),
    ),
  }));
  return {
    node: { type: "object", name, doc, fields: nodes, closed: options.closed ?? false, conditions },
  };
}

type AnyField = Schema<unknown> | OptionalSchema<unknown>;

/** A key that may be absent. `when` says what absence means, such as `outside of a session`. */
export function optional<T>(schema: Schema<T>, when: string): OptionalSchema<T> {
  return { optional: schema, absent: when };
}

/** Null, or what another schema says. `when` says what null means, such as `while it runs`. */
export function nullable<T>(inner: Schema<T>, when: string): Schema<T | null> {
  return { node: { type: "nullable", doc: inner.node.doc, inner: inner.node, when } };
}

/** Text. `pattern` is read with the `u` flag; `form` says the same in words. Lengths in characters. */
export function text(
  doc: string,
  limits: Omit<TextNode, "type" | "doc"> = {},
): Schema<string> {
  return { node: { type: "text", doc, ...limits } };
}

/** A finite number, from `min` to `max` (both included). */
export function number(
  doc: string,
  limits: { min?: number; max?: number; unit?: string } = {},
): Schema<number> {
  return { node: { type: "number", doc, integer: false, ...limits } };
}

/** A whole number, from `min` to `max` (both included). */
export function integer(
  doc: string,
  limits: { min?: number; max?: number; unit?: string } = {},
): Schema<number> {
  return { node: { type: "number", doc, integer: true, ...limits } };
}

/** True or false. */
export function flag(doc: string): Schema<boolean> {
  return { node: { type: "flag", doc } };
}

/** One of several words. */
export function oneOf<const V extends string>(doc: string, values: readonly V[]): Schema<V> {
  return { node: { type: "one_of", doc, values } };
}

/** Always the same value. */
export function constant<const V extends ConstantValue>(doc: string, value: V): Schema<V> {
  return { node: { type: "constant", doc, value } };
}

/** Any JSON value. */
export function anything(doc: string): Schema<unknown> {
  return { node: { type: "anything", doc } };
}

/** A list of at least `items_min` items (default 0). */
export function list<T>(
  doc: string,
  item: Schema<T>,
  limits: { items_min?: number } = {},
): Schema<T[]> {
  return { node: { type: "list", doc, item: item.node, items_min: limits.items_min ?? 0 } };
}

/** An object whose keys are data, such as names of variables. */
export function map<T>(doc: string, value: Schema<T>): Schema<Record<string, T>> {
  return { node: { type: "map", doc, value: value.node } };
}

/** One of several shapes. Where they are objects, a constant key should tell them apart. */
export function union<T extends readonly unknown[]>(
  doc: string,
  ...options: { readonly [I in keyof T]: Schema<T[I]> }
): Schema<T[number]> {
  return {
    node: { type: "union", doc, options: (options as Schema<unknown>[]).map(({ node }) => node) },
  };
}

/**
 * A named object in the place of a field, with the field's own words.
 *
 * @throws {TypeError} If the schema is no `object`: other schemas carry their words themselves.
 */
export function field<T>(doc: string, schema: Schema<T>): Schema<T> {
  const { node } = schema;
  if (node.type !== "object") {
    throw new TypeError(`Cannot refer to a schema of type ${node.type}: expected an object schema`);
  }
  return { node: { type: "reference", doc, target: node } };
}
