import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-escaped-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const home = () => mkdtempSync(join(root, "home-"));

describe("Session.trace: errors", () => {
  test("an error that leaves a trace is reported once, and comes out as it is", async () => {
    using session = openSession({ name: "a", home: home() });
    const boom = new Error("boom");
    const failing = session.trace("repair", async () => {
      await session.span("step", { n: 1 }, async (span) => {
        span.set({ attempt: 3 });
        await Promise.resolve();
        throw boom;
      });
    });
    await expect(failing).rejects.toBe(boom);
    const folder = join(session.path, "logs", "errors");
    const reports = readdirSync(folder).filter((name) => name.endsWith("_error.json"));
    expect(reports).toHaveLength(1);
    const report = JSON.parse(readFileSync(join(folder, reports[0]!), "utf8"));
    expect(report).toMatchObject({
      error_message: "boom",
      operation: "repair",
      local_variables: { attempt: 3 },
      open_spans: [{ name: "step" }],
    });
    expect(() =>
      session.trace("again", () => {
        throw boom;
      })
    ).toThrow(boom);
    expect(readdirSync(folder).filter((name) => name.endsWith("_error.json"))).toHaveLength(1);
  });

  test("an error that is caught inside its trace is nobody's fault", () => {
    using session = openSession({ name: "a", home: home() });
    session.trace("repair", () => {
      try {
        session.span("step", () => {
          throw new Error("expected");
        });
      } catch {
        // handled
      }
    });
    expect(existsSync(join(session.path, "logs", "errors"))).toBe(false);
  });
});
