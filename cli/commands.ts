/**
 * Every command, with the way to load it. Help and suggestions need no more than this table, so a
 * command's code is read only when that command runs.
 *
 * @module
 */

import type { CommandModule } from "./command.ts";

/** A command, a group of commands, or both. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands, without a final stop. */
  readonly summary: string;
  readonly load?: () => Promise<CommandModule>;
  readonly commands?: readonly CommandEntry[];
  /**
   * Whether the settings are read, checked and applied before the command begins. Default: true. One
   * that goes without must still work where they have faults.
   */
  readonly usesSettings?: boolean;
}

/** The commands in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "report",
    summary: "write a session's report: one HTML file that opens offline",
    load: () => import("./commands/report.ts"),
  },
  {
    name: "sessions",
    summary: "list, choose and remove recorded sessions",
    commands: [
      {
        name: "list",
        summary: "list the sessions of a home",
        load: () => import("./commands/sessions_list.ts"),
      },
      {
        name: "info",
        summary: "show one session: counts, tasks, files, problems",
        load: () => import("./commands/sessions_info.ts"),
      },
      {
        name: "current",
        summary: "show which session is the current one",
        load: () => import("./commands/sessions_current.ts"),
      },
      {
        name: "use",
        summary: "make a session the current one",
        load: () => import("./commands/sessions_use.ts"),
      },
      {
        name: "remove",
        summary: "remove sessions for good",
        load: () => import("./commands/sessions_remove.ts"),
      },
    ],
  },
  {
    name: "web",
    summary: "serve the dashboard and the API of a home on this machine",
    load: () => import("./commands/web.ts"),
  },
  {
    name: "demo",
    summary: "record a small agent loop and open its report",
    load: () => import("./commands/demo.ts"),
  },
  {
    name: "doctor",
    summary: "check what planloop rests on here",
    load: () => import("./commands/doctor.ts"),
    // It tells of their faults itself.
    usesSettings: false,
  },
  {
    name: "completions",
    summary: "let bash, zsh or fish complete command lines",
    load: () => import("./commands/completions.ts"),
    // Pressing Tab is no time for complaints.
    usesSettings: false,
  },
  {
    name: "dev",
    summary: "ask recorded data, look after it, work on planloop",
    commands: [
      {
        name: "errors",
        summary: "look at error reports",
        commands: [
          {
            name: "list",
            summary: "list the faults, and how often they happened",
            load: () => import("./commands/dev_errors_list.ts"),
          },
          {
            name: "show",
            summary: "show an error with its variables, stack and causes",
            load: () => import("./commands/dev_errors_show.ts"),
          },
        ],
      },
      {
        name: "locks",
        summary: "list who asked for the session lock, who waited for whom",
        load: () => import("./commands/dev_locks.ts"),
      },
      {
        name: "perf",
        summary: "list traces with their time, and the percentiles",
        load: () => import("./commands/dev_perf.ts"),
        commands: [
          {
            name: "show",
            summary: "show a trace span by span, or an operation",
            load: () => import("./commands/dev_perf_show.ts"),
          },
        ],
      },
      {
        name: "trace",
        summary: "show all that was recorded of a trace in one view",
        load: () => import("./commands/dev_trace.ts"),
      },
      {
        name: "export-logs",
        summary: "print the logs as JSON lines",
        load: () => import("./commands/dev_export_logs.ts"),
      },
      {
        name: "export-llm",
        summary: "print the model calls as one JSON array",
        load: () => import("./commands/dev_export_llm.ts"),
      },
      {
        name: "export-traces",
        summary: "print the traces with their spans as one JSON array",
        load: () => import("./commands/dev_export_traces.ts"),
      },
      {
        name: "export-diffs",
        summary: "print the state changes as one JSON array",
        load: () => import("./commands/dev_export_diffs.ts"),
      },
      {
        name: "export-performance",
        summary: "print the measurements as one JSON array",
        load: () => import("./commands/dev_export_performance.ts"),
      },
      {
        name: "export-errors",
        summary: "print the error reports as one JSON array",
        load: () => import("./commands/dev_export_errors.ts"),
      },
      {
        name: "export-locks",
        summary: "print the requests for the session lock as one JSON array",
        load: () => import("./commands/dev_export_locks.ts"),
      },
      {
        name: "on",
        summary: "run planloop from a working copy's source",
        load: () => import("./commands/dev_on.ts"),
      },
      {
        name: "off",
        summary: "run the installed planloop again",
        load: () => import("./commands/dev_off.ts"),
      },
      {
        name: "status",
        summary: "show which planloop runs, and what is recorded",
        load: () => import("./commands/dev_status.ts"),
      },
      {
        name: "dogfood",
        summary: "dev mode with everything recorded, checked: for planloop's own developers",
        load: () => import("./commands/dev_dogfood.ts"),
      },
      {
        name: "restore",
        summary: "bring the installed planloop back, whatever went wrong",
        load: () => import("./commands/dev_restore.ts"),
      },
      {
        name: "scrub",
        summary: "find secrets in a recorded session, and take them out",
        load: () => import("./commands/dev_scrub.ts"),
      },
    ],
  },
];
