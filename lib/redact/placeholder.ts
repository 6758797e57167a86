/**
 * What stands where a secret would stand, and is none: `<password>`, `${TOKEN}`, `***`.
 *
 * @module
 */

const WORDS = new Set([
  "",
  "null",
  "none",
  "nil",
  "undefined",
  "true",
  "false",
  "redacted",
  "[redacted]",
  "(redacted)",
  "[filtered]",
  "hidden",
  "omitted",
  "required",
  "optional",
  "missing",
  "string",
  "str",
  "number",
  "boolean",
]);

/** Whether a value only holds a secret's place, so that replacing it would hide nothing. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  if (WORDS.has(text.toLowerCase())) return true;
  // One character repeated (`***`, `xxxx`, `....`), `<like this>`, `${…}`, `{{…}}`, `$NAME`, `%s`.
  return /^(.)\1*$/.test(text) && !/^\d/.test(text) ||
    /^<[^<>]*>$/.test(text) ||
    /^\$?\{[^{}]*\}$/.test(text) ||
    /^\{\{[^{}]*\}\}$/.test(text) ||
    /^\$[A-Za-z_]\w*$/.test(text) ||
    /^%[A-Za-z_]*%?$/.test(text) && text.length <= 40 ||
    /^(?:your|my|the|example|insert|replace|change)[-_ ]?\w*[-_ ](?:here|key|token|secret|password|me)$/i
      .test(text);
}
