import { describe, expect, test } from "vitest";
import { startProgress } from "../../cli/progress.ts";
import { bold } from "../../cli/style.ts";
import { printTable } from "../../cli/table.ts";
import { clip, pad, printable, textWidth } from "../../cli/text.ts";
import { count, minute, size } from "../../cli/units.ts";
import { fakeOutput } from "./fake_io.ts";

describe("printable", () => {
  test("makes escape sequences, line ends and direction marks visible", () => {
    expect(printable("a\x1b[31mb\u202ec\r\nd\te")).toBe("a\\u{1b}[31mb\\u{202e}c\\u{d}\\nd\\te");
  });

  test("leaves letters of any script as they are", () => {
    expect(printable("Prüfung 漢字 🚀")).toBe("Prüfung 漢字 🚀");
  });
});

describe("textWidth, clip and pad", () => {
  test("count columns, not code units", () => {
    expect(textWidth("漢字")).toBe(4);
    expect(textWidth("e\u0301")).toBe(1);
    expect(pad("漢", 4)).toBe("漢  ");
    expect(pad("7", 3, "right")).toBe("  7");
  });

  test("clip marks what is missing and never exceeds the width", () => {
    expect(clip("abcdef", 6)).toBe("abcdef");
    expect(clip("abcdefg", 6)).toBe("abcde…");
    expect(clip("漢字漢字", 4)).toBe("漢…");
  });
});

describe("printTable", () => {
  const columns = [{ title: "ID", widthMin: 4 }, { title: "N", align: "right" }] as const;

  test("aligns columns and leaves no blanks at line ends", () => {
    const output = fakeOutput();
    printTable(output, columns, [["a", "1"], ["bbb", "20"]]);
    expect(output.text).toBe("ID    N\na     1\nbbb  20\n");
  });

  test("shrinks what may shrink, down to its least width", () => {
    const output = fakeOutput({ columns: 10 });
    printTable(output, columns, [["abcdefghijkl", "1"]]);
    expect(output.text).toBe("ID       N\nabcdef…  1\n");
    const narrow = fakeOutput({ columns: 3 });
    printTable(narrow, columns, [["abcdefghijkl", "1"]]);
    expect(narrow.text).toBe("ID    N\nabc…  1\n");
  });

  test("a hostile cell cannot move the cursor", () => {
    const output = fakeOutput();
    printTable(output, columns, [["\x1b[2J\n", "1"]]);
    expect(output.text.split("\n")).toHaveLength(3);
    expect(output.text).not.toContain("\x1b");
  });
});

test("bold uses colours only where the output has them", () => {
  expect(bold(fakeOutput(), "x")).toBe("x");
  expect(bold(fakeOutput({ hasColours: true }), "x")).toBe("\x1b[1mx\x1b[22m");
});

describe("units", () => {
  test("size steps up before it shows four digits", () => {
    expect([0, 999, 1000, 1449, 99_960, 999_400, 999_500, 12_300_000].map(size)).toEqual(
      ["0 B", "999 B", "1.0 KB", "1.4 KB", "100 KB", "999 KB", "1.0 MB", "12.3 MB"],
    );
  });

  test("count knows one and many", () => {
    expect([count(1, "task"), count(0, "task"), count(2, "entry", "entries")]).toEqual(
      ["1 task", "0 tasks", "2 entries"],
    );
    expect(count(1204, "line")).toBe("1,204 lines");
  });

  test("minute shows UTC, and a dash for no time", () => {
    expect(minute(Date.UTC(2026, 10, 22, 15, 4, 59))).toBe("2026-11-22 15:04");
    expect(minute(null)).toBe("-");
  });
});

describe("startProgress", () => {
  const clock = (...times: number[]) => () => times.shift()!;

  test("draws nothing before the work has taken long enough", () => {
    const output = fakeOutput();
    const progress = startProgress(output, { now: clock(0, 100, 250) });
    progress.update(0.1, () => "a");
    progress.update(0.2, () => "b");
    progress.end();
    expect(output.text).toBe("");
  });

  test("draws at most every tenth of a second, and clears the line at the end", () => {
    const output = fakeOutput();
    const progress = startProgress(output, { now: clock(0, 400, 450, 520) });
    progress.update(0.25, () => "reading logs");
    progress.update(0.3, () => "skipped");
    progress.update(0.5, () => "traces");
    progress.end();
    expect(output.text).not.toContain("skipped");
    expect(output.text).toContain("  25%  reading logs");
    expect(output.text).toContain("  50%  traces");
    expect(output.text.endsWith("\r\x1b[K")).toBe(true);
  });

  test("draws nothing without a terminal, nor when quiet", () => {
    const piped = fakeOutput({ isTerminal: false });
    startProgress(piped, { now: clock(0, 9999) }).update(1, () => "x");
    const quiet = fakeOutput();
    startProgress(quiet, { quiet: true, now: clock(0, 9999) }).update(1, () => "x");
    expect(piped.text + quiet.text).toBe("");
  });
});
