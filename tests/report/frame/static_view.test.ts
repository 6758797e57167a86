import { describe, expect, test } from "vitest";
import { createEmptySource, createSampleSource } from "../../../report/sample/mod.ts";
import { railEntries, toneIcons } from "../../../templates/static_frame.ts";
import {
  renderStaticView,
  staticFindingsMax,
  staticProblemsMax,
  staticRowsMax,
} from "../../../templates/static_view.ts";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import type { Finding } from "../../../lib/analyse/finding.ts";
import type { Problem } from "../../../lib/format/mod.ts";
import { iconPaths } from "../../../report/components/icon.tsx";
import { findingsShownMax } from "../../../report/views/overview.tsx";
import { viewTable } from "../../../report/view_table.tsx";

const hostile =
  `</title><script>alert(1)</script><img src=x onerror=alert(1)> " onclick=" \u202Egpj \0`;

function record(message: string, line: number): LogRecord {
  return {
    time: Date.UTC(2025, 0, 1) + line,
    level: "ERROR",
    operation: hostile,
    trace_id: hostile,
    message,
    duration_ms: 12.5,
    event: null,
    context: {},
    extra: {},
    file: "logs/planloop.jsonl",
    line,
  };
}

describe("railEntries", () => {
  test("railEntries equals the app's own rail: titles, icons, counts, order", () => {
    const { counts } = createSampleSource().header;
    expect(railEntries.map((entry) => ({
      title: entry.title,
      icon: entry.icon,
      count: entry.count && counts[entry.count],
      failed: entry.failed && counts[entry.failed],
    }))).toEqual(viewTable.map((view) => ({
      title: view.title,
      icon: iconPaths[view.icon],
      count: view.count?.(counts),
      failed: view.failed?.(counts),
    })));
  });

  test("toneIcons equals the app's own shapes", () => {
    expect(toneIcons).toEqual({
      ok: iconPaths.ok,
      error: iconPaths.errors,
      warning: iconPaths.problems,
      info: iconPaths.info,
      running: iconPaths.running,
      neutral: iconPaths.neutral,
    });
  });
});

describe("renderStaticView", () => {
  test("renderStaticView shows nothing recorded as markup", () => {
    const { header } = createSampleSource();
    const rows = [record(hostile, 1)];
    const problem: Problem = { file: hostile, kind: "torn", reason: hostile, lost: true };
    const finding = { ...header.findings[0]!, title: hostile, detail: hostile };
    const page = renderStaticView(
      {
        ...header,
        title: hostile,
        findings: [finding],
        session: {
          ...header.session,
          now: { reason: hostile as never, task_id: null, signal_id: null },
        },
      },
      rows,
      [problem],
    );
    const tags = new Set(Array.from(page.matchAll(/<([a-z0-9]+)/g), (match) => match[1]));
    expect(tags.has("script")).toBe(false);
    expect(tags.has("img")).toBe(false);
    expect(page).not.toContain("\u202E");
    expect(page).not.toContain("\0");
    expect(page).toContain("&lt;script&gt;");
    for (const [whole] of page.matchAll(/<[a-z](?:[^>"]|"[^"]*")*>/g)) {
      // A quoted value may say anything: it ends at the next quote, and the recorded ones are escaped.
      const tag = whole.replace(/"[^"]*"/g, '""');
      expect(tag).not.toMatch(/\son[a-z]+=/);
      expect(tag).not.toMatch(/\sstyle=/);
    }
  });

  test("renderStaticView shows so many rows and problems, and says how many there are", () => {
    const { header } = createSampleSource();
    const rows = Array.from({ length: 80 }, (_, i) => record(`line ${i}`, i));
    const problems = Array.from({ length: 30 }, (_, i): Problem => ({
      file: "logs/planloop.jsonl",
      kind: "torn",
      reason: `problem ${i}.`,
      line: i,
      lost: true,
    }));
    const page = renderStaticView(
      { ...header, counts: { ...header.counts, logs: 1234 } },
      rows,
      problems,
    );
    expect(page).toContain(`line ${staticRowsMax - 1}<`);
    expect(page).not.toContain(`line ${staticRowsMax}<`);
    expect(page).toContain("The first 50 of 1,234;");
    expect(page).toContain(`problem ${staticProblemsMax - 1}.`);
    expect(page).not.toContain(`problem ${staticProblemsMax}.`);
    expect(page).toContain("and 10 more");
  });

  test("renderStaticView shows as many findings as the app at first, in the order given", () => {
    const { header } = createSampleSource();
    const findings = Array.from({ length: 9 }, (_, i): Finding => ({
      ...header.findings[0]!,
      title: `finding ${i}.`,
    }));
    const page = renderStaticView({ ...header, findings }, [], []);
    const shown = Array.from(page.matchAll(/finding \d\./g), ([title]) => title);
    expect(staticFindingsMax).toBe(findingsShownMax);
    expect(shown).toEqual(findings.slice(0, findingsShownMax).map(({ title }) => title));
    expect(page).toContain("and 3 more");
  });

  test("renderStaticView of an empty session says so", () => {
    const page = renderStaticView(createEmptySource().header, [], []);
    expect(page).toContain("Nothing stands out");
    expect(page).not.toContain("Log lines</h3>");
  });
});
