/**
 * Every public name of the library says what it means, and what can be called shows how.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

interface DocComment {
  doc?: string;
  tags?: { kind: string }[];
}

interface Documented {
  name?: string;
  repr?: string;
  jsDoc?: DocComment;
  isOverride?: boolean;
}

type MemberLists = Partial<Record<(typeof memberLists)[number], Documented[]>>;

interface Declaration extends Documented {
  kind: string;
  def: MemberLists & { hasBody?: boolean };
}

interface PublicSymbol {
  name: string;
  declarations: Declaration[];
}

/** Where the members of an interface or class stand. */
const memberLists = ["properties", "methods", "indexSignatures", "callSignatures"] as const;

/** What the public module exports, as Deno reads its comments. */
function publicSymbols(): PublicSymbol[] {
  const root = resolve(import.meta.dirname, "../..");
  const deno = join(root, "node_modules", ".bin", "deno");
  const { status, stdout, stderr } = spawnSync(deno, ["doc", "--json", "lib/mod.ts"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(status, stderr).toBe(0);
  const { nodes } = JSON.parse(stdout) as { nodes: Record<string, { symbols: PublicSymbol[] }> };
  return Object.values(nodes).flatMap(({ symbols }) => symbols).map(({ name, declarations }) => ({
    name,
    // Where a function has overloads, nobody sees the one that has the body.
    declarations: declarations.length === 1
      ? declarations
      : declarations.filter(({ def }) => def.hasBody !== true),
  }));
}

const says = ({ jsDoc }: Documented): boolean => (jsDoc?.doc ?? "").trim() !== "";
const shows = ({ jsDoc }: Documented): boolean =>
  jsDoc?.tags?.some(({ kind }) => kind === "example") ?? false;

describe("planloop's public names", { timeout: 60_000 }, () => {
  const symbols = publicSymbols();

  test("are all read", () => {
    const names = symbols.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["openSession", "Session", "LockTimeoutError"]));
    expect(symbols.find(({ name }) => name === "Session")!.declarations[0]!.def.methods!.length)
      .toBeGreaterThan(20);
  });

  test("have each a comment, and so has each member", () => {
    const silent = symbols.flatMap(({ name, declarations }) =>
      declarations.flatMap((declaration) => [
        ...(says(declaration) ? [] : [name]),
        ...memberLists.flatMap((list) =>
          (declaration.def[list] ?? []).filter((member) => !says(member))
            .map((member) => `${name}.${member.name ?? list}`)
        ),
      ])
    );
    expect(silent).toEqual([]);
  });

  test("have each an example, where they can be called", () => {
    const callable = symbols.filter(({ declarations }) =>
      declarations.some(({ kind }) => kind === "function" || kind === "class")
    );
    expect(callable.length).toBeGreaterThan(15);
    const without = callable.filter(({ declarations }) => !declarations.some(shows));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});
