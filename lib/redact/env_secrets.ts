/**
 * Secrets that are known by value, because the environment holds them.
 *
 * @module
 */

import { secretForms } from "./secret_forms.ts";

/** Shortest value of an environment variable that is taken for a secret, in characters. */
export const envSecretLengthMin = 8;

/** How many environment secrets are searched for; further ones are left to the other rules. */
export const envSecretsMax = 256;

const SECRET_NAME =
  /(?:^|_)(?:(?:[A-Z0-9]*KEY|[A-Z0-9]*TOKEN|[A-Z0-9]*SECRET|[A-Z0-9]*PASSWORD|PASSWD|PASS|PASSPHRASE|CREDENTIALS?|PAT|AUTH|DSN)S?|[A-Z0-9]+_PWD|WEBHOOK_URL|DATABASE_URL|CONNECTION_STRING)(?:_(?:\d+|PROD|DEV|STAGING|TEST|LIVE|OLD|NEW|BASE64|B64))?$/;

const HARMLESS_NAME = /PUBLIC_?KEY|(?:^|_)(?:GPG_KEY|SORT_KEY|CACHE_KEY|HOTKEY|KEYS?_COUNT)$/;

const WORDS = new Set([
  "development",
  "production",
  "localhost",
  "password",
  "changeme",
  "undefined",
  "disabled",
  "enabled",
  "required",
  "optional",
  "anonymous",
]);

/**
 * The values of the environment that must not reach a file, longest first, each with the forms in
 * which other programs write it, see {@linkcode secretForms}.
 *
 * @param env The environment; undefined values are skipped.
 * @param allow Values that stay.
 */
export function envSecrets(
  env: Readonly<Record<string, string | undefined>>,
  allow: ReadonlySet<string>,
): Map<string, string> {
  /** Each form, with the secret that it stands for: all forms of one get one hash. */
  const forms = new Map<string, string>();
  let count = 0;
  for (const [name, raw] of Object.entries(env)) {
    const value = raw?.trim() ?? "";
    if (allow.has(value) || !isSecret(name, value)) continue;
    if (++count > envSecretsMax) break;
    for (const form of secretForms(value)) {
      if (form === value || form.length >= envSecretLengthMin) forms.set(form, value);
    }
  }
  return new Map([...forms].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)));
}

function isSecret(name: string, value: string): boolean {
  const key = name.toUpperCase().replace(/[-.]/g, "_");
  if (!SECRET_NAME.test(key) || HARMLESS_NAME.test(key)) return false;
  if (/TOKENS$/.test(key) && /^\d+$/.test(value)) return false; // a budget
  return value.length >= envSecretLengthMin && !isTrivial(value);
}

function isTrivial(value: string): boolean {
  if (WORDS.has(value) || WORDS.has(value.toLowerCase())) return true;
  if (/^(.)\1*$/.test(value)) return true;
  if (/^[a-z]+:\/\//i.test(value) && !value.includes("@") && !/hook|token|key/i.test(value)) {
    return true;
  }
  // A number of up to nine digits is rather a port, a count or a size.
  if (/^\d{1,9}$/.test(value)) return true;
  return isPath(value);
}

/** `/home/me/key.pem`, but not Base64 that happens to begin with a slash. */
function isPath(value: string): boolean {
  if (!/^(?:~|\.{1,2})?\/|^[A-Za-z]:\\/.test(value)) return false;
  const parts = value.split(/[/\\]/).filter((part) => part !== "");
  return parts.length > 0 && parts.every((part) => /^[\w.~: -]{1,24}$/.test(part));
}

/**
 * Finds where one of some secrets may have begun at the end of a growing text. Only those are
 * looked for that do not look like one word.
 *
 * @param forms What {@linkcode envSecrets} gives.
 */
export function secretStart(forms: readonly string[]): (text: string) => number {
  const spaced = forms.filter((form) => /[^\x21-\x7e]/.test(form));
  const lengthMax = Math.max(0, ...spaced.map(({ length }) => length));
  return (text) => {
    const from = Math.max(0, text.length - lengthMax + 1);
    const end = spaced.length === 0 ? "" : text.slice(from);
    for (let at = 0; at < end.length; at++) {
      const rest = end.slice(at);
      if (spaced.some((form) => form.length > rest.length && form.startsWith(rest))) {
        return from + at;
      }
    }
    return text.length;
  };
}
