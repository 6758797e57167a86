/**
 * What must and what must not compile about schemas. `schema_types.test.ts` has the compiler judge
 * it: an `@ts-expect-error` above a line without an error is itself an error.
 */

import { type Schema, schema } from "../../lib/format/mod.ts";

const { anything, constant, flag, integer, list, map, nullable, number, object, oneOf } = schema;
const { field, optional, text, union } = schema;

interface Point {
  label: string;
  x: number | null;
  kind?: "a" | "b";
  tags: string[];
}

const fields = {
  label: text(""),
  x: nullable(number(""), ""),
  kind: optional(oneOf("", ["a", "b"]), ""),
  tags: list("", text("")),
} as const;

export const right: Schema<Point> = object<Point>("Point", "", fields);
export const nested: Schema<{ at: Point }> = object<{ at: Point }>("Nested", "", {
  at: field("", right),
});

const { label: _label, ...withoutLabel } = fields;
// @ts-expect-error a key is missing
export const missing = object<Point>("Point", "", withoutLabel);

// @ts-expect-error an optional key is missing
export const missingOptional = object<{ a?: string }>("A", "", {});

// @ts-expect-error a key is extra
export const extra = object<{ a: string }>("A", "", { a: text(""), b: text("") });

// @ts-expect-error a key that must be there is optional in the schema
export const optionalInSchema = object<{ a: string }>("A", "", { a: optional(text(""), "") });

// @ts-expect-error a key that may be absent is required in the schema
export const requiredInSchema = object<{ a?: string }>("A", "", { a: text("") });

// @ts-expect-error another type
export const otherType = object<{ a: string }>("A", "", { a: integer("") });

// @ts-expect-error the schema allows null, the interface does not
export const wider = object<{ a: string }>("A", "", { a: nullable(text(""), "") });

// @ts-expect-error the interface allows null, the schema does not
export const narrower = object<{ a: string | null }>("A", "", { a: text("") });

// @ts-expect-error the interface has a word that the schema lacks
export const fewerWords = object<{ a: "x" | "y" }>("A", "", { a: oneOf("", ["x"]) });

// @ts-expect-error the schema has a word that the interface lacks
export const moreWords = object<{ a: "x" }>("A", "", { a: oneOf("", ["x", "y"]) });

// @ts-expect-error a constant of another value
export const otherConstant = object<{ a: "x" }>("A", "", { a: constant("", "y") });

// @ts-expect-error items of another type
export const otherItems = object<{ a: string[] }>("A", "", { a: list("", flag("")) });

// @ts-expect-error values of another type
export const otherValues = object<{ a: Record<string, number> }>("A", "", { a: map("", text("")) });

// @ts-expect-error a shape is missing from the union
export const halfUnion: Schema<string | number> = union("", text(""));

// @ts-expect-error unknown is not any type one likes
export const known = object<{ a: string }>("A", "", { a: anything("") });

// @ts-expect-error a rule about a key that the interface does not have
export const strayRule = object<Point>("P", "", fields, { when: [{ key: "y", is: [], then: {} }] });

export const withIndex: Schema<{ a: string; [key: string]: unknown }> = object<
  { a: string; [key: string]: unknown }
>("Open", "", { a: text("") });
