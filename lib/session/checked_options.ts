/**
 * Options as a caller gives them, who may have no type checker.
 *
 * @module
 */

import type { OpenSessionOptions } from "./session.ts";

/** Options that can be used, and what must be said of the others. */
export interface CheckedOptions {
  options: OpenSessionOptions;
  /** A sentence on each option that is left out. */
  complaints: string[];
  /** Whether what is left out said where, or whether, to record: then nothing is. */
  refused: boolean;
}

interface Kind {
  expected: string;
  holds(value: unknown): boolean;
}

const text: Kind = { expected: "a text", holds: (value) => typeof value === "string" };
const flag: Kind = { expected: "true or false", holds: (value) => typeof value === "boolean" };
const number: Kind = { expected: "a number", holds: (value) => typeof value === "number" };
const isObject = (value: unknown) => typeof value === "object" && value !== null;

const kinds: { [K in keyof Required<OpenSessionOptions>]: Kind } = {
  name: text,
  id: text,
  resume: {
    expected: "true, false, or what childEnv() gave",
    holds: (value) => flag.holds(value) || isObject(value),
  },
  home: text,
  title: text,
  purpose: text,
  projectRoot: text,
  tags: {
    expected: "a list of texts",
    holds: (value) => Array.isArray(value) && value.every(text.holds),
  },
  agent: text,
  recording: flag,
  recordLlm: flag,
  redact: {
    expected: "true, false, options or a redactor",
    holds: (value) => flag.holds(value) || isObject(value),
  },
  price: {
    expected: "a function, or false",
    holds: (value) => typeof value === "function" || value === false,
  },
  locals: { expected: '"inspector"', holds: (value) => value === "inspector" },
  batch: flag,
  logBytesMax: number,
  logFilesMax: number,
  runtime: { expected: "a runtime", holds: isObject },
};

/** Options that say where, or whether, to record: without them, recording would be a guess. */
const decisive: readonly string[] = ["home", "id", "recording"];

/** Takes the options that are of the right kind. Never throws. */
export function checkOptions(given: unknown): CheckedOptions {
  const options: Record<string, unknown> = { name: "" };
  const checked: CheckedOptions = {
    options: options as unknown as OpenSessionOptions,
    complaints: [],
    refused: false,
  };
  for (const [key, kind] of Object.entries(kinds)) {
    let found = "an option that cannot be read";
    try {
      const value = (given as Record<string, unknown> | null | undefined)?.[key];
      if (value === undefined) continue;
      if (kind.holds(value)) {
        options[key] = key === "tags" ? [...value as string[]] : value;
        continue;
      }
      found = value === null ? "null" : typeof value;
    } catch {
      // A getter that throws, or a proxy.
    }
    checked.complaints.push(`${key} is ${found}, expected ${kind.expected}`);
    if (decisive.includes(key)) checked.refused = true;
  }
  return checked;
}
