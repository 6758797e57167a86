/**
 * What somebody probably meant who mistyped a name.
 *
 * @module
 */

import { editDistance } from "../lib/store/nearest.ts";

/** Edits per character up to which a name counts as mistyped rather than as another one. */
const editsPerCharacterMax = 0.6;

/** The name that comes nearest, or undefined where none comes near. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const text = typed.toLowerCase();
  const [nearest] = names
    .map((name) => ({ name, edits: editDistance(text, name) }))
    .sort((a, b) => a.edits - b.edits);
  if (nearest === undefined) return undefined;
  const length = Math.max(text.length, nearest.name.length);
  return nearest.edits / length < editsPerCharacterMax ? nearest.name : undefined;
}
