import fc from "fast-check";
import { micromark } from "micromark";
import { describe, expect, test } from "vitest";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import { createSampleSource } from "../../report/sample/mod.ts";
import { cellCode, codeBlock, inlineCode } from "../../templates/markdown.ts";
import { renderTicket, ticketFramesMax } from "../../templates/ticket.ts";
import { errorReport } from "../analyse/records.ts";

const { header } = createSampleSource();
const page = "index.html";
const attachment = { name: page, bytes: 1_234_567, files: null };

function ticket(more: Partial<ReportHeader> = {}, report = errorReport()): string {
  const firstError = { file: "logs/errors/tr_1_error.json", report };
  return renderTicket(
    [{ header: { ...header, ...more }, key: null, firstError, page }],
    attachment,
  );
}

describe("renderTicket", () => {
  test("says what the session was, where to look first, the first error and the environment", () => {
    const text = ticket(
      {},
      errorReport({
        error_type: "TypeError",
        error_message: "x is not a function",
        local_variables: { cart: { items: 3 } },
        environment: { runtime: "node" },
      }),
    );
    expect(text).toContain(`## \`${header.title}\``);
    expect(text).toContain(`| Session | \`${header.session.id}\` |`);
    expect(text).toContain("### Where to look first\n\n1. **");
    expect(text).toContain("`TypeError: x is not a function` in ");
    expect(text).toContain('"items": 3');
    expect(text).toContain('"runtime": "node"');
    expect(text).toContain("`index.html#/errors/tr_1_error`");
    expect(text).toContain("Attach `index.html` (1.2 MB)");
  });

  test("a session in which nothing went wrong says so", () => {
    const quiet = { header: { ...header, findings: [] }, key: null, firstError: null, page };
    const text = renderTicket([quiet], attachment);
    expect(text).toContain("Nothing stands out");
    expect(text).not.toContain("### First error");
  });

  test("says what a limited report leaves out, and that secrets were left in", () => {
    const text = ticket({
      redaction: { enabled: false, replaced: {} },
      scope: {
        trace: "tr_1",
        since: null,
        until: null,
        only: null,
        size_max_bytes: null,
        left_out: {
          logs: 9,
          traces: 0,
          llm_calls: 0,
          errors: 0,
          lock_requests: 2,
          changes: 0,
          metrics: 0,
        },
        recorded: { start: null, end: null },
      },
    });
    expect(text).toContain(
      "| Shown | `only the trace tr_1` |\n| Left out | 9 log lines, 2 lock requests |",
    );
    expect(text).toContain("secrets were **not** replaced");
  });

  test("one of anything is one", () => {
    const text = ticket({
      counts: { ...header.counts, logs: 1 },
      levels: { DEBUG: 0, INFO: 0, WARNING: 1, ERROR: 0, CRITICAL: 1 },
      redaction: { enabled: true, replaced: { "bearer-token": 1 } },
    });
    expect(text).toContain("| Log | 1 line, 1 error, 1 warning |");
    expect(text).toContain(
      "; 1 secret replaced in this report (a recorder's own marks are not counted).",
    );
  });

  test.each([
    [{ input_tokens: null, output_tokens: null, tokens_unknown: 2 }, "tokens unknown"],
    [
      { input_tokens: 1200, output_tokens: 30, tokens_unknown: 1 },
      "at least 1,200 tokens in, 30 out (unknown of 1 call)",
    ],
    [{ input_tokens: 7, output_tokens: 0, tokens_unknown: 0 }, "7 tokens in, 0 out"],
  ])("tokens %j: %s", (tokens, words) => {
    const text = ticket({
      counts: { ...header.counts, llm_calls: 2, llm_failed: 0, llm_open: 1 },
      llm: { ...tokens, cost_usd: 0.5, cost_unknown: 1 },
    });
    expect(text).toContain(
      `| LLM calls | 2 (none failed, 1 never ended), ${words}, ` +
        "cost at least $0.5000 (unknown of 1 call) |",
    );
  });

  test("what to attach is said once for all sessions, and may be a folder", () => {
    const sessions = ["a", "b"].map((key) => ({ header, key, firstError: null, page }));
    const text = renderTicket(sessions, { name: "report", bytes: 5_000_000, files: 3 });
    expect(text.match(/^## /gm)).toHaveLength(2);
    expect(text.match(/Attach/g)).toHaveLength(1);
    expect(text).toMatch(/\n---\n\nAttach the folder `report` \(5\.0 MB, 3 files\)/);
  });

  test("a long stack keeps its innermost frames; frames of libraries are folded", () => {
    const frame = (line: number, library = false) => ({
      file: "a.ts",
      line,
      function: "f",
      code: "",
      library,
    });
    const stack = Array.from({ length: 40 }, (_, i) => frame(i + 1, i >= 30 && i < 33));
    const text = ticket({}, errorReport({ stack_trace: stack }));
    expect(text).toContain(`(${40 - ticketFramesMax} outer frames left out)\na.ts:29 f`);
    expect(text).toContain("a.ts:30 f\n(3 frames of libraries)\na.ts:34 f");
    expect(text).toContain("a.ts:40 f\n```");
  });

  test("nothing recorded becomes markup, a mention or a link", () => {
    const hostile =
      "@everyone #1 <img src=x onerror=alert(1)> ![x](http://x.test) ``` | [a](b)\n# h";
    const text = ticket(
      { title: hostile, session: { ...header.session, id: hostile } },
      errorReport({
        error_type: hostile,
        error_message: hostile,
        function: hostile,
        local_variables: { [hostile]: hostile },
        stack_trace: [{ file: hostile, line: 1, function: hostile, code: hostile }],
        causes: [{
          error_type: hostile,
          error_message: hostile,
          stack_trace: [],
          relation: hostile,
        }],
      }),
    );
    const html = micromark(text).replace(/<code[^>]*>[\s\S]*?<\/code>/g, "");
    expect(html).not.toMatch(/everyone|<img|x\.test|<a /);
  });
});

describe("code in Markdown", () => {
  const decode = (html: string) =>
    html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&");

  test("inlineCode is one piece of code that reads as the text, whatever is in it", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
      const html = micromark(inlineCode(text));
      const [, inside] = /^<p><code>([^]*)<\/code><\/p>$/.exec(html) ?? [];
      const line = text.replace(/\s+/g, " ").trim();
      if (line === "") expect(html).toBe("<p>–</p>");
      else expect(decode(inside!)).toBe(line);
    }));
  });

  test("codeBlock is one block", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "a", "\n", "~", "<") }), (text) => {
        expect(micromark(codeBlock(text))).toMatch(/^<pre><code>[^]*<\/code><\/pre>$/);
        expect(micromark(codeBlock(text)).match(/<pre>/g)).toHaveLength(1);
      }),
    );
  });

  test("long text is cut, control characters are visible, a cell is not ended", () => {
    expect(inlineCode("a".repeat(500), 10)).toBe("`aaaaaaaaaa…`");
    expect(inlineCode("a\u202eb\0")).toBe("`a⟨U+202E⟩b␀`");
    expect(cellCode("a|b")).toBe("`a\\|b`");
  });
});
