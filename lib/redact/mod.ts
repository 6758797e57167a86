/**
 * Redaction: secrets are replaced by `[REDACTED:<rule>:<hash4>]` before anything reaches a file.
 *
 * @module
 */

export type { CustomRule } from "./custom_rule.ts";
export { envSecretLengthMin, envSecretsMax } from "./env_secrets.ts";
export {
  growingEnd,
  openKeyLengthMax,
  openQuoteLengthMax,
  redactGrowing,
  wordStart,
} from "./growing.ts";
export { redactJsonText } from "./json_text.ts";
export { keyLengthMin } from "./key_names.ts";
export { hash4, isMarker } from "./marker.ts";
export { createRedactor, redactRecord } from "./redactor.ts";
export type { RedactOptions, Redactor } from "./redactor.ts";
export { createStreamRedactor, streamHeldMax, streamHoldBack } from "./stream.ts";
export type { StreamRedactor, StreamRedactorOptions } from "./stream.ts";
export { tokenRules } from "./token_rules.ts";
export type { TokenRule } from "./token_rule.ts";
export { valueDepthMax } from "./value.ts";
