/**
 * What a caller says about a model call, as far as it fits the format.
 *
 * @module
 */

import { check, isValid, type LlmRequest, llmRequestSchema, type Schema } from "../format/mod.ts";
import { cleanValue, type Recorder } from "./recorder.ts";
import { transcriptLimits } from "./serialise.ts";

/** The key for values that do not fit their own. */
const misfitKey = "as_given";

/** A request as it may be written. What is no object with names is the prompt. */
export function givenRequest(recorder: Recorder, request: unknown): LlmRequest {
  if (request === undefined || request === null) return {};
  const clean = cleanValue(recorder, request, transcriptLimits, true);
  if (typeof clean !== "object" || clean === null || Array.isArray(clean)) return { prompt: clean };
  const fields = clean as Record<string, unknown>;
  const misfits: Record<string, unknown> = {};
  for (const { path } of check(llmRequestSchema, fields)) {
    if (!Object.hasOwn(fields, path)) continue;
    // Clients send null for what they do not ask for.
    if (fields[path] !== null) misfits[path] = fields[path];
    delete fields[path];
  }
  if (Object.keys(misfits).length === 0) return fields;
  // The provider may have a key of this name itself.
  return { ...fields, [misfitKey]: { ...fields[misfitKey] as object | undefined, ...misfits } };
}

/** Takes a caller's values one by one, and keeps those that do not fit. */
export class GivenValues {
  readonly #recorder: Recorder;
  readonly #misfits: Record<string, unknown> = {};

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** The value, redacted; nothing where there is none or where it is of another kind. */
  take<T>(key: string, value: unknown, schema: Schema<T>): T | undefined {
    if (value === undefined || value === null) return undefined;
    const clean = cleanValue(this.#recorder, value, transcriptLimits, true);
    if (isValid(schema, clean)) return clean;
    this.#misfits[key] = cleanValue(this.#recorder, value);
    return undefined;
  }

  /** What did not fit, to be written beside the rest. */
  misfits(): { as_given?: Record<string, unknown> } {
    return Object.keys(this.#misfits).length === 0 ? {} : { [misfitKey]: this.#misfits };
  }
}
