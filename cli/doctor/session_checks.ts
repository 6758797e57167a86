/**
 * The sessions of the home: what is damaged, what is locked by the dead.
 *
 * @module
 */

import type { Problem } from "../../lib/format/mod.ts";
import { LockFile } from "../../lib/lock/lock_file.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import { type Home, readCurrentSession, type StoredSession } from "../../lib/store/mod.ts";
import { countRecords } from "../record_counts.ts";
import { removedFolders } from "../remove_session.ts";
import { printable } from "../text.ts";
import { count } from "../units.ts";
import { type Check, note, ok, problem } from "./check.ts";

/** Most sessions that are named in a line. */
const namedMax = 3;

/** Whether the current session is there. */
export function checkCurrent(home: Home, runtime: Runtime): Check {
  const problems: Problem[] = [];
  const { id, exists } = readCurrentSession(home.path, (one) => problems.push(one), runtime);
  const details = { current_session: id, exists };
  const choose = "Choose one with `planloop sessions use <id>`.";
  if (problems[0]) return problem("current_session", problems[0].reason, details, choose);
  if (id === null) return ok("current_session", "none", details);
  if (exists) return ok("current_session", printable(id), details);
  return problem("current_session", `${printable(id)}, which does not exist`, details, choose);
}

/**
 * Which sessions have data problems.
 *
 * @param deep Whether every record is read; else the state and the lock alone.
 */
export async function checkSessions(
  home: Home,
  sessions: readonly StoredSession[],
  deep: boolean,
  signal: AbortSignal,
): Promise<Check> {
  const found: { session: string; problems: number; lost: number; first: string }[] = [];
  for (const session of sessions) {
    signal.throwIfAborted();
    session.summary();
    if (deep) await countRecords(session, signal);
    const { problems } = session;
    if (problems.length === 0) continue;
    const lost = totalOf(problems.filter((one) => one.lost));
    const first = problems.find((one) => one.lost) ?? problems[0]!;
    const words = `${printable(first.file)}: ${printable(first.reason)}`;
    found.push({ session: session.id, problems: totalOf(problems), lost, first: words });
  }
  const details = {
    sessions: sessions.length,
    every_record_read: deep,
    with_problems: found,
    home_problems: home.problems,
  };
  const total = found.length + home.problems.length;
  const all = `${count(sessions.length, "session")}${deep ? ", every record read" : ""}`;
  if (total === 0) return ok("sessions", `${all}, without problems`, details);
  const parts = [
    ...(found.length > 0 ? [`${found.length} with data problems (${named(found)})`] : []),
    ...(home.problems.length > 0
      ? [
        count(
          home.problems.length,
          "problem of the home's own files",
          "problems of the home's own files",
        ),
      ]
      : []),
  ];
  const summary = `${all}, ${parts.join(", ")}`;
  const lost = found.some((one) => one.lost > 0) || home.problems.some((one) => one.lost);
  const advice = home.problems[0] && found.length === 0
    ? `${printable(home.problems[0].file)}: ${printable(home.problems[0].reason)}.`
    : "`planloop sessions info <id>` shows them; reports are made all the same.";
  // What could be read in spite of it asks for nothing.
  return lost
    ? problem("sessions", summary, details, advice)
    : note("sessions", summary, details, advice);
}

/** Locks whose holders are dead. */
export function checkLocks(sessions: readonly StoredSession[], runtime: Runtime): Check {
  const stale: { session: string; held_by: string | null; operation: string | null }[] = [];
  const held: string[] = [];
  for (const { id, path } of sessions) {
    try {
      const holder = new LockFile(path, runtime).holder();
      if (!holder) continue;
      const { name, operation, liveness } = holder;
      if (liveness === "dead") stale.push({ session: id, held_by: name, operation });
      else held.push(id);
    } catch {
      // Its problems name what cannot be read.
    }
  }
  const details = { held, stale };
  if (stale.length === 0) {
    return ok("locks", held.length === 0 ? "none held" : `${held.length} held`, details);
  }
  const summary = `${count(stale.length, "stale lock")} (${named(stale)}): the holder is dead`;
  const advice =
    "planloop breaks it when it next wants the lock; the Python planloop waits until " +
    "the files .lock and .lock_info are removed.";
  return problem("locks", summary, details, advice);
}

/** Folders that a killed `sessions remove` has left. */
export function checkLeftovers(home: Home, runtime: Runtime): Check | undefined {
  const folders = removedFolders(home.path, runtime);
  if (folders.length === 0) return undefined;
  const summary = `${count(folders.length, "removed session")} not yet off the disk`;
  const advice = "The next `planloop sessions remove` finishes it.";
  return note("leftovers", summary, { folders }, advice);
}

function totalOf(problems: readonly Problem[]): number {
  return problems.reduce((sum, one) => sum + (one.count ?? 1), 0);
}

function named(found: readonly { session: string }[]): string {
  const names = found.slice(0, namedMax).map(({ session }) => printable(session)).join(", ");
  return found.length > namedMax ? `${names}, …` : names;
}
