/**
 * What the writers of a shared log write: a line's content follows from who writes it and how many
 * it has written, so that a reader can tell whether it is whole.
 *
 * @module
 */

/** Each so many lines, one has a megabyte. */
export const longLineEvery = 800;

const words =
  "read the plan, run the tests (12 of 340), then write: naïve “quotes” \\ and \n lines. ";
const text = words.repeat(400);

/** 200 B to 4 KB in all, or a megabyte in pieces that no limit cuts. */
export function lineContext(writer: number, count: number): Record<string, unknown> {
  const seed = (writer * 7919 + count * 104_729) % 3800;
  const isLong = count % longLineEvery === writer;
  return isLong
    ? { writer, count, pieces: Array.from({ length: 40 }, () => text.slice(0, 26_000)) }
    : { writer, count, text: text.slice(0, 30 + seed) };
}
