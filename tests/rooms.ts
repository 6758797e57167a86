/**
 * The rooms of the house and what each may import; docs/architecture.md shows the same table, and
 * tests/tidy.test.ts holds both the code and that table to it.
 *
 * @module
 */

/** A room: a folder, or `cli.ts`. */
export interface Room {
  /** Path of the folder (or file), relative to the project. */
  readonly path: string;
  /** What it holds, in the words of docs/architecture.md. */
  readonly holds: string;
  /** Rooms that it may import, types included; a `room/file` allows that one file. */
  readonly mayImport: readonly string[];
  /** Packages that it may import; the empty list for everything in lib. */
  readonly packages: readonly string[];
  /** Whether it may import the platform's own modules (`node:…`). */
  readonly platform: boolean;
}

const everyLibrary = [
  "lib/format",
  "lib/runtime",
  "lib/redact",
  "lib/record",
  "lib/lock",
  "lib/session",
  "lib/read",
  "lib/store",
  "lib/analyse",
  "lib/bundle",
  "lib/query",
];

/** A room of the library that needs nothing but other rooms. */
function pure(path: string, holds: string, mayImport: readonly string[]): Room {
  return { path, holds, mayImport, packages: [], platform: false };
}

/** From the ground up: a room imports only rooms above it in this table. */
export const rooms: readonly Room[] = [
  pure("lib/format", "every file's types, checks, names and schemas; the published spec", []),
  {
    path: "lib/runtime",
    holds: "the one seam to the machine: files, clock, chance, process; a fake of it for tests",
    mayImport: ["lib/format"],
    packages: [],
    platform: true,
  },
  pure("lib/redact", "secrets out of anything that is written", ["lib/format"]),
  pure("lib/record", "log lines, traces, spans, model calls, state diffs, error reports", [
    "lib/format",
    "lib/runtime",
    "lib/redact",
  ]),
  pure("lib/lock", "the session lock and its queue", [
    "lib/format",
    "lib/runtime",
    "lib/record/append",
    "lib/record/context",
  ]),
  pure("lib/session", "an open session: recording, state and lock together", [
    "lib/format",
    "lib/runtime",
    "lib/redact",
    "lib/record",
    "lib/lock",
  ]),
  pure("lib/read", "bytes to records, whatever state they are in", ["lib/format"]),
  pure("lib/store", "homes and sessions on disk, for reading", [
    "lib/format",
    "lib/runtime",
    "lib/read",
  ]),
  pure("lib/analyse", "records to findings, each with its evidence", ["lib/format", "lib/read"]),
  pure("lib/bundle", "a report's payload: what the writer writes and the app reads", [
    "lib/format",
    "lib/read",
    "lib/analyse",
  ]),
  pure("lib/query", "what can be asked of recordings: for the command line and the server", [
    "lib/format",
    "lib/runtime",
    "lib/read",
    "lib/store",
    "lib/analyse",
  ]),
  pure("lib/mod.ts", "the library's public names", everyLibrary),
  pure("templates", "the report's page: its shell, its first view, filling it with data", [
    "lib/format",
    "lib/read",
    "lib/analyse",
    "lib/bundle",
  ]),
  {
    path: "report",
    holds: "the report's app: pages, components, state, the worker",
    mayImport: ["lib/format", "lib/read", "lib/analyse", "lib/bundle"],
    packages: [
      "preact",
      "@preact/signals",
      "date-fns",
      "micromark",
      "micromark-extension-gfm-table",
    ],
    platform: false,
  },
  {
    path: "demo",
    holds: "the demo: a small agent loop against a scripted model server",
    mayImport: [...everyLibrary, "lib/mod.ts"],
    packages: ["hono", "@hono/node-server"],
    platform: true,
  },
  {
    path: "server",
    holds: "recordings over HTTP: routes, pages, the live stream",
    mayImport: [...everyLibrary, "templates"],
    packages: ["hono", "@hono/node-server"],
    platform: true,
  },
  {
    path: "cli",
    holds: "the commands, one file each behind a lazy table; writing a report to disk",
    mayImport: [...everyLibrary, "lib/mod.ts", "templates", "demo", "server"],
    packages: ["commander", "fflate", "jsonc-parser"],
    platform: true,
  },
  {
    path: "cli.ts",
    holds: "the program's entry",
    mayImport: ["cli"],
    packages: [],
    platform: false,
  },
];

/** Files that are started: with the public modules, everything else must be reachable from them. */
export const entries: readonly string[] = [
  "cli.ts",
  "demo/mod.ts",
  "report/main.tsx",
  "report/boot.ts",
  // Built on its own, into a text that the app starts as a worker.
  "report/data/log_worker.ts",
  // AssemblyScript, compiled into one WebAssembly module.
  "report/kernels/wasm/inflate.ts",
  "report/kernels/wasm/memory.ts",
  "report/kernels/wasm/search.ts",
  "cli/report/wasm/look.ts",
  "cli/report/wasm/memory.ts",
  "cli/report/wasm/scan.ts",
  "report/kernels/wasm/text_ranks.ts",
  // The same, compiled into server/search_kernel_code.ts.
  "server/kernel/search.ts",
];
