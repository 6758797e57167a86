/**
 * The reader's choices, kept in the browser where it allows. On `file://`, in private windows and
 * under strict policies the storage may throw on any access; then choices last as long as the page.
 *
 * @module
 */

const PREFIX = "planloop:";

/** A setting's value; null where none was kept. */
export function readSetting(name: string): string | null {
  try {
    return globalThis.localStorage?.getItem(PREFIX + name) ?? null;
  } catch {
    return null;
  }
}

/** Keeps a setting; null forgets it. */
export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) globalThis.localStorage?.removeItem(PREFIX + name);
    else globalThis.localStorage?.setItem(PREFIX + name, value);
  } catch {
    // Not allowed here: the choice lasts as long as the page.
  }
}
