import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reportKeys } from "../../cli/report_json.ts";
import { goodId, goodSession, logLine, makeHome, secondId } from "./homes.ts";
import { planloop, programs, temporaryFolder } from "./program.ts";

const trace = "tr_20261120101500_abc123";

describe.each(programs)("$name report --json", (program) => {
  const run = async (home: string, ...args: string[]) => {
    const cwd = temporaryFolder();
    const result = await planloop(program, ["report", "--json", ...args], { home, cwd });
    return { ...result, cwd };
  };

  test("is one object that says what was made", async () => {
    const home = makeHome({ [goodId]: goodSession() });
    const { code, stdout, stderr, cwd } = await run(home);
    const page = join(cwd, "report", "index.html");
    expect([code, stderr]).toEqual([0, expect.stringContaining("3 log lines")]);
    expect(JSON.parse(stdout)).toEqual({
      path: page,
      page,
      folder: join(cwd, "report"),
      files: 1,
      size_bytes: statSync(page).size,
      redacted: true,
      sessions: [{
        session: goodId,
        path: join(home, "sessions", goodId),
        key: goodId,
        title: "Fix the checkout",
        limited_to: null,
        shown: {
          log_lines: 3,
          traces: 1,
          llm_calls: 0,
          errors: 0,
          changes: 0,
          metrics: 0,
          lock_requests: 0,
        },
        left_out: {
          log_lines: 0,
          traces: 0,
          llm_calls: 0,
          errors: 0,
          changes: 0,
          metrics: 0,
          lock_requests: 0,
        },
        problems: [],
      }],
      sessions_left_out: [],
      warnings: [],
      ticket: null,
    });
  });

  test("has what was left out, problems, warnings and the ticket", async () => {
    const damaged = {
      ...goodSession(secondId),
      "logs/planloop.jsonl": `${logLine(1, "of none", { trace_id: null })}{"cut`,
    };
    delete (damaged as Record<string, string>)[`logs/traces/${trace}.json`];
    const home = makeHome({ [goodId]: goodSession(), [secondId]: damaged });
    const args = ["--all", "--since", "2026-11-20T10:15:02Z", "--zip", "--ticket", "--no-redact"];
    const { code, stdout, stderr, cwd } = await run(home, ...args, "--quiet");
    expect([code, stderr]).toEqual([0, ""]);
    const json = JSON.parse(stdout);
    const zip = join(cwd, "report", "report.zip");
    expect(json).toMatchObject({
      path: zip,
      size_bytes: statSync(zip).size,
      redacted: false,
      sessions: [{
        key: goodId,
        limited_to: { since: "2026-11-20T10:15:02.000Z", trace: null, max_size_bytes: null },
        shown: { log_lines: 2, traces: 1 },
        left_out: { log_lines: 1, traces: 0 },
      }],
      sessions_left_out: [{
        session: secondId,
        path: join(home, "sessions", secondId),
        reason: expect.stringContaining("holds nothing of what was asked for"),
      }],
      warnings: ["Secrets were not removed: look before you share this report."],
      ticket: expect.stringMatching(/^## `Fix the checkout`\n[^]*\nAttach `report\.zip`/),
    });
    const whole = JSON.parse((await run(home, "--session", secondId)).stdout);
    expect(whole.sessions[0].problems).toEqual([
      expect.objectContaining({ file: "logs/planloop.jsonl", lost: expect.any(Boolean) }),
    ]);
  });

  test("counts lock requests, shown and left out", async () => {
    const lock = (second: number, event: string, lock_entry_id: string) =>
      logLine(second, "", { event, lock_entry_id, trace_id: null });
    const log = [
      lock(1, "lock_requested", "l1"),
      lock(2, "lock_acquired", "l1"),
      lock(3, "lock_released", "l1"),
      lock(4, "lock_requested", "l2"),
    ];
    const home = makeHome({ [goodId]: { "logs/planloop.jsonl": log.join("") } });
    const counts = async (...args: string[]) => {
      const [session] = JSON.parse((await run(home, ...args)).stdout).sessions;
      return [session.shown.lock_requests, session.left_out.lock_requests];
    };
    expect(await counts()).toEqual([2, 0]);
    expect(await counts("--until", "2026-11-20T10:15:02Z")).toEqual([1, 1]);
  });

  test("nothing but a sentence on stderr where there is no report", async () => {
    const { code, stdout, stderr } = await run(makeHome({}), "--quiet");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Error: .*holds no sessions.*\.\n$/);
  });
});

test("reportKeys are those of the object, in the help and in docs/report.md", () => {
  const names = reportKeys.map(([key]) => key.trim().replace("[]", ""));
  expect(new Set(names)).toEqual(
    new Set([
      ...["path", "page", "folder", "files", "size_bytes", "redacted", "sessions"],
      ...["session", "key", "title", "limited_to", "shown", "left_out", "problems"],
      ...["log_lines", "traces", "llm_calls", "errors", "changes", "metrics", "lock_requests"],
      ...["sessions_left_out", "warnings", "ticket"],
    ]),
  );
  const docs = readFileSync(new URL("../../docs/report.md", import.meta.url), "utf8");
  for (const name of names) expect(docs, name).toContain(`\`${name}\``);
});
