import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseWhen } from "../../cli/when.ts";
import { goodId, goodSession, logLine, makeHome, secondId } from "./homes.ts";
import { planloop, programs, temporaryFolder } from "./program.ts";
import { pageText } from "../templates/read_page.ts";

const other = "tr_20261120101600_def456";

/** Two traces, of which the first holds an error, and lines of none. */
function twoTraces(): Record<string, string> {
  const session = goodSession();
  return {
    ...session,
    "logs/planloop.jsonl": session["logs/planloop.jsonl"] +
      logLine(60, "other", { trace_id: other }) +
      logLine(61, "of none", { trace_id: null }) +
      logLine(62, "bad, of none", { trace_id: null, level: "CRITICAL" }),
  };
}

function header(file: string) {
  const html = pageText(file);
  const match = /<script type="application\/json" id="planloop-header">(.*?)<\/script>/s.exec(html);
  return JSON.parse(match![1]!) as {
    counts: { logs: number; traces: number };
    scope: { trace: string | null; left_out: { logs: number } } | null;
  };
}

describe.each(programs)("$name report", (program) => {
  const run = async (...args: string[]) => {
    const home = makeHome({ [goodId]: twoTraces() });
    const cwd = temporaryFolder();
    const result = await planloop(program, ["report", ...args], { home, cwd });
    return { ...result, cwd };
  };

  test.each<[string[], number, number, string]>([
    [["--trace", "tr_20261120101500_abc123"], 3, 3, "only the trace tr_20261120101500_abc123"],
    [["--trace", "tr_202611201016"], 1, 5, `only the trace ${other}`],
    [["--only", "errors"], 4, 2, "only traces in which something failed, or that never ended"],
    [
      ["--trace", "tr_20261120101500", "--only", "errors"],
      3,
      3,
      "only the trace tr_20261120101500_abc123, only traces in which something failed, or that " +
      "never ended",
    ],
    [["--since", "2026-11-20T10:16:00Z"], 3, 3, "since 2026-11-20T10:16:00.000Z"],
    [["--until", "2026-11-20T10:15:02Z"], 2, 4, "until 2026-11-20T10:15:02.000Z"],
    [
      ["--since", "2026-11-20T10:15:02Z", "--only", "errors"],
      3,
      3,
      "only traces in which something failed, or that never ended, since 2026-11-20T10:15:02.000Z",
    ],
  ])("%j limits the report and says what that leaves out", async (args, logs, leftOut, words) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`Shows ${words}.`)]);
    expect(stderr).toContain(`Left out: ${leftOut} log lines`);
    const { counts, scope } = header(stdout.trim());
    expect(counts.logs).toBe(logs);
    expect(scope!.left_out.logs).toBe(leftOut);
    expect(pageText(stdout.trim())).toContain(`Left out: ${leftOut} log lines`);
  });

  test("--only errors keeps a killed run, of which nothing says that it failed", async () => {
    const home = makeHome({
      [goodId]: {
        "logs/planloop.jsonl": logLine(0, "killed", { trace_id: other }) +
          logLine(1, "fine", { trace_id: "tr_20261120101500_abc123" }),
        [`logs/traces/${other}.journal.jsonl`]: JSON.stringify({
          kind: "trace_start",
          timestamp: "2026-11-20T10:16:00.000Z",
          trace_id: other,
          operation: "deploy",
          command: ["agent", "deploy"],
          session_id: goodId,
          pid: 4711,
          pid_start: "1",
          host: "vm",
        }) + "\n",
      },
    });
    const options = { home, cwd: temporaryFolder() };
    const { code, stdout } = await planloop(program, ["report", "--only", "errors"], options);
    expect(code).toBe(0);
    expect(header(stdout.trim()).counts).toMatchObject({ logs: 1, traces: 1 });
  });

  test("without a limit the report is whole", async () => {
    const { stdout } = await run();
    expect(header(stdout.trim())).toMatchObject({ counts: { logs: 6 }, scope: null });
  });

  test("--ticket prints Markdown instead of the path, and says on stderr what to attach", async () => {
    const { code, stdout, stderr, cwd } = await run("--ticket", "--title", "Run 42");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^## `Run 42`\n/);
    expect(stdout).toContain("### Where to look first");
    expect(stdout).toMatch(/Attach `index\.html` \(.*\): it opens offline/);
    expect(stderr).toContain(`Attach ${join(cwd, "report", "index.html")}\n`);
    expect(existsSync(join(cwd, "report", "index.html"))).toBe(true);
  });

  test.each<[string[], RegExp]>([
    [["--trace", "tr_2026"], /2 traces start so\. Say more of the id: tr_.*, tr_.*\.\n$/],
    [["--trace", "tr_20261120101500_abc124"], /there is none\. Did you mean tr_.*_abc123\?\n$/],
    [
      ["--trace", other, "--only", "errors"],
      /holds nothing of what was asked for \(only the trace/,
    ],
    [["--since", "2026-11-21"], /holds nothing of what was asked for.*from 2026-11-20T10:15:00/],
  ])("%j finds nothing: says what there is, leaves no folder, exit 1", async (args, complaint) => {
    const { code, stdout, stderr, cwd } = await run(...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(complaint);
    expect(existsSync(join(cwd, "report"))).toBe(false);
  });

  test.each<[string[], string]>([
    [["--since", "yesterday"], "Expected how long ago, such as 90s"],
    [["--only", "warnings"], "Allowed choices are errors"],
    [["--since", "2026-11-21", "--until", "2026-11-20"], "ends before it begins"],
  ])("%j is refused, exit 2", async (args, complaint) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
  });
});

