/**
 * The one door to disk: takes secrets out of texts and values.
 *
 * @module
 */

import { encodedPass } from "./encoded_tokens.ts";
import { envSecrets, secretStart } from "./env_secrets.ts";
import { createKeyTest, escapeForRegExp, keyWords, passKey } from "./key_names.ts";
import type { KeyTest, KeyWords } from "./key_names.ts";
import { redactKeyValues } from "./key_values.ts";
import { jsonAnchor } from "./json_anchor.ts";
import { LookKernel } from "./look_kernel.ts";
import { isMarker, marker } from "./marker.ts";
import { createPrefilter, type Prefilter } from "./prefilter.ts";
import { customPass, type CustomRule } from "./custom_rule.ts";
import { type Pass, type Replace, tokenPass } from "./pass.ts";
import { anyOf } from "./secret_forms.ts";
import { tokenRules } from "./token_rules.ts";
import { redactTree, type TreeRules } from "./value.ts";

/** Takes secrets out of what is about to be written. */
export interface Redactor {
  /** The text with each secret replaced by `[REDACTED:<rule>:<hash4>]`. Text without one is itself. */
  text(s: string): string;
  /**
   * A JSON value with the secrets in its strings, its keys and under its sensitive keys replaced.
   * What holds no secret is the same object, not a copy; the argument is never changed.
   */
  value(v: unknown): unknown;
  /**
   * A quick look, which errs to one side only: false is certain. Then `text(s)` is `s`; and where
   * `s` is the JSON of a value that can be written as JSON, `value(v)` is `v`.
   */
  mayHoldSecret(s: string): boolean;
  /**
   * {@linkcode mayHoldSecret} for JSON that is still UTF-8, as `JSON.stringify` writes it: the
   * strings of `bytes` from `start` to `end`. What may stand around them and between them is any
   * part of JSON. Absent: it may hold one.
   */
  mayHoldSecretIn?(bytes: Uint8Array, start: number, end: number): boolean;
  /**
   * As {@linkcode mayHoldSecretIn}, for many looks at the same bytes: they must not change from the
   * first one on. Absent: there is no faster way.
   */
  mayHoldSecretInBlock?(block: Uint8Array, start: number, end: number): boolean;
  /**
   * A quick look, for writing JSON by hand: true only where `text` gives the text itself and JSON
   * takes it between quotes as it is. False says nothing. Absent: no text passes.
   */
  isPlain?(s: string): boolean;
  /**
   * Where {@linkcode isPlain} says yes, writes the text as UTF-8 to `bytes` from `at`, which has
   * room for three bytes a UTF-16 unit, and gives where it ended; else -1. Absent: no text passes.
   */
  writePlain?(s: string, bytes: Uint8Array, at: number): number;
  /** As {@linkcode isPlain} for a key, whose name must not call its value a secret either. */
  isPlainKey?(key: string): boolean;
  /**
   * Where a secret of the environment may have begun that a growing text does not hold whole yet,
   * as far as blanks or letters beyond ASCII are in it; else the text's length. Absent: unknown.
   */
  knownStart?(s: string): number;
  /** Whether rules of the caller's own run, of whose matches nothing is known. Absent: none do. */
  readonly hasOwnRules?: boolean;
  /** Whether a number can be a secret wherever it stands. Absent: it can. */
  readonly hidesNumbers?: boolean;
  /** How often each rule has replaced something so far, by the rule's name. */
  counts(): Record<string, number>;
  /**
   * Calls a function each time something was replaced, while a text or a value is being redacted.
   * Absent: who wants to know looks at the counts.
   *
   * @returns The way to stop.
   */
  watch?(listener: () => void): () => void;
}

