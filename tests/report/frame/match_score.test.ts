import { describe, expect, test } from "vitest";
import { fuzzyLengthMax, matchScore } from "../../../report/data/match_score.ts";

/** The names in the order of how well they answer. */
function ranked(query: string, names: string[]): string[] {
  return names.map((name) => ({ name, score: matchScore(name.toLowerCase(), query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ name }) => name);
}

describe("matchScore", () => {
  test("matchScore puts the whole name before a start, a word, a part and letters in order", () => {
    const names = ["catalogs kept", "xlogs", "Show logs", "Logs of all", "Logs", "lo g s"];
    expect(ranked("logs", names)).toEqual([
      "Logs",
      "Logs of all",
      "Show logs",
      "xlogs",
      "catalogs kept",
      "lo g s",
    ]);
  });

  test("matchScore finds initials and letters left out, from the start of a word only", () => {
    expect(matchScore("theme: dark", "hmk")).toBe(0);
    expect(matchScore("theme: dark", "thm")).toBeGreaterThan(0);
    expect(matchScore("copy as json", "caj")).toBeGreaterThan(0);
    expect(matchScore("copy as json", "opyj")).toBe(0);
  });

  test("matchScore wants every word, in any order", () => {
    expect(matchScore("copy rows as json", "json copy")).toBeGreaterThan(0);
    expect(matchScore("copy rows as json", "json curl")).toBe(0);
  });

  test("matchScore looks for letters apart in short names only", () => {
    const name = `${"z".repeat(fuzzyLengthMax)} abc`;
    expect(matchScore(name, "abc")).toBeGreaterThan(0);
    expect(matchScore(name, "ac")).toBe(0);
  });

  test("matchScore never says that a match is none, however long the text", () => {
    expect(matchScore(`${"x".repeat(1_000_000)}abc`, "abc")).toBeGreaterThan(0);
  });
});
