/**
 * The report's kernels, plain and in WebAssembly, side by side on the same log: what it takes to
 * inflate all of it, and to search all of it.
 *
 * @module
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { inflateRawSync } from "node:zlib";
import { writeReport } from "../../cli/report/mod.ts";
import { createLogColumns, decodeColumns } from "../../lib/bundle/log_block.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import { inflateRaw } from "../../report/kernels/inflate.ts";
import { prepareNeedle, searchBlock } from "../../report/kernels/search.ts";
import { rankTexts } from "../../report/kernels/text_ranks.ts";
import { WasmKernels } from "../../report/kernels/wasm_kernels.ts";
import { type Goal, printGoals } from "../goal.ts";
import { generateSession } from "../report/generate.ts";
import { type PackedBlock, readBlocks } from "./payload.ts";

const sizes = { full: [10_000, 100_000, 1_000_000], quick: [10_000, 100_000] };

/** Of each figure the median counts. */
const rounds = 7;

/** In many lines, in a few, in none, in every one, beyond ASCII, with a letter of odd cases. */
const needles = ["timeout", "req_1234", "zzzz", "e", "ошибка", "ask"];

/** CPU time in milliseconds. */
interface Row {
  what: string;
  plain: number;
  wasm: number;
  found?: number;
}

const args = process.argv.slice(2);
const json = args.includes("--json");
const folder = mkdtempSync(join(tmpdir(), "planloop-bench-kernels-"));
try {
  const goals: Goal[] = [];
  for (const lines of args.includes("--quick") ? sizes.quick : sizes.full) {
    const rows = measureKernels(await blocksOf(lines));
    if (!json) printRows(lines, rows);
    goals.push(...goalsOf(lines, rows));
  }
  process.exitCode = printGoals(goals, { json });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function blocksOf(lines: number): Promise<PackedBlock[]> {
  const home = join(folder, String(lines));
  const session = openHome(home).findSession(generateSession(home, lines));
  const { file } = await writeReport([session], {
    out: join(folder, "out"),
    runtime: systemRuntime(),
  });
  return readBlocks(file);
}

function measureKernels(blocks: readonly PackedBlock[]): Row[] {
  const code = new Uint8Array(readFileSync("report/generated/kernels.wasm"));
  const kernels = WasmKernels.start(code, {
    texts: blocks.map(({ text_bytes }) => text_bytes),
    other: Math.max(...blocks.map(({ column_bytes }) => column_bytes)),
    rows: blocks.reduce((sum, { rows }) => sum + rows, 0),
  });
  if (!kernels) throw new Error("Cannot measure the kernels: they do not start here.");
  const texts: Uint8Array[] = [];
  const inflated = measurePair("inflate", () => {
    for (const { text, text_bytes, columns, column_bytes } of blocks) {
      inflateRaw(text, text_bytes);
      inflateRaw(columns, column_bytes);
    }
  }, () => {
    blocks.forEach(({ text, text_bytes, columns, column_bytes }, i) => {
      texts[i] = kernels.inflateText(i, text, text_bytes)!;
      kernels.inflateOther(columns, column_bytes);
    });
  });
  const starts = blocks.map(({ columns, rows }) =>
    decodeColumns(inflateRawSync(columns), rows, createLogColumns(rows), 0).starts
  );
  const placed = texts.map((text, i) => ({ text, starts: starts[i]! }));
  return [
    inflated,
    measurePair("message ranks", () => rankTexts(placed), () => kernels.rankTexts(placed)),
    ...needles.map((text) => {
      const needle = prepareNeedle(text);
      let plain = 0;
      let wasm = 0;
      const row = measurePair(`search "${text}"`, () => {
        plain = 0;
        texts.forEach((bytes, i) => searchBlock(bytes, starts[i]!, needle, () => plain += 1));
      }, () => {
        wasm = 0;
        texts.forEach((bytes, i) =>
          kernels.searchBlock(bytes, starts[i]!, needle, () => wasm += 1)
        );
      });
      if (plain !== wasm) throw new Error(`The kernels find ${plain} and ${wasm} of "${text}".`);
      return { ...row, found: plain };
    }),
  ];
}

/** The two take turns, so that a busy moment of the machine hits both. */
function measurePair(what: string, plain: () => void, wasm: () => void): Row {
  const costs: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    [plain, wasm].forEach((run, i) => {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      // The first round compiles.
      if (round > 0) costs[i]!.push((user + system) / 1000);
    });
  }
  const [a, b] = costs.map((all) => all.sort((x, y) => x - y)[rounds >> 1]!);
  return { what, plain: a!, wasm: b! };
}

function goalsOf(lines: number, rows: readonly Row[]): Goal[] {
  const [inflated, ranks, ...searches] = rows as [Row, Row, ...Row[]];
  const sum = (kernel: "plain" | "wasm") => searches.reduce((total, row) => total + row[kernel], 0);
  return [
    {
      goal: `kernels: inflating ${lines} lines, ratio of WebAssembly to TypeScript`,
      value: inflated.wasm / inflated.plain,
      bar: 0.5,
    },
    {
      goal: `kernels: ranking messages of ${lines} lines, ratio of WebAssembly to TypeScript`,
      value: ranks.wasm / ranks.plain,
      bar: 0.75,
    },
    {
      goal: `kernels: searching ${lines} lines, ratio of WebAssembly to TypeScript`,
      value: sum("wasm") / sum("plain"),
      bar: 0.25,
    },
    ...(lines === 1_000_000
      ? [{
        goal: `kernels: searching ${lines} lines, ms a search`,
        value: sum("wasm") / searches.length,
        bar: 25,
      }]
      : []),
  ];
}

function printRows(lines: number, rows: readonly Row[]): void {
  console.log(`\n${lines} lines, CPU in ms`);
  console.table(rows.map(({ what, plain, wasm, found }) => ({
    what,
    found: found ?? "",
    TypeScript: Number(plain.toFixed(1)),
    "WebAssembly SIMD": Number(wasm.toFixed(1)),
    ratio: Number((wasm / plain).toFixed(3)),
  })));
}
