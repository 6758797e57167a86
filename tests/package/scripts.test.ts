import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

interface FileResult {
  name: string;
  status: string;
  message?: string;
  assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
}

interface Report {
  testResults: FileResult[];
}

interface Failure {
  file: string;
  test?: string;
  message: string;
}

// The scripts are plain JavaScript without types: they run before anything is installed.
const { summarise, failuresOf, failureText, withSecondRun } = await import(
  "../../scripts/test_report.mjs" as string
) as {
  summarise(report: Report, code: number): { passed: number; failed: number; note?: string };
  failuresOf(report: Report): Failure[];
  failureText(kind: string, failure: Failure): string;
  withSecondRun(report: Report, second: Report): Report;
};
const { findBrowser } = await import("../../scripts/browser.mjs" as string) as {
  findBrowser(env: Record<string, string>, platform: string): string | undefined;
};

/** A file's results, by each test's status. */
function fileOf(path: string, ...statuses: string[]): FileResult {
  return {
    name: resolve(path),
    status: statuses.includes("failed") ? "failed" : "passed",
    message: "",
    assertionResults: statuses.map((status, i) => ({
      status,
      fullName: `test ${i}`,
      ...(status === "failed" ? { failureMessages: ["expected 1\nto be 2"] } : {}),
    })),
  };
}

const brokenFile: FileResult = {
  name: resolve("tests/broken.test.ts"),
  status: "failed",
  message: "Cannot find module",
  assertionResults: [],
};

describe("summarise", () => {
  test("takes the counts of a run that went well", () => {
    const report = { testResults: [fileOf("tests/a.test.ts", "passed", "passed", "skipped")] };
    expect(summarise(report, 0)).toEqual({ passed: 2, failed: 0, skipped: 1 });
  });

  test("a run that executed no test is a failure", () => {
    const nothing = { failed: 1, note: "no test was executed" };
    expect(summarise({ testResults: [] }, 0)).toMatchObject(nothing);
    expect(summarise({ testResults: [fileOf("tests/a.test.ts", "skipped")] }, 0))
      .toMatchObject(nothing);
  });

  test("a file that could not be loaded is a failure, though it has no failing test", () => {
    const testResults = [brokenFile, fileOf("tests/a.test.ts", "passed", "failed")];
    expect(summarise({ testResults }, 1)).toMatchObject({ passed: 1, failed: 2 });
  });

  test("a bad exit code without a failing test is a failure", () => {
    const report = { testResults: [fileOf("tests/a.test.ts", "passed")] };
    expect(summarise(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  });
});

describe("a second run", () => {
  test("failuresOf names each failed test, and files that could not be run", () => {
    const testResults = [fileOf("tests/a.test.ts", "passed", "failed"), brokenFile];
    expect(failuresOf({ testResults })).toEqual([
      { file: "tests/a.test.ts", test: "test 1", message: "expected 1\nto be 2" },
      { file: "tests/broken.test.ts", message: "Cannot find module" },
    ]);
  });

  test("withSecondRun counts the files of the second run as that found them, and no others", () => {
    const report = {
      testResults: [
        fileOf("tests/a.test.ts", "passed", "failed", "failed"),
        fileOf("tests/b.test.ts", "passed"),
        brokenFile,
      ],
    };
    const loaded = { ...fileOf("tests/broken.test.ts", "passed", "passed") };
    const second = {
      testResults: [fileOf("tests/a.test.ts", "passed", "passed", "failed"), loaded],
    };
    const merged = withSecondRun(report, second);
    expect(failuresOf(merged)).toMatchObject([{ file: "tests/a.test.ts", test: "test 2" }]);
    expect(summarise(merged, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
    expect(summarise(withSecondRun(report, { testResults: [] }), 1)).toMatchObject({ failed: 3 });
  });

  test("failureText is the test and the start of its message, without colours", () => {
    const here = `    at ${resolve("tests/a.test.ts")}:4:88`;
    const there = `    at ${
      resolve("node_modules/vitest/index.js")
    }:1:1\n    at new Promise (<anonymous>)`;
    const message = `\u001b[31mexpected\u001b[39m 1\n${there}\n${here}\n${"more\n".repeat(100)}`;
    const text = failureText("FAILED", { file: "tests/a.test.ts", test: "adds", message });
    expect(text.split("\n").slice(0, 4)).toEqual([
      "FAILED tests/a.test.ts > adds",
      "    expected 1",
      `    ${here}`,
      "    more",
    ]);
    expect(text.split("\n").length).toBeLessThan(20);
    expect(failureText("FAILED", { file: "tests/a.test.ts", message: "no module" }))
      .toBe("FAILED tests/a.test.ts\n    no module");
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
