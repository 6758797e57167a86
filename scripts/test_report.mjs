/**
 * What a run of Vitest came to, by its JSON report: the counts, the tests that failed, and what a
 * second run of the failed files changes in that.
 */

import { relative, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./steps.mjs";

/** How much of a failure is repeated at the end, in lines. */
const messageLinesMax = 12;

/** Counts a Vitest JSON report. Files that could not even be loaded have no test to count. */
export function summarise(report, code) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  const passed = count("passed");
  const failed = failuresOf(report).length;
  const skipped = tests.length - passed - count("failed");
  if (failed === 0 && passed === 0) {
    return { passed, failed: 1, skipped, note: "no test was executed" };
  }
  if (failed === 0 && code !== 0) {
    return {
      passed,
      failed: 1,
      skipped,
      note: `every test passed, but the run ended with code ${code}`,
    };
  }
  return { passed, failed, skipped };
}

/** What failed: `{ file, test, message }`; without `test` where the file itself could not be run. */
export function failuresOf(report) {
  return report.testResults.flatMap((file) => {
    const name = relative(root, file.name).split(sep).join("/");
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && file.status === "failed") {
      return [{ file: name, message: file.message ?? "" }];
    }
    return failed.map((test) => ({
      file: name,
      test: test.fullName,
      message: (test.failureMessages ?? []).join("\n"),
    }));
  });
}

/** A report in which the files of a second run stand as that found them. */
export function withSecondRun(report, second) {
  const again = new Set(second.testResults.map((file) => file.name));
  return {
    ...report,
    testResults: [
      ...report.testResults.filter((file) => !again.has(file.name)),
      ...second.testResults,
    ],
  };
}

/** Whether a line of a message is a stack's frame outside the project. */
function isForeignFrame(line) {
  return /^\s*at /.test(line) && (!line.includes(root) || line.includes("node_modules"));
}

/** A failure in words, with the start of its message. */
export function failureText(kind, { file, test, message }) {
  // Vitest's colours mean nothing in a list that is read later.
  const plain = stripVTControlCharacters(message).trim().split("\n");
  const lines = plain.filter((line) => !isForeignFrame(line)).slice(0, messageLinesMax)
    .map((line) => `    ${line}`);
  return [`${kind} ${file}${test === undefined ? "" : ` > ${test}`}`, ...lines].join("\n");
}
