/**
 * All of a session on disk, for tests that ask whether it is whole: its raw records held against
 * the formats, and what the readers say of it.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  check,
  deadlockFileSchema,
  errorReportSchema,
  llmJournalLineSchema,
  llmTranscriptSchema,
  lockInfoSchema,
  lockQueueEntrySchema,
  logLineSchema,
  metricSchema,
  sessionStateSchema,
  stateDiffSchema,
  traceJournalLineSchema,
  traceSchema,
} from "../../lib/format/mod.ts";
import type {
  LlmTranscript,
  LockInfo,
  Metric,
  Problem,
  SessionState,
  StateDiff,
  Trace,
} from "../../lib/format/mod.ts";
import type { LogRecord } from "../../lib/read/mod.ts";
import { StoredSession } from "../../lib/store/mod.ts";

/** Every file below a folder, relative to it, with `/`, sorted. */
export function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, `${path}/`) : [path];
  }).sort();
}

type Check = (value: unknown) => unknown[];

const kinds: [name: RegExp, check: Check, unit: "line" | "file"][] = [
  [/^logs\/planloop(\.\d+)?\.jsonl$/, (value) => check(logLineSchema, value), "line"],
  [/^logs\/performance\.jsonl$/, (value) => check(metricSchema, value), "line"],
  [/^logs\/traces\/.*\.journal\.jsonl$/, (value) => check(traceJournalLineSchema, value), "line"],
  [/^logs\/traces\/.*\.json$/, (value) => check(traceSchema, value), "file"],
  [/_llm(_\d+)?\.journal\.jsonl$/, (value) => check(llmJournalLineSchema, value), "line"],
  [/_llm(_\d+)?\.json$/, (value) => check(llmTranscriptSchema, value), "file"],
  [/_error(_\d+)?\.json$/, (value) => check(errorReportSchema, value), "file"],
  [/_diff(_\d+)?\.json$/, (value) => check(stateDiffSchema, value), "file"],
  [/_(state|pre|post)(_\d+)?\.json$/, (value) => check(sessionStateSchema, value), "file"],
  [/^state\.json$/, (value) => check(sessionStateSchema, value), "file"],
  [/^deadlock\.json$/, (value) => check(deadlockFileSchema, value), "file"],
  [/^\.lock_info$/, (value) => check(lockInfoSchema, value), "file"],
  [/^\.lock_queue\/.*\.json$/, (value) => check(lockQueueEntrySchema, value), "file"],
];

/** What is wrong with a session's files, read as they are. */
export interface RawDamage {
  /** Lines that are not whole, by file: what a killed writer may leave, one each. */
  torn: string[];
  /** Anything else: what no kill may leave. */
  wrong: string[];
  /** Names that a writer uses for a moment. */
  temporary: string[];
}

/** Holds every record of a session against its format. */
export function rawDamage(path: string): RawDamage {
  const damage: RawDamage = { torn: [], wrong: [], temporary: [] };
  for (const file of filesBelow(path)) {
    if (/\.tmp$|\.rotating$|\.lock_break$/.test(file)) damage.temporary.push(file);
    const kind = kinds.find(([name]) => name.test(file));
    if (!kind) continue;
    const [, checkRecord, unit] = kind;
    const text = readFileSync(join(path, file), "utf8");
    for (const part of unit === "line" ? text.split("\n") : [text]) {
      if (part === "" && unit === "line") continue;
      try {
        const issues = checkRecord(JSON.parse(part));
        if (issues.length > 0) damage.wrong.push(`${file}: ${JSON.stringify(issues)}`);
      } catch {
        const list = unit === "line" ? damage.torn : damage.wrong;
        list.push(`${file}: ${part.slice(0, 200)}`);
      }
    }
  }
  return damage;
}

/** A session as the readers give it. */
export interface ReadSession {
  log: LogRecord[];
  metrics: Metric[];
  traces: { file: string; record: Trace }[];
  calls: { file: string; record: LlmTranscript }[];
  errors: string[];
  diffs: { file: string; record: StateDiff }[];
  lock: LockInfo | null;
  state: SessionState | null;
  problems: readonly Problem[];
}

async function all<T>(records: AsyncGenerator<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const record of records) list.push(record);
  return list;
}

/** Reads everything that a session holds, with the readers that the report uses. */
export async function readSession(id: string, path: string): Promise<ReadSession> {
  const session = new StoredSession(id, path);
  const read = {
    log: (await all(session.log())).flat(),
    metrics: (await all(session.metrics())).flat(),
    traces: await all(session.traces()),
    calls: await all(session.llmTranscripts()),
    errors: (await all(session.errors())).map(({ file }) => file),
    diffs: await all(session.diffs()),
    lock: session.lockInfo(),
    state: session.state(),
  };
  session.plan();
  session.deadlock();
  session.lockQueue();
  return { ...read, problems: session.problems };
}
