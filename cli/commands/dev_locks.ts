/**
 * `planloop dev locks`
 *
 * @module
 */

import type { Command } from "commander";
import { humanDuration } from "../../lib/format/mod.ts";
import { type QueryJson, type QueryRecord, type Sourced, sourced } from "../../lib/query/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { answer, type Question, questionOf } from "../ask/answer.ts";
import { writeJson } from "../ask/json_output.ts";
import { lockKeys } from "../ask/lock_keys.ts";
import { addQueryOptions, type QueryOptions } from "../ask/query_options.ts";
import { addSessionOptions, sayProblemsOf, type SessionOptions } from "../ask/sessions.ts";
import { moment, printRows, sessionColumn } from "../ask/text_view.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { type Io, say } from "../io.ts";
import { printable } from "../text.ts";

type Lock = QueryJson["locks"] & Sourced;

/** A lock that somebody has at this moment. */
interface Holder {
  session_id: string;
  held_by: string;
  operation: string;
  held_ms: number;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(addQueryOptions(command, "requests"))
    .option("--waiting", "only who waits for the lock at this moment")
    .option("--json", "JSON instead of a table")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev locks", "who asked for the session's lock, who waited for whom"],
        ["planloop dev locks --waiting", "who waits now, and for whom"],
        ["planloop dev locks --json | jq '.requests | max_by(.wait_ms)'", "the longest wait"],
      ]) + jsonHelp([
        ["sessions[]", "the sessions that were asked"],
        ["holders[]", "locks that are held now: session_id, held_by, operation, held_ms"],
        ["requests[]", "earliest first, each with:"],
        ...lockKeys.map(([key, meaning]) => [`  ${key}`, meaning] as const),
        ["  source", "session_id, file, line of the first event"],
      ]),
    )
    .action(
      async (
        options: SessionOptions & QueryOptions & { waiting?: boolean; json?: boolean },
      ) => {
        const { sessions, query } = await questionOf(options, io);
        const requests = await requestsOf({ sessions, query }, options.waiting ?? false);
        const holders = holdersOf(sessions);
        if (options.json || !io.stdout.isTerminal) {
          writeJson(io, { sessions: sessions.map(({ id }) => id), holders, requests });
        } else {
          sayHolders(holders, io);
          if (requests.length > 0) printLocks(requests, sessions.length > 1, io);
          else say(io, options.waiting ? "Nobody waits for the lock." : "No lock requests.");
        }
        sayProblemsOf(sessions, io);
      },
    );
}

async function requestsOf(question: Question, onlyWaiting: boolean): Promise<Lock[]> {
  if (!onlyWaiting) return await listOf(answer(question, "locks"));
  // The last of those that wait are wanted, and not who waits among the last.
  const { sessions, query: { tail, ...query } } = question;
  const waiting = (await listOf(answer({ sessions, query }, "locks")))
    .filter(({ current }) => current === "waiting");
  return tail === undefined ? waiting : waiting.slice(Math.max(0, waiting.length - tail));
}

async function listOf(records: AsyncIterable<QueryRecord<"locks">>): Promise<Lock[]> {
  const locks: Lock[] = [];
  for await (const record of records) locks.push(sourced(record));
  return locks;
}

function holdersOf(sessions: readonly StoredSession[]): Holder[] {
  return sessions.flatMap((session) => {
    const info = session.lockInfo();
    if (!info) return [];
    const { held_by, operation, since } = info;
    const held_ms = Math.max(0, Math.round(Date.now() - since * 1000));
    return [{ session_id: session.id, held_by, operation, held_ms }];
  });
}

function sayHolders(holders: readonly Holder[], io: Io): void {
  for (const { session_id, held_by, operation, held_ms } of holders) {
    const held = `held by ${held_by} for ${operation}, since ${humanDuration(held_ms)}`;
    say(io, printable(`The lock of ${session_id} is ${held}.`));
  }
}

function printLocks(locks: readonly Lock[], several: boolean, io: Io): void {
  // Where nothing says who it was, the trace does.
  const traces = new Map(locks.map(({ lock_entry_id, trace_id }) => [lock_entry_id, trace_id]));
  printRows(
    io.stdout,
    [
      { title: "REQUESTED (UTC)" },
      ...sessionColumn(several),
      { title: "OPERATION", widthMin: 8 },
      { title: "AGENT", widthMin: 8 },
      { title: "WAIT", align: "right" },
      { title: "HOLD", align: "right" },
      { title: "OUTCOME" },
      { title: "WAITED FOR", widthMin: 8 },
      { title: "TRACE" },
    ],
    locks.map((lock) => [
      moment(lock.requested_at),
      ...(several ? [lock.source.session_id] : []),
      lock.operation,
      lock.agent ?? "–",
      humanDuration(lock.current === "waiting" ? lock.current_ms : lock.wait_ms),
      humanDuration(lock.current === "holding" ? lock.current_ms : lock.hold_ms),
      lock.current === null ? lock.outcome : `${lock.current} now`,
      lock.holder ?? traces.get(lock.blocked_by ?? "") ?? "–",
      lock.trace_id ?? "–",
    ]),
    { shown: "last" },
  );
}
