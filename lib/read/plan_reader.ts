/**
 * `PLAN.md` to its front matter and its text.
 *
 * @module
 */

import type { PlanDocument, PlanFrontMatter, ProblemSink } from "../format/mod.ts";
import { isObject, type JsonObject, withFurtherKeys } from "./json_value.ts";
import { previewText } from "./preview.ts";
import { readYaml } from "./yaml_subset.ts";

const textKeys = [
  "planloop_version",
  "schema_version",
  "session",
  "name",
  "title",
  "purpose",
  "project_root",
  "prompt_set",
  "created_at",
  "last_updated_at",
] as const;

/**
 * Reads a plan. Whatever the front matter, the text below it is kept.
 *
 * @param text The file's text.
 * @param file Its name for problems, relative to the session folder.
 */
export function readPlan(text: string, file: string, problem: ProblemSink): PlanDocument {
  const opening = /^\ufeff?---[ \t]*\r?\n/.exec(text);
  if (!opening) return { front_matter: null, body: text };
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m;
  const rest = text.slice(opening[0].length);
  const end = closing.exec(rest);
  if (!end) {
    const reason = "The front matter does not end: expected a line ---; shown as text";
    problem({ file, kind: "torn", reason, line: 1, lost: false, preview: previewText(text) });
    return { front_matter: null, body: text };
  }
  const { value, bad_line } = readYaml(rest.slice(0, end.index));
  if (bad_line !== null) {
    const line = rest.split("\n", bad_line)[bad_line - 1] ?? "";
    problem({
      file,
      kind: "wrong_shape",
      reason: "A line of the front matter is not understood: left out",
      line: bad_line + 1,
      lost: true,
      preview: previewText(line),
    });
  }
  const body = rest.slice(end.index + end[0].length).replace(/^\r?\n/, "");
  return { front_matter: frontMatter(value), body };
}

function frontMatter(value: JsonObject): Partial<PlanFrontMatter> {
  const known: Partial<PlanFrontMatter> = {};
  for (const key of textKeys) {
    if (key in value) known[key] = textOf(value[key]) ?? "";
  }
  if ("branch" in value) known.branch = textOf(value["branch"]);
  if ("tags" in value) {
    const tags = Array.isArray(value["tags"]) ? value["tags"] : [value["tags"]];
    known.tags = tags.map(textOf).filter((tag) => tag !== null);
  }
  const environment = value["environment"];
  if (isObject(environment)) {
    known.environment = withFurtherKeys({
      os: textOf(environment["os"]) ?? "",
      python: textOf(environment["python"]),
      xcode: textOf(environment["xcode"]),
      node: textOf(environment["node"]),
    }, environment);
  }
  return withFurtherKeys(known, value);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
