/**
 * Every command, with the way to load it. Help and suggestions need no more than this table, so a
 * command's code is read only when that command runs.
 *
 * @module
 */

import type { CommandModule } from "./command.ts";

/** A command, or a group of commands. */
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
    summary: "tools for developers: dev mode, secrets in recorded data",
    commands: [
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