describe("parseWhen", () => {
  const now = Date.UTC(2026, 10, 22, 12);
  test.each([
    ["90s", now - 90_000],
    ["15m", now - 900_000],
    ["2h", now - 7_200_000],
    ["1.5d", now - 129_600_000],
    ["1w", now - 604_800_000],
    ["2026-11-22T08:14:17.123Z", Date.UTC(2026, 10, 22, 8, 14, 17, 123)],
    ["2026-11-22 08:14+02:00", Date.UTC(2026, 10, 22, 6, 14)],
    ["2026-11-22", new Date(2026, 10, 22).getTime()],
    ["2026-11-22T08:14", new Date(2026, 10, 22, 8, 14).getTime()],
  ])("%s", (text, time) => {
    expect(parseWhen(text, now)).toBe(time);
  });

  test.each(["", "2", "h", "2y", "-2h", "2026", "2026-13-01", "2026-11-22T25:00", "now"])(
    "%j is neither",
    (text) => {
      expect(parseWhen(text, now)).toBeUndefined();
    },
  );
});

describe.each(programs)("$name report of several sessions", (program) => {
  const home = () => makeHome({ [goodId]: twoTraces(), [secondId]: goodSession(secondId) });
  const cards = (file: string): { key: string; counts: { logs: number } }[] => {
    const html = pageText(file);
    const [, json] = /id="planloop-sessions">(.*?)<\/script>/s.exec(html)!;
    return JSON.parse(json!).sessions;
  };
  const keys = (file: string) => cards(file).map(({ key }) => key);

  test("--all takes every session, newest first; --session several times those named", async () => {
    const cwd = temporaryFolder();
    const all = await planloop(program, ["report", "--all"], { home: home(), cwd });
    expect(all.code).toBe(0);
    expect(keys(all.stdout.trim())).toEqual([secondId, goodId]);
    expect(all.stderr).toMatch(/\n2 sessions in \d.* [KM]B\.\n$/);
    const both = ["--session", goodId, "--session", secondId, "--session", goodId];
    const named = await planloop(program, ["report", ...both], { home: home(), cwd });
    expect(keys(named.stdout.trim())).toEqual([goodId, secondId]);
  });

  test("a session without anything of what was asked for is left out, and that is said", async () => {
    const args = ["report", "--all", "--trace", other];
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await planloop(program, args, { home: home(), cwd });
    expect(code).toBe(0);
    expect(cards(stdout.trim())).toMatchObject([{ key: goodId, counts: { logs: 1 } }]);
    expect(stderr).toContain(
      `1 session left out, without anything of what was asked for: ${secondId}.`,
    );
  });

  test("--ticket gives one for each, whose links name the session", async () => {
    const args = ["report", "--all", "--ticket", "--quiet"];
    const cwd = temporaryFolder();
    const { stdout } = await planloop(program, args, { home: home(), cwd });
    expect(stdout.match(/^## /gm)).toHaveLength(2);
    expect(stdout.match(/Attach/g)).toHaveLength(1);
    expect(stdout).toContain(`index.html#/@${goodId}/`);
  });

  test("--all --max-size keeps a session that holds no record but a plan", async () => {
    const { "state.json": state, "PLAN.md": plan } = goodSession(secondId);
    const noise = Array.from({ length: 4000 }, (_, i) => {
      const message = createHash("sha256").update(String(i)).digest("base64").repeat(2);
      return logLine(i % 60, message, { trace_id: null });
    });
    const home = makeHome({
      [goodId]: { ...goodSession(), "logs/planloop.jsonl": noise.join("") },
      [secondId]: { "state.json": state!, "PLAN.md": plan! },
    });
    const cwd = temporaryFolder();
    const args = ["report", "--all", "--max-size", "300kb"];
    const { code, stdout, stderr } = await planloop(program, args, { home, cwd });
    expect([code, keys(stdout.trim())]).toEqual([0, [secondId, goodId]]);
    expect(stderr).toContain("Shows what fits into 300 KB");
    expect(stderr).not.toContain("session left out");
  });

  test("refuses --all with --session, and a home without sessions", async () => {
    const cwd = temporaryFolder();
    const args = ["report", "--all", "--session", goodId];
    expect(await planloop(program, args, { home: home(), cwd })).toMatchObject({ code: 2 });
    const empty = await planloop(program, ["report", "--all"], { home: makeHome({}), cwd });
    expect(empty).toMatchObject({ code: 1, stdout: "" });
    expect(empty.stderr).toContain("holds no sessions");
  });
});
