/**
 * What pages of a long log cost the server, beside reading the log's bytes.
 *
 * @module
 */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createRedactor } from "../../lib/redact/mod.ts";
import { sessionLayout } from "../../lib/format/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { createApp } from "../../server/mod.ts";
import { type Goal, printGoals } from "../goal.ts";
import { generateSession } from "../report/generate.ts";
import { measureDashboard } from "./dashboard.ts";

/** What one thing took, in milliseconds. */
interface Cost {
  wall_ms: number;
  cpu_ms: number;
}

/** Pages that are asked for on a server whose index is there, in this order, by what they are. */
const pages: readonly (readonly [subject: string, query: string])[] = [
  ["a page in the middle", "cursor=MIDDLE"],
  ["the last page", "order=desc"],
  ["level, first asked", "level=ERROR"],
  ["level, another page", "level=ERROR&cursor=200"],
  ["operation, first asked", "operation=NAME"],
  ["text in many lines, first asked", "text=tests"],
  ["text in many lines, another page", "text=tests&cursor=200"],
  ["text in many lines, last page, first asked", "text=tests&order=desc"],
  ["text in many lines, last page, asked again", "text=tests&order=desc&limit=99"],
  ["text in no line, first asked", "text=xyzzy-nowhere"],
  ["text in no line, asked again", "text=xyzzy-nowhere"],
  ["text in lines of a level, first asked", "level=WARNING&text=retry"],
  ["text in nearly every line, last page, first asked", "text=a&order=desc"],
  ["text in nearly every line, page in the middle, first asked", "text=E&cursor=MIDDLE"],
  ["text with escapes in no line, first asked", "text=%22%0A%22xyzzy"],
  ["text beyond ASCII in no line, first asked", "text=%C3%9Cberhaupt"],
];

const sizes = {
  full: { lines: 1_000_000, rounds: 5, sessions: 1000 },
  quick: { lines: 100_000, rounds: 3, sessions: 100 },
} as const;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const size = sizes[args.includes("--quick") ? "quick" : "full"];
  const json = args.includes("--json");
  const folder = mkdtempSync(join(tmpdir(), "planloop-bench-server-"));
  try {
    const home = join(folder, "home");
    const session = generateSession(home, size.lines);
    const costs = new Map<string, Cost>();
    for (let round = 0; round < size.rounds; round++) {
      await measure(home, session, size.lines, costs);
    }
    const dashboard = await measureDashboard(join(folder, "many"), size.sessions);
    if (!json) {
      console.table(Object.fromEntries(costs));
      console.table(dashboard.costs);
    }
    const goals = [...goalsOf(costs, size.lines), ...dashboard.goals];
    process.exitCode = printGoals(goals, { json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One round: a new server, its first page, its index, and pages of all kinds. */
async function measure(
  home: string,
  session: string,
  lines: number,
  costs: Map<string, Cost>,
): Promise<void> {
  const log = join(home, "sessions", session, sessionLayout.log);
  const note = async (subject: string, work: () => unknown) => {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await work();
    const wall_ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const cpu_ms = (user + system) / 1000;
    const least = costs.get(subject);
    costs.set(subject, {
      wall_ms: Math.min(wall_ms, least?.wall_ms ?? Infinity),
      cpu_ms: Math.min(cpu_ms, least?.cpu_ms ?? Infinity),
    });
  };
  await note("reading the bytes", () => readBytes(log));
  const app = createApp({
    home,
    version: "bench",
    runtime: systemRuntime(),
    redactor: { value: (value) => value },
    newRedactor: () => createRedactor({ enabled: false }),
    devStatus: () => Promise.resolve({}),
  });
  // deno-lint-ignore no-explicit-any
  let body: any;
  const ask = async (query: string) => {
    const url = `http://localhost/api/sessions/${session}/logs?${query}`;
    const response = await app.request(url, { headers: { host: "localhost" } });
    body = await response.json();
    if (response.status !== 200) throw new Error(`Cannot measure "${query}": ${body.detail}`);
  };
  await note("the first page of a new server", () => ask(""));
  const [{ operation }] = body.items;
  await note("until the index is there", () => ask(`cursor=${lines - 1}`));
  for (const [subject, query] of pages) {
    const asked = query.replace("MIDDLE", String(lines / 2))
      .replace("NAME", encodeURIComponent(operation));
    await note(subject, () => ask(asked));
  }
}

function readBytes(file: string): void {
  const bytes = new Uint8Array(1024 * 1024);
  const descriptor = openSync(file, "r");
  let left = statSync(file).size;
  while (left > 0) left -= readSync(descriptor, bytes, 0, bytes.length, null);
  closeSync(descriptor);
}

function goalsOf(costs: ReadonlyMap<string, Cost>, lines: number): Goal[] {
  const reading = costs.get("reading the bytes")!.cpu_ms;
  const of = (subject: string) => `server: ${lines / 1000}k lines, ${subject}`;
  const first = "the first page of a new server";
  const index = "until the index is there";
  return [
    { goal: `${of(first)}, elapsed, ms`, value: costs.get(first)!.wall_ms, bar: 50 },
    {
      goal: `${of(index)}, CPU, ratio to reading the bytes`,
      value: costs.get(index)!.cpu_ms / reading,
      bar: 200,
    },
    ...pages.map(([subject]): Goal => {
      const { cpu_ms } = costs.get(subject)!;
      return { goal: `${of(subject)}, CPU, ms`, value: cpu_ms, bar: 200 };
    }),
  ];
}
