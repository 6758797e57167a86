/**
 * Which key names hold a secret.
 *
 * @module
 */

import { keyAnchors } from "./anchor.ts";

/** Names whose end makes a key sensitive, without case and separators: `x-api-key` is `xapikey`. */
const SENSITIVE_ENDS = [
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "passcode",
  "passwordconfirmation",
  "pwd",
  "secret",
  "secrets",
  "secretkey",
  "token",
  "apikey",
  "apikeys",
  "accesskey",
  "privatekey",
  "signingkey",
  "encryptionkey",
  "masterkey",
  "accountkey",
  "subscriptionkey",
  "hmackey",
  "sharedkey",
  "sessionkey",
  "storagekey",
  "webhookkey",
  "credential",
  "credentials",
  "authorization",
  "cookie",
  "cookies",
  "connectionstring",
  "seedphrase",
  "recoveryphrase",
  "mnemonic",
] as const;

/** Names that end like a secret and are none: places in a list, marks in a text, public halves. */
const HARMLESS_ENDS = [
  "pagetoken",
  "nexttoken",
  "continuationtoken",
  "cursortoken",
  "padtoken",
  "eostoken",
  "bostoken",
  "unktoken",
  "clstoken",
  "septoken",
  "masktoken",
  "stoptoken",
  "endtoken",
  "starttoken",
  "specialtoken",
  "maxtoken",
  "mintoken",
  "pertoken",
  "firsttoken",
  "lasttoken",
  "inputtoken",
  "outputtoken",
  "totaltoken",
  "completiontoken",
  "prompttoken",
  "unexpectedtoken",
  "forgotpassword",
  "forgottenpassword",
] as const;

/** The family in which a number may be the secret itself. A `token: 5` is a count. */
const NUMERIC_ENDS = /(?:password|passwordconfirmation|passwd|passphrase|passcode|pwd|secret)$/;

/** Longest key name that is looked at, in characters; a longer one is judged by its end. */
export const keyLengthMax = 64;

/** How many answers {@linkcode createKeyTest} remembers. */
const answersMax = 4096;

/** What the names in {@linkcode SENSITIVE_ENDS} look like in text, for finding them there. */
const WORD_SOURCE = "password[_-]?confirmation|pass(?:words?|wd|phrase|code)|pwd|secrets?|" +
  // Not in `tokens`, nor in `a token of`: see `keyAnchors`.
  "token(?![a-z0-9])(?:(?! [a-z0-9])|(?<=[\\w.$-]token))|" +
  "(?:api|access|private|signing|encryption|master|account|secret)[_-]?keys?|" +
  "(?:subscription|hmac|shared|session|storage|webhook)[_-]?key|" +
  "credentials?|authorization|cookies?|connection[_-]?string|" +
  "(?:seed|recovery)[_-]?phrase|mnemonic";

/** Kinds of keys that are secret. */
const KEY_WORDS = [
  ...["api", "access", "private", "signing", "encryption", "master", "account"],
  ...["subscription", "hmac", "shared", "session", "storage", "webhook"],
];

/** Texts of which every match of {@linkcode WORD_SOURCE} holds one, without case. */
const WORD_ANCHORS = [
  ...["password", "passwd", "passphrase", "passcode", "pwd", "secret", "credential"],
  ...["authorization", "cookie", "mnemonic"],
  ...keyAnchors("token"),
  ...KEY_WORDS.flatMap((word) => spellings([word, "key"])),
  ...["seed", "recovery"].flatMap((word) => spellings([word, "phrase"])),
  ...spellings(["connection", "string"]),
];

/** The key that is a password where a user or a host stands beside it, and else a step or a count. */
export const passKey = "pass";

/** Further spellings of key names, which are only looked for in objects: in text they are prose. */
const LOOSE_SPELLINGS = [
  ...["pass_word", "pass-word", "pass word", "pass.word"],
  ...["api", "access", "private"].flatMap((word) => [`${word} key`, `${word}.key`]),
  "connection string",
  "connection.string",
  // As JSON writes the key.
  `"${passKey}"`,
];

/** How to find sensitive names in text. */
export interface KeyWords {
  /** A regular expression's source, to be used without case. */
  source: string;
  /** Texts of which every match holds one, without case. */
  anchors: string[];
  /** Texts of which, with `anchors`, every sensitive key of an object holds one, without case. */
  looseAnchors: string[];
}

/** Shortest further key name, in characters. */
export const keyLengthMin = 3;

/**
 * The words by which sensitive names are found in text.
 *
 * @param keys Further names.
 * @throws {RangeError} If one of them is shorter than {@linkcode keyLengthMin}.
 */
export function keyWords(keys: readonly string[]): KeyWords {
  const added = keys.flatMap((key) => {
    const words = key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").split(/[^\p{L}\p{N}]+/u).filter(
      Boolean,
    );
    if (words.join("").length < keyLengthMin) {
      throw new RangeError(
        `Cannot redact the key "${key}": expected a name of at least ${keyLengthMin} characters`,
      );
    }
    return spellings(words);
  });
  const source = [WORD_SOURCE, ...added.map(escapeForRegExp)].join("|");
  // Only of ASCII letters do both cases have the same low bits, by which the prefilter looks.
  const upper = added.map((word) => word.toUpperCase());
  return { source, anchors: [...WORD_ANCHORS, ...added, ...upper], looseAnchors: LOOSE_SPELLINGS };
}

/** A text as the source of a regular expression that matches it. */
export function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function spellings(words: readonly string[]): string[] {
  return ["", "_", "-"].map((separator) => words.join(separator).toLowerCase());
}

/** What a key says of its value. */
export type KeyKind = "none" | "text" | "text_or_number";

/** Judges a key by its name. */
export type KeyTest = (key: string) => KeyKind;

/** A key without case and separators. */
export function normaliseKey(key: string): string {
  return key.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
}

/**
 * Makes the judge of key names.
 *
 * @param keys Further names that hold secrets, compared whole, without case and separators.
 * @param allow Names that hold none, compared in the same way.
 * @param mayBeKey Whether a key, as it stands in JSON, passes the prefilter. A key that does not is
 * none, so that the prefilter's "no" for a whole value is certain.
 */
export function createKeyTest(
  keys: readonly string[],
  allow: readonly string[],
  mayBeKey: (json: string) => boolean,
): KeyTest {
  const added = new Set(keys.map(normaliseKey));
  const allowed = new Set(allow.map(normaliseKey));
  const answers = new Map<string, KeyKind>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const judged = judge(normaliseKey(key.slice(-keyLengthMax)), added, allowed);
    const answer = judged !== "none" && mayBeKey(JSON.stringify(key)) ? judged : "none";
    if (answers.size < answersMax && key.length <= keyLengthMax) answers.set(key, answer);
    return answer;
  };
}

function judge(name: string, added: Set<string>, allowed: Set<string>): KeyKind {
  if (allowed.has(name)) return "none";
  if (added.has(name)) return "text_or_number";
  if (!SENSITIVE_ENDS.some((end) => name.endsWith(end))) return "none";
  if (HARMLESS_ENDS.some((end) => name.endsWith(end))) return "none";
  return NUMERIC_ENDS.test(name) ? "text_or_number" : "text";
}
