/**
 * Redaction where there may be none.
 *
 * @module
 */

import type { BundleRedactor } from "./bundle_source.ts";

/** A value without its secrets; the value itself where nothing is redacted. */
export function redacted<T>(value: T, redactor: BundleRedactor | undefined): T {
  return redactor ? redactor.value(value) as T : value;
}
