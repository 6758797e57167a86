/**
 * The sample with everything in it grown: every list of a record is long, every object has many
 * keys, and the plan is that of 2,000 tasks.
 */

import type { DataSource } from "../../../lib/bundle/data_source.ts";
import type { Sections } from "../../../lib/bundle/sections.ts";
import { createSampleSource } from "../../../report/sample/mod.ts";

/** Entries of each list. */
const entries = 100;

/** Turns of each conversation: a question and an answer with a tool call. */
const turns = 100;

/** The grown sample. */
export function createLargeSource(): DataSource {
  const source = createSampleSource();
  return {
    ...source,
    async section(name) {
      const section = await source.section(name);
      return (name === "session" ? largeSession(section as Sections["session"]) : section) as never;
    },
    document: async (ref) => withTurns(grown(await source.document(ref))),
  };
}

/** A value whose outer lists repeat, and whose objects of values have more of them. */
function grown(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) {
    if (depth > 4) return value;
    const wanted = depth > 2 ? 5 : Math.max(value.length, entries);
    return Array.from(
      { length: value.length && wanted },
      (_, i) => grown(value[i % value.length], depth + 1),
    );
  }
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).map(([key, inner]) => [key, grown(inner, depth + 1)]);
  if (depth > 0 && depth < 4) {
    for (let i = 0; i < entries; i++) pairs.push([`further_${i}`, { number: i, list: [1, 2, 3] }]);
  }
  return Object.fromEntries(pairs);
}

function withTurns(value: unknown): unknown {
  const record = value as { request?: { messages?: unknown; tools?: unknown } };
  if (!record?.request) return value;
  const messages = Array.from({ length: turns }, (_, turn) => [
    { role: "user", content: `Question ${turn}` },
    {
      role: "assistant",
      content: [
        { type: "text", text: `Answer ${turn}` },
        ...Array.from({ length: turn === turns - 1 ? 40 : 1 }, (_, i) => ({
          type: "tool_use",
          id: `call_${turn}_${i}`,
          name: "read_file",
          input: { path: `file-${turn}`, range: { from: 1, to: turn }, lines: [1, 2, 3] },
        })),
      ],
    },
  ]).flat();
  const tools = Array.from({ length: entries }, (_, i) => ({
    name: `tool_${i}`,
    description: "Reads a file.",
    input_schema: { type: "object", properties: { path: { type: "string" } } },
  }));
  return { ...record, request: { ...record.request, messages, tools } };
}

function largeSession(session: Sections["session"]): Sections["session"] {
  const state = session.state!;
  const tasks = Array.from({ length: 2000 }, (_, i) => ({
    ...state.tasks[i % state.tasks.length]!,
    id: i + 1,
    depends_on: Array.from({ length: Math.min(i, 30) }, (_, back) => i - back),
  }));
  const lines = Array.from({ length: entries }, (_, i) => `Line ${i} of the notes`);
  return {
    ...session,
    state: { ...state, tasks, context_notes: lines, next_steps: lines },
    lock_queue: session.lock_queue.length
      ? Array.from({ length: entries }, (_, i) => ({
        ...session.lock_queue[i % session.lock_queue.length]!,
        id: `queued-${i}`,
      }))
      : [],
    plan: {
      ...session.plan!,
      front_matter: grown(session.plan!.front_matter) as never,
      body: largePlan(),
    },
  };
}

function largePlan(): string {
  const count = { length: 2000 };
  const words = Array.from({ length: 500 }, (_, i) => `*word* \`${i}\``).join(" ");
  return [
    "# A large plan",
    "| ID | Status | Title | Depends on |",
    "|----|--------|-------|------------|",
    ...Array.from(count, (_, i) => `| ${i} | \`TODO\` | **Task** number ${i} | ${i - 1} |`),
    "",
    ...Array.from(count, (_, i) => `${i + 1}. Step *${i}*\n   - under it`),
    "",
    words,
    "",
    ...Array.from(count, (_, i) => `## Part ${i}\n\nA paragraph.\n\n> A quotation.\n`),
  ].join("\n");
}
