import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

// The scripts are plain JavaScript without types: they run before anything is installed.
const { summarise } = await import("../../scripts/test.mjs" as string) as {
  summarise(report: Report, code: number): { passed: number; failed: number; note?: string };
};
const { findBrowser } = await import("../../scripts/browser.mjs" as string) as {
  findBrowser(env: Record<string, string>, platform: string): string | undefined;
};

describe("summarise", () => {
  const report = (passed: number, failed: number, files: Report["testResults"] = []): Report => ({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 0,
    testResults: files,
  });

  test("takes the counts of a run that went well", () => {
    expect(summarise(report(7, 0), 0)).toMatchObject({ passed: 7, failed: 0 });
  });

  test("a run that executed no test is a failure", () => {
    expect(summarise(report(0, 0), 0)).toMatchObject({ failed: 1, note: "no test was executed" });
  });

  test("a file that could not be loaded is a failure, though it has no failing test", () => {
    const broken = { status: "failed", assertionResults: [] };
    const counted = { status: "failed", assertionResults: [{ status: "failed" }] };
    expect(summarise(report(3, 1, [broken, counted]), 1)).toMatchObject({ passed: 3, failed: 2 });
  });

  test("a bad exit code without a failing test is a failure", () => {
    expect(summarise(report(3, 0), 1)).toMatchObject({ passed: 3, failed: 1 });
  });
});

describe("findBrowser", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function folderWith(program: string): string {
    const folder = mkdtempSync(join(tmpdir(), "planloop-browser-"));
    folders.push(folder);
    writeFileSync(join(folder, program), "");
    chmodSync(join(folder, program), 0o755);
    return folder;
  }

  test("takes CHROME_PATH first", () => {
    const chosen = join(folderWith("my-chrome"), "my-chrome");
    const env = { CHROME_PATH: chosen, PATH: folderWith("chromium") };
    expect(findBrowser(env, "linux")).toBe(chosen);
  });

  test("searches PATH for Chromium, Chrome and Edge", () => {
    for (const name of ["chromium", "google-chrome", "microsoft-edge"]) {
      const folder = folderWith(name);
      expect(findBrowser({ PATH: folder }, "linux")).toBe(join(folder, name));
    }
  });

  test("finds nothing where there is nothing", () => {
    expect(findBrowser({ PATH: folderWith("firefox") }, "linux")).toBeUndefined();
  });
});
