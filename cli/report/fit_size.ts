/**
 * Reports that must not be larger than a limit: how much of the sessions fits.
 *
 * @module
 */

import { type Selection, SizeSurvey } from "../../lib/bundle/mod.ts";
import { size } from "../units.ts";
import type { ReadingState } from "./reading_watch.ts";
import { ReportScopeError, type ScopedSession } from "./scoped.ts";

/** Pages that are written at most until one fits and is not much smaller than it could be. */
const attemptsMax = 5;

/** A page that fits needs no further attempt where its data takes this share of the room for it. */
const fullEnough = 0.85;

/** Aimed at, as a share of that room: what a part of the data is compressed to is an estimate. */
const aim = 0.95;

/** A page on trial. */
export interface Attempt {
  bytes: number;
}

/** A part of the data, and the size of the page that has it. */
interface Part {
  share: number;
  bytes: number;
}

/**
 * Writes pages until one fits.
 *
 * @param bytesMax The page's largest size.
 * @param fixedBytes What a page without data would have.
 * @param write Writes a page with a part of each session; null for all of them.
 * @param drop Removes a page that is not the one.
 * @param startSurvey Called where sessions must be read to find out what fits; gives what follows
 * the reading of a session, by its number.
 * @throws {ReportScopeError} If not even what is always kept fits.
 */
export async function fitSize<Page extends Attempt>(
  sessions: readonly ScopedSession[],
  bytesMax: number,
  fixedBytes: number,
  write: (selections: readonly Selection[] | null) => Promise<Page>,
  drop: (page: Page) => void,
  startSurvey: () => (index: number, state: ReadingState) => void,
): Promise<Page> {
  const whole = await write(null);
  if (whole.bytes <= bytesMax) return whole;
  drop(whole);
  const surveys: SizeSurvey[] = [];
  const onRead = startSurvey();
  for (const [index, session] of sessions.entries()) {
    const source = session.open(null, (state) => onRead(index, state));
    surveys.push(await SizeSurvey.of(source));
  }
  const writePart = (share: number) =>
    write(surveys.map((survey) => survey.choose(share * survey.bytes)));
  // In an archive the page itself is smaller, so all of it may fit all the same.
  const base = fixedBytes < bytesMax ? fixedBytes : 0;
  const room = bytesMax - base;
  let fitting: Page | undefined;
  // The largest part that fits so far, and the smallest that does not.
  let low: Part = { share: 0, bytes: base };
  let high: Part = { share: 1, bytes: whole.bytes };
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const share = shareFor(base + aim * room, low, high);
    const page = await writePart(share);
    if (page.bytes <= bytesMax) {
      if (fitting) drop(fitting);
      fitting = page;
      if (page.bytes - base >= fullEnough * room) break;
      low = { share, bytes: page.bytes };
      continue;
    }
    drop(page);
    high = { share, bytes: page.bytes };
    if (fitting) continue;
    // Before anything else is tried: what is always kept may be too much alone.
    fitting = await writePart(0);
    low = { share: 0, bytes: fitting.bytes };
    if (fitting.bytes <= bytesMax) continue;
    drop(fitting);
    throw new ReportScopeError(
      `Cannot make a report of at most ${size(bytesMax)}: ` +
        (low.bytes > fixedBytes ? `the page itself has ${size(fixedBytes)}, and ` : "") +
        `with the errors and warnings alone it has ${size(low.bytes)}. Name a larger ` +
        "--max-size, or ask for less with --trace, --since or --only errors.",
    );
  }
  return fitting!;
}

/** Which part of the data has a page of this size, as far as the sizes of others tell. */
function shareFor(bytes: number, low: Part, high: Part): number {
  const way = (bytes - low.bytes) / (high.bytes - low.bytes);
  // Where they tell nothing, the middle.
  return low.share + (high.share - low.share) * (way > 0 && way < 1 ? way : 0.5);
}