/** What to redact. */
export interface RedactOptions {
  /** The environment, whose secrets are known by value. Default: none. */
  env?: Readonly<Record<string, string | undefined>>;
  /** False lets everything through. Default: true. */
  enabled?: boolean;
  /** Further key names whose values are secret, such as `ssn`; at least 3 characters each. */
  keys?: readonly string[];
  /** Key names and exact values that are no secrets. */
  allow?: readonly string[];
  /** Further forms of secrets; they run after the built-in ones. */
  rules?: readonly CustomRule[];
}

/** The rule's name for values of sensitive keys. */
const keyRule = "key";

/** The rule's name for values known from the environment. */
const envRule = "env";

/**
 * Makes a redactor. The order is: secrets known from the environment, tokens known by their form,
 * values of sensitive keys. What a text holds after redaction, redaction leaves alone.
 *
 * @param options See {@linkcode RedactOptions}.
 * @param kernels WebAssembly that looks at bytes faster: what `cli/report/wasm` is compiled to.
 * @throws {RangeError} If one of `options.keys` is too short to be looked for, or the name or an
 * anchor of one of `options.rules` is not as {@linkcode CustomRule} asks.
 *
 * @example A key in an object and a token in a sentence
 * ```ts
 * import { createRedactor } from "planloop/redact";
 *
 * const redactor = createRedactor();
 * redactor.value({ user: "ada", password: "correct horse", max_tokens: 4096 });
 * // { user: "ada", password: "[REDACTED:key:6fce]", max_tokens: 4096 }
 * redactor.text(`pushed with ghp_${"a1B2".repeat(9)}`);
 * // "pushed with [REDACTED:github:…]"
 * ```
 */
