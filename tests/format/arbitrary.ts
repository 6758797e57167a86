import fc from "fast-check";
import type { ObjectNode, SchemaNode } from "../../lib/format/schema.ts";

const jsonValue = fc.jsonValue({ maxDepth: 2 });

/** Values that a schema accepts. */
export function accepted(node: SchemaNode): fc.Arbitrary<unknown> {
  switch (node.type) {
    case "text":
      return acceptedText(node);
    case "number":
      return acceptedNumber(node);
    case "flag":
      return fc.boolean();
    case "one_of":
      return fc.constantFrom(...node.values);
    case "constant":
      return fc.constant(node.value);
    case "anything":
      return jsonValue;
    case "nullable":
      return fc.option(accepted(node.inner));
    case "list":
      return fc.array(accepted(node.item), { minLength: node.items_min, maxLength: 3 });
    case "map":
      return fc.dictionary(fc.string(), accepted(node.value), { maxKeys: 3 });
    case "union":
      return fc.oneof(...node.options.map(accepted));
    case "object":
      return acceptedObject(node);
    case "reference":
      return acceptedObject(node.target);
  }
}

function acceptedText(node: Extract<SchemaNode, { type: "text" }>): fc.Arbitrary<string> {
  if (node.term === "path") return fc.constantFrom("logs/a.json", "state.json", "..a/b..", "a\nb");
  if (node.term === "session id") return fc.constantFrom("a", "größe-漢字-1", "_x.y-Z", "é\u0301");
  if (node.pattern !== undefined) return fc.stringMatching(new RegExp(node.pattern));
  const limits = { minLength: node.length_min ?? 0, maxLength: node.length_max ?? 40 };
  return fc.string({ unit: "binary", ...limits });
}

function acceptedNumber(node: Extract<SchemaNode, { type: "number" }>): fc.Arbitrary<number> {
  const min = node.min ?? -1e9;
  const max = node.max ?? 1e9;
  return node.integer
    ? fc.integer({ min, max })
    : fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
}

function acceptedObject(node: ObjectNode): fc.Arbitrary<unknown> {
  const record = (required: ReadonlySet<string>, fields = node.fields) =>
    fc.record(
      Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, accepted(field.node)])),
      { requiredKeys: [...required] },
    );
  const always = Object.entries(node.fields).filter(([, { absent }]) => absent === undefined);
  const base = record(new Set(always.map(([key]) => key)));
  return base.chain((value) => {
    const rules = node.conditions.filter(({ key, is }) =>
      is.includes(String((value as Record<string, unknown>)[key]))
    );
    const implied = Object.assign({}, ...rules.map(({ then }) => then)) as ObjectNode["fields"];
    return record(new Set(Object.keys(implied)), implied).map((more) => ({ ...value, ...more }));
  });
}

/** A change of one place in a JSON value. */
export interface Mutation {
  /** Which place, counted through the whole value and wrapped around. */
  place: number;
  change: "replace" | "remove" | "add" | "empty";
  value: unknown;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(10_000),
  change: fc.constantFrom("replace", "remove", "add", "empty"),
  value: fc.oneof(
    jsonValue,
    fc.constantFrom(null, "", -1, 0, 0.5, "../x", [], {}, "running", "success", true),
  ),
});

/** The value with one place changed; the original stays as it is. */
export function mutate(original: unknown, { place, change, value }: Mutation): unknown {
  const root = { value: structuredClone(original) };
  const places = placesOf(root);
  const [parent, key] = places[place % places.length]!;
  if (change === "replace") parent[key] = value;
  else if (change === "empty") parent[key] = Array.isArray(parent[key]) ? [] : {};
  else if (change === "remove" && parent !== root) delete parent[key];
  else if (Array.isArray(parent)) parent.push(value);
  else if (parent !== root) parent["added_key"] = value;
  // A hole in a list is no JSON: let it be what JSON makes of it.
  return JSON.parse(JSON.stringify(root)).value;
}

type Container = Record<string | number, unknown>;

function placesOf(container: Container): [Container, string | number][] {
  return Object.keys(container).flatMap((key) => {
    const member = container[key];
    const own: [Container, string | number][] = [[container, key]];
    const inner = typeof member === "object" && member !== null
      ? placesOf(member as Container)
      : [];
    return [...own, ...inner];
  });
}
