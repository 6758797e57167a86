import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../helpers/cpu_time.ts";
import type { Problem } from "../../lib/format/mod.ts";
import { readPlan } from "../../lib/read/mod.ts";
import { readYaml } from "../../lib/read/yaml_subset.ts";

function read(text: string): { front: unknown; body: string; problems: Problem[] } {
  const problems: Problem[] = [];
  const { front_matter, body } = readPlan(text, "PLAN.md", (problem) => problems.push(problem));
  return { front: front_matter, body, problems };
}

const written = `---
planloop_version: '1.5'
schema_version: 1
session: demo-20251116T182456Z-2357
name: v1.6-quality
title: v1.6 Quality Improvements - Dogfooding Planloop
purpose: Improve planloop quality by dogfooding it to manage its own development.
  Add type checking, linting, coverage, and fix any UX issues discovered during real
  usage.
project_root: /Users/dev/code/planloop
branch: null
prompt_set: core-v1
created_at: '2025-11-16T18:24:56.797754'
last_updated_at: '2025-11-16T18:42:26.353097'
tags: []
environment:
  os: unknown
  python: null
  xcode: null
  node: null
---

# Plan: Quality

## Tasks
`;

describe("readPlan", () => {
  test("reads what PyYAML writes", () => {
    const { front, body, problems } = read(written);
    expect(problems).toEqual([]);
    expect(front).toEqual({
      planloop_version: "1.5",
      schema_version: "1",
      session: "demo-20251116T182456Z-2357",
      name: "v1.6-quality",
      title: "v1.6 Quality Improvements - Dogfooding Planloop",
      purpose: "Improve planloop quality by dogfooding it to manage its own development. Add " +
        "type checking, linting, coverage, and fix any UX issues discovered during real usage.",
      project_root: "/Users/dev/code/planloop",
      branch: null,
      prompt_set: "core-v1",
      created_at: "2025-11-16T18:24:56.797754",
      last_updated_at: "2025-11-16T18:42:26.353097",
      tags: [],
      environment: { os: "unknown", python: null, xcode: null, node: null },
    });
    expect(body).toBe("# Plan: Quality\n\n## Tasks\n");
  });

  test("CRLF files are read, too", () => {
    const { front, body } = read(written.replaceAll("\n", "\r\n"));
    expect(front).toMatchObject({ name: "v1.6-quality", tags: [] });
    expect(body.startsWith("# Plan: Quality\r\n")).toBe(true);
  });

  test("known keys become text whatever YAML would make of them", () => {
    const { front } = read("---\nname: 1e3\ntitle: y\nsession: 0o14\ntags: [a, 'b c', 3]\n---\n");
    expect(front).toEqual({ name: "1e3", title: "y", session: "0o14", tags: ["a", "b c", "3"] });
  });

  test("a plan without front matter is all body", () => {
    expect(read("# Plan\n")).toEqual({ front: null, body: "# Plan\n", problems: [] });
    expect(read("")).toEqual({ front: null, body: "", problems: [] });
  });

  test("front matter that does not end is shown as text, with a problem", () => {
    const { front, body, problems } = read("---\nname: x\n# Plan\n");
    expect([front, body]).toEqual([null, "---\nname: x\n# Plan\n"]);
    expect(problems).toMatchObject([{ kind: "torn", lost: false }]);
  });

  test("a line that is not understood is reported, the others are read", () => {
    const { front, problems } = read("---\nname: x\n?? what\ntitle: y\n---\nbody");
    expect(front).toEqual({ name: "x", title: "y" });
    expect(problems).toMatchObject([{ kind: "wrong_shape", line: 3, preview: "?? what" }]);
  });
});

describe("readYaml", () => {
  const value = (text: string) => readYaml(text).value;

  test("single quotes: doubled quotes, folding, blank lines", () => {
    expect(value("a: 'it''s: # fine'\nb: 'one\n  two'\nc: 'one\n\n  two\n\n\n  three'\nd: ''"))
      .toEqual({ a: "it's: # fine", b: "one two", c: "one\ntwo\n\nthree", d: "" });
  });

  test("double quotes: escapes, folding, escaped line ends and blanks", () => {
    expect(value('a: "caf\\xE9 \\u6F22\\u5B57 \\U0001F600 \\t \\"q\\" \\\\"')).toEqual({
      a: 'café 漢字 😀 \t "q" \\',
    });
    expect(value('a: "\\xFCber lange\\\n  \\ Zeile"\nb: "one\n  two"\nc: "x\\ny\\0"')).toEqual({
      a: "über lange Zeile",
      b: "one two",
      c: "x\ny\0",
    });
  });

  test("plain texts: continuation, comments, null", () => {
    expect(value("a: one\n  two\n\n  three\nb: x # note\nc: ~\nd:\ne: null\nf: a#b")).toEqual({
      a: "one two\nthree",
      b: "x",
      c: null,
      d: null,
      e: null,
      f: "a#b",
    });
  });

  test("block lists at the key's indent or deeper, nested mappings, block texts", () => {
    expect(value("a:\n- x\n- 'y z'\nb:\n  - p\nc:\n  d:\n    e: 1\n  f: 2\ng: {}\nh: []")).toEqual({
      a: ["x", "y z"],
      b: ["p"],
      c: { d: { e: "1" }, f: "2" },
      g: {},
      h: [],
    });
    expect(value("a: |\n  one\n    two\nb: >-\n  one\n  two\nc: x")).toEqual({
      a: "one\n  two\n",
      b: "one two",
      c: "x",
    });
  });

  test("__proto__ is data, an open quote is reported, depth is limited", () => {
    const read = value("__proto__:\n  x: 1");
    expect(Object.hasOwn(read, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(readYaml("a: 'open\nb: 1")).toMatchObject({ value: { a: "open b: 1" }, bad_line: 2 });
    const deep = Array.from({ length: 5000 }, (_, at) => `${" ".repeat(at)}k:`).join("\n");
    expect(JSON.stringify(value(deep)).length).toBeLessThan(500);
  });

  test("hostile texts take no time", () => {
    const work = cpuMsOf(() => {
      value(`a: '${"x''\n".repeat(50_000)}`);
      value(`a: "${" ".repeat(200_000)}x"\nb: y${" ".repeat(200_000)}z`);
    });
    expect(work).toBeLessThan(5000);
  });
});
