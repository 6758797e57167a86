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
const attemptsMax = 6;

/** A page that fits and is this large needs no further attempt, as a share of the limit. */
const fullEnough = 0.85;

/** Aimed at, as a share of the limit: what a part of the data is compressed to is an estimate. */
const aim = 0.95;

/** A page on trial. */
export interface Attempt {
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
  let page = await write(null);
  if (page.bytes <= bytesMax) return page;
  const surveys: SizeSurvey[] = [];
  const onRead = startSurvey();
  for (const [index, session] of sessions.entries()) {
    const source = session.open(null, (state) => onRead(index, state));
    surveys.push(await SizeSurvey.of(source));
  }
  const whole = surveys.reduce((sum, survey) => sum + survey.bytes, 0);
  const choose = (share: number) => surveys.map((survey) => survey.choose(share * survey.bytes));
  let fitting: Page | undefined;
  // The largest part that fits so far, and the smallest that does not.
  let low = { share: 0, bytes: fixedBytes };
  let high = { share: 1, bytes: page.bytes };
  /** Trials in a row that did not fit. */
  let tooLarge = 0;
  for (let attempt = 1; attempt < attemptsMax && whole > 0; attempt++) {
    const share = between(low, high, aim * bytesMax, tooLarge);
    if (page !== fitting) drop(page);
    page = await write(choose(share));
    if (page.bytes > bytesMax) {
      high = { share, bytes: page.bytes };
      tooLarge++;
      continue;
    }
    if (fitting) drop(fitting);
    fitting = page;
    low = { share, bytes: page.bytes };
    tooLarge = 0;
    if (page.bytes >= fullEnough * bytesMax) return page;
  }
  if (page !== fitting) drop(page);
  if (fitting) return fitting;
  // The least there can be.
  page = await write(choose(0));
  if (page.bytes <= bytesMax) return page;
  drop(page);
  throw new ReportScopeError(
    `Cannot make a report of at most ${size(bytesMax)}: the page itself has ${size(fixedBytes)}, ` +
      `and with the errors and warnings alone it has ${size(page.bytes)}. Name a larger ` +
      "--max-size, or ask for less with --trace, --since or --only errors.",
  );
}

interface Trial {
  share: number;
  bytes: number;
}

/**
 * The share at which a page would have a size, if pages grew evenly from one trial to another. They
 * do not where little is left: each further trial that does not fit goes half as far.
 */
function between(low: Trial, high: Trial, bytes: number, tooLarge: number): number {
  const even = (bytes - low.bytes) / Math.max(1, high.bytes - low.bytes);
  const part = even / 2 ** Math.max(0, tooLarge - 1);
  // Nearer to an end than this, a trial would tell little.
  const inside = Math.min(0.95, Math.max(0.05, part));
  return low.share + inside * (high.share - low.share);
}
