import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { indexedCharsMax, indexedPathsMax, PathIndex } from "../../lib/bundle/path_index.ts";
import type { PathSection } from "../../lib/bundle/sections.ts";

const read = (index: PathIndex): PathSection =>
  JSON.parse(Buffer.concat([...index.finish()]).toString());

describe("PathIndex", () => {
  test("PathIndex stores each path once, and the changes in time order", () => {
    const index = new PathIndex();
    index.add({ time: 30 }, ["now", "version"]);
    index.add({ time: null }, ["version"]);
    index.add({ time: 10 }, ['tags["a\\"b"]', "version"]);
    expect(read(index)).toEqual({
      names: ["now", "version", 'tags["a\\"b"]'],
      changes: [[2, 1], [0, 1], [1]],
      left_out: 0,
    });
  });

  test("PathIndex has changes of one moment in the order of the versions they left", () => {
    const index = new PathIndex();
    index.add({ time: 5, version: 12 }, ["c"]);
    index.add({ time: 5, version: 9 }, ["b"]);
    index.add({ time: 4, version: 20 }, ["a"]);
    expect(read(index)).toMatchObject({ names: ["c", "b", "a"], changes: [[2], [1], [0]] });
  });

  test("PathIndex of nothing is an empty section", () => {
    expect(read(new PathIndex())).toEqual({ names: [], changes: [], left_out: 0 });
  });

  test("PathIndex counts what is beyond its limits, and keeps a row for every change", () => {
    const index = new PathIndex();
    index.add({ time: 1 }, Array.from({ length: indexedPathsMax }, () => "version"));
    index.add({ time: 2 }, ["version", "now"]);
    const many = read(index);
    expect(many.changes[0]).toHaveLength(indexedPathsMax);
    expect(many.changes[1]).toEqual([]);
    expect(many.left_out).toBe(2);
    const long = new PathIndex();
    long.add({ time: 1 }, ["x".repeat(indexedCharsMax - 3), "now", "a", "now"]);
    const { names, changes, left_out } = read(long);
    expect([names.length, changes, left_out]).toEqual([2, [[0, 1, 1]], 1]);
  });
});