export function createRedactor(
  options: RedactOptions = {},
  kernels?: WebAssembly.Module,
): Redactor {
  if (options.enabled === false) {
    const { isPlain, writePlain } = createPrefilter([]);
    return {
      text: (s) => s,
      value: (v) => v,
      mayHoldSecret: () => false,
      mayHoldSecretIn: () => false,
      isPlain,
      writePlain,
      isPlainKey: isPlain,
      hidesNumbers: false,
      counts: () => ({}),
    };
  }
  const counts = new Map<string, number>();
  const listeners = new Set<() => void>();
  const allowed = new Set(options.allow ?? []);
  const replace = (rule: string, secret: string, otherwise = secret): string => {
    if (isMarker(secret) || allowed.has(secret)) return otherwise;
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
    for (const listener of listeners) listener();
    return marker(rule, secret);
  };
  const words = keyWords(options.keys ?? []);
  const keyFilter = sharedPrefilter([[...words.anchors, ...words.looseAnchors]]);
  const test = createKeyTest(
    options.keys ?? [],
    options.allow ?? [],
    (json) => keyFilter.scan(json) !== 0,
  );
  const secrets = envSecrets(options.env ?? {}, allowed);
  const passes = [
    ...createPasses(secrets, words, test, replace),
    ...(options.rules ?? []).map((rule) => customPass(rule, replace)),
  ];
  const runsAlways = passes.some((pass) => pass.anchors.length === 0);
  const prefilter = sharedPrefilter([...passes.map((pass) => pass.anchors), words.looseAnchors]);
  const byteFilter = createByteFilter(passes, words.looseAnchors);
  const isIn = byteFilter?.isIn ?? (() => true);
  const kernel = byteFilter && kernels && LookKernel.start(kernels, byteFilter.tables);
  const text = (s: string): string => {
    let mask = prefilter.scan(s);
    if (mask === 0 && !runsAlways) return s;
    for (;;) {
      let result = s;
      for (let index = 0; index < passes.length; index++) {
        const pass = passes[index]!;
        if (mask & prefilter.bit(index) || pass.anchors.length === 0) result = pass.run(result);
      }
      // A marker ends the word that it stands in, so a further rule may match beside it. Each
      // round leaves less text outside of markers, so this ends.
      if (result === s) return s;
      s = result;
      mask = prefilter.scan(s);
    }
  };
  const rules: TreeRules = {
    text,
    test,
    replace: (secret) => replace(keyRule, secret),
    hidesNumbers: [...secrets.keys()].some((form) => /^\d+$/.test(form)),
  };
  return {
    text,
    value: (v) => redactTree(v, rules),
    mayHoldSecret: (s) => runsAlways || prefilter.scan(s) !== 0,
    mayHoldSecretIn: isIn,
    ...(kernel && {
      mayHoldSecretInBlock: (block, start, end) =>
        kernel.isIn(block, start, end) ?? isIn(block, start, end),
    }),
    isPlain: (s) => !runsAlways && prefilter.isPlain(s),
    writePlain: runsAlways ? () => -1 : prefilter.writePlain,
    hidesNumbers: rules.hidesNumbers,
    isPlainKey: (key) =>
      !runsAlways && key !== passKey && test(key) === "none" && prefilter.isPlain(key),
    knownStart: secretStart([...secrets.keys()]),
    hasOwnRules: (options.rules ?? []).length > 0,
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * Redacts a record and keeps its type: the same keys in the same order, the same list lengths.
 *
 * @param redactor Does the work.
 * @param record A record whose documented keys hold texts and numbers of any value.
 */
export function redactRecord<T extends object>(redactor: Redactor, record: T): T {
  return redactor.value(record) as T;
}

/** Most prefilters that are kept. */
const prefiltersMax = 8;

const prefilters = new Map<string, Prefilter>();

/** Many sessions of one process have the same anchors, and a prefilter keeps nothing of a text. */
function sharedPrefilter(anchorsOfRules: readonly (readonly string[])[]): Prefilter {
  const key = JSON.stringify(anchorsOfRules);
  let prefilter = prefilters.get(key);
  if (!prefilter) {
    prefilter = createPrefilter(anchorsOfRules);
    if (prefilters.size >= prefiltersMax) prefilters.clear();
    prefilters.set(key, prefilter);
  }
  return prefilter;
}

/**
 * @param looseAnchors Anchors of keys, as they stand in JSON.
 * @returns Undefined where bytes tell nothing.
 */
function createByteFilter(
  passes: readonly Pass[],
  looseAnchors: readonly string[],
): Prefilter | undefined {
  const anchors: string[] = [...looseAnchors];
  for (const pass of passes) {
    const own = pass.anchors.map(jsonAnchor);
    // A rule that any text may match, or whose anchors cannot be looked for in bytes.
    if (own.length === 0 || own.includes(undefined)) return undefined;
    anchors.push(...own as string[]);
  }
  return sharedPrefilter([anchors]);
}

function createPasses(
  secrets: ReadonlyMap<string, string>,
  words: KeyWords,
  test: KeyTest,
  replace: Replace,
): Pass[] {
  const finder = new RegExp(words.source, "gi");
  const keyPass: Pass = {
    anchors: words.anchors,
    run: (text) => redactKeyValues(text, finder, test, (secret) => replace(keyRule, secret)),
  };
  const tokenPasses = tokenRules.map((rule) => tokenPass(rule, replace));
  const encoded = encodedPass(replace);
  return [
    ...(secrets.size > 0 ? [envPass(secrets, replace)] : []),
    ...tokenPasses,
    encoded,
    keyPass,
  ];
}

function envPass(secrets: ReadonlyMap<string, string>, replace: Replace): Pass {
  const forms = [...secrets.keys()];
  // Markers are matched too, and kept: a secret may be a word that one of them holds.
  const pattern = new RegExp(
    String.raw`\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]|${anyOf(forms, escapeForRegExp)}`,
    "g",
  );
  // In the JSON of a value, quotes and backslashes of a form are escaped once more.
  const inJson = forms.map((form) => JSON.stringify(form).slice(1, -1));
  return {
    anchors: [...new Set([...forms, ...inJson])],
    run: (text) =>
      text.replace(pattern, (found) => {
        const secret = secrets.get(found);
        return secret === undefined ? found : replace(envRule, secret, found);
      }),
  };
}
