import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import {
  type RecordKind,
  type RecordKindName,
  recordKinds,
  type Schema,
  schemaId,
  toJsonSchema,
} from "../../lib/format/mod.ts";

export const kinds: readonly RecordKind<unknown>[] = Object.values(recordKinds);

/** Ajv's own verdict on values of a schema; strict, so that a keyword it does not know throws. */
export function ajvFor<T>(schema: Schema<T>, id = "urn:planloop:test"): ValidateFunction {
  return new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
    .compile(toJsonSchema(schema, { id }));
}

export function ajvForKind(kind: RecordKind<unknown>): ValidateFunction {
  return ajvFor(kind.schema, schemaId(kind.name as RecordKindName));
}

/** One file of `tests/goldens`. */
export interface Golden {
  kind: RecordKind<unknown>;
  set: "valid" | "damaged";
  /** Relative to `tests/goldens`. */
  path: string;
  /** Its records, each with its line where the kind is one of lines. */
  records: { line?: number; value: unknown }[];
}

const goldensUrl = new URL("../goldens/", import.meta.url);

/** Every golden of a set, in the order of kinds and names. */
export function goldens(set: Golden["set"]): Golden[] {
  return kinds.flatMap((kind) => {
    const folder = `${kind.name}/${set}/`;
    return readdirSync(new URL(folder, goldensUrl)).sort()
      .filter((name) => !name.endsWith(".issues.json"))
      .map((name) => ({ kind, set, path: folder + name, records: records(kind, folder + name) }));
  });
}

function records(kind: RecordKind<unknown>, path: string): Golden["records"] {
  const text = goldenText(path);
  if (kind.unit !== "line") return [{ value: JSON.parse(text) }];
  return text.trimEnd().split("\n").map((line, index) => ({
    line: index + 1,
    value: JSON.parse(line),
  }));
}

export function goldenText(path: string): string {
  return readFileSync(new URL(path, goldensUrl), "utf8");
}
