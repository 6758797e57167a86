import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check, schema, toJsonSchema } from "../../lib/format/mod.ts";
import { generate, readmePath } from "../../scripts/generate_schemas.ts";
import { kinds } from "./helpers.ts";

const root = new URL("../../", import.meta.url);
const readme = readFileSync(new URL(readmePath, root), "utf8");

describe("generate_schemas", () => {
  const files = generate(readme);

  test.each([...files])("%s on disk is what the schemas say", (path, content) => {
    expect(readFileSync(new URL(path, root), "utf8")).toBe(content);
  });

  test("the schema folder holds no other file", () => {
    const expected = kinds.map(({ name }) => `${name}.schema.json`).sort();
    expect(readdirSync(new URL("lib/format/schema", root)).sort()).toEqual(expected);
  });

  test("a spec without a generated part's markers is refused by name", () => {
    const cut = readme.replace("<!-- begin generated: metric -->", "");
    expect(() => generate(cut)).toThrow('Cannot write the part "metric"');
  });

  test("hand-made changes inside a generated part are replaced", () => {
    const part = "<!-- end generated: metric -->";
    expect(generate(readme.replace(part, `stray\n${part}`)).get(readmePath)).toBe(readme);
  });
});

describe("README", () => {
  test("every link to a section has its section", () => {
    const anchors = new Set(
      [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
        title!.toLowerCase().replaceAll(" ", "-")
      ),
    );
    const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor!);
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });

  test("every key of every kind is in a table", () => {
    for (const { schema: { node }, example } of kinds) {
      const keys = node.type === "object"
        ? Object.keys(node.fields)
        : Object.keys(example as object);
      expect(keys.filter((key) => !readme.includes(`| \`${key}\` |`))).toEqual([]);
    }
  });
});

describe("toJsonSchema", () => {
  const inner = schema.object<{ x: number }>("Inner", "A point.", {
    x: schema.number("Where.", { min: 0, unit: "metres" }),
  });

  test("describes meaning, unit, null and absence", () => {
    const outer = schema.object<{ a?: number | null; b: { x: number } }>("Outer", "Two things.", {
      a: schema.optional(
        schema.nullable(
          schema.integer("How many.", { min: 1, max: 9, unit: "pieces" }),
          "at night",
        ),
        "by day",
      ),
      b: schema.field("The point.", inner),
    });
    expect(toJsonSchema(outer, { id: "urn:x" })).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: "urn:x",
      title: "Outer",
      description: "Two things.",
      type: "object",
      properties: {
        a: {
          description: "How many. Unit: pieces. Null at night. Absent by day.",
          anyOf: [{ type: "integer", minimum: 1, maximum: 9 }, { type: "null" }],
        },
        b: { description: "The point.", $ref: "#/$defs/Inner" },
      },
      required: ["b"],
      $defs: {
        Inner: {
          description: "A point.",
          type: "object",
          properties: { x: { description: "Where. Unit: metres.", type: "number", minimum: 0 } },
          required: ["x"],
        },
      },
    });
  });

  test("two different objects of one name are refused", () => {
    const other = schema.object<{ y: number }>("Inner", "Another.", { y: schema.number("Y.") });
    const both = schema.list("Both.", schema.union("Either.", inner, other));
    expect(() => toJsonSchema(both, { id: "urn:x" })).toThrow(
      "two different objects are named Inner",
    );
    expect(check(both, [{ x: 1 }, { y: 2 }])).toEqual([]);
  });
});
