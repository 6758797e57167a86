/**
 * What the page calls after each chunk: first the boot script's, then the app's.
 *
 * @module
 */

/** The kind of the chunk that is the app itself. */
export const appKind = "app";

/** What stands in the app between the rest of its style, which cannot contain it, and its script. */
export const styleEnd = "</style>";

/** `planloop()`, which takes the element in front of its script. */
export interface AppCall {
  (): void;
  /** The elements that came before the app. */
  waiting?: HTMLElement[];
}
