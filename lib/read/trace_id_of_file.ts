/**
 * The trace that a record's file name speaks of.
 *
 * @module
 */

const ending = /(?:\.journal\.jsonl|\.json)$/;
const kind = /_(?:llm|error|state|diff|pre|post)$/;
const number = /_\d{3,6}$/;

/**
 * The trace id in a file's name, for records that do not name their trace: `logs/errors/tr_1_error.json`
 * is `tr_1`. A name that is not one of a trace gives itself.
 */
export function traceIdOfFile(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1).replace(ending, "");
  if (kind.test(name)) return name.replace(kind, "");
  return kind.test(name.replace(number, "")) ? name.replace(number, "").replace(kind, "") : name;
}
