import process from "node:process";
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { commandLine, sizeAdvice, type SizeFacts } from "../../cli/size_advice.ts";

const MB = 1_000_000;

function advice(facts: Partial<SizeFacts>): string | null {
  return sizeAdvice({
    pageBytes: facts.bytes ?? 0,
    bytes: 0,
    lines: 1000,
    isSplit: false,
    isZip: false,
    isLimited: false,
    command: "planloop report --all",
    ...facts,
  });
}

describe("sizeAdvice", () => {
  test("says nothing of what fits everywhere", () => {
    expect(advice({ bytes: 10 * MB })).toBeNull();
  });

  test("names the command for attachments that trackers refuse", () => {
    expect(advice({ bytes: 10 * MB + 1 })).toBe(
      "Larger than the 10.0 MB that every tracker takes: planloop report --all --max-size 10MB " +
        "keeps what went wrong, and as much else as fits.",
    );
    expect(advice({ bytes: 25 * MB + 1 })).toMatch(
      /^Too large to attach on GitHub, which takes 25\.0 MB: planloop report --all --max-size 25MB /,
    );
  });

  test("names the command for a folder where one file is too large for browsers", () => {
    const wanted = /^Large for one file .*: planloop report --all --split$/;
    expect(advice({ bytes: 101 * MB })).toMatch(wanted);
    expect(advice({ bytes: 20 * MB, lines: 2_500_001 })).toMatch(wanted);
    expect(advice({ bytes: 20 * MB, pageBytes: 101 * MB, isZip: true })).toMatch(wanted);
    expect(advice({ bytes: 101 * MB, isLimited: true })).toMatch(wanted);
  });

  test("says nothing of a folder, but of its archive", () => {
    expect(advice({ bytes: 300 * MB, isSplit: true })).toBeNull();
    expect(advice({ bytes: 300 * MB, isSplit: true, isZip: true })).toContain("GitHub");
  });

  test("says nothing to whoever named a size", () => {
    expect(advice({ bytes: 40 * MB, isLimited: true })).toBeNull();
  });
});

describe("commandLine", () => {
  test("leaves plain words as they are", () => {
    expect(commandLine(["report", "--out", "/tmp/a b", "--since=2h"]))
      .toBe("planloop report --out '/tmp/a b' --since=2h");
  });

  test.skipIf(process.platform === "win32")("is read by a shell as it was given", () => {
    const words = ["it's", '$HOME `id` "x" \\', "", "*", "a\nb", "~", "--x=ä"];
    const script = commandLine(words).replace(/^planloop/, "printf '%s\\0'");
    const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
  });
});
