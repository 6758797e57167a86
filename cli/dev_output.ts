/**
 * What the commands of dev mode print: the status as JSON, or in lines for a person.
 *
 * @module
 */

import { homedir } from "node:os";
import { join, sep } from "node:path";
import { commandTable } from "./commands.ts";
import type { DevCheck, DevStatus, SwitchResult } from "./dev_mode/mod.ts";
import { jsonHelp } from "./help.ts";
import { type Io, say } from "./io.ts";
import { printTable } from "./table.ts";
import { printable } from "./text.ts";

/** Keys of the status, for the helps. */
export const statusKeys: readonly (readonly [key: string, meaning: string])[] = [
  ["mode", "dev, or stable"],
  ["enabled_at", "when dev mode began; null while it is off"],
  ["repo_path", "the working copy that runs; null while dev mode is off"],
  ["git_commit", "its commit when dev mode began"],
  ["backup_path", "where the installed planloop is kept; null for nowhere"],
  ["features", "llm_recording, tracing, profiling: what is recorded"],
  ["features_by", "llm_recording, recording: what decides that"],
  ["git_tag", "the tag on that commit"],
  ["git_commit_now", "the working copy's commit now"],
  ["files_changed", "how many files differ from that"],
  ["planloop_path", "the planloop on the PATH"],
  ["planloop_kind", "npm, npm link, pnpm, deno, launcher, unknown or missing"],
  ["planloop_target", "the program behind it"],
  ["home", "the home that was looked at"],
  ["unfinished", "operation, started_at, pid, is_running; or null"],
  ["problems[]", "what is not as it should be"],
];

/** The help on the JSON of a command that switches, with further keys of its own. */
export function switchJsonHelp(
  further: readonly (readonly [key: string, meaning: string])[] = [],
): string {
  return jsonHelp([
    ["changed", "whether anything is different now"],
    ["notes[]", "what you should know"],
    ...further,
    ["…", "and the keys of planloop dev status"],
  ]);
}

/** Prints what a switch did: JSON, or the given lines. */
export function printSwitch(
  result: SwitchResult,
  status: DevStatus,
  lines: readonly string[],
  { json = false, further = {} }: { json?: boolean | undefined; further?: object },
  io: Io,
): void {
  const { changed, notes } = result;
  if (json || !io.stdout.isTerminal) {
    const value = { changed, ...status, ...further, notes };
    io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  } else for (const line of lines) io.stdout.write(`${printable(line)}\n`);
  for (const note of notes) say(io, printable(note));
}

/** The summary of a dev mode that is on. */
export function onLines(status: DevStatus, changed: boolean): string[] {
  const { planloop_path, repo_path, git_tag, features } = status;
  return [
    changed ? "✅ Dev mode enabled" : "✅ Dev mode is on already",
    `📁 Repo: ${repo_path}`,
    `🔗 Launcher: ${short(planloop_path)} → ${short(join(repo_path ?? "", "cli.ts"))}`,
    `🏷️  Tagged: ${git_tag ?? "-"}`,
    `📊 Features: ${featuresLine(features)}`,
    // Told where there is such a command.
    ...(commandTable.some(({ name }) => name === "web")
      ? ["🌐 Start web: planloop web --port 8000"]
      : []),
  ];
}

/** What was checked, a line each. */
export function checkLines(checks: readonly DevCheck[]): string[] {
  return checks.map(({ name, ok, detail }) => `${ok ? "✓" : "✗"} ${name}: ${detail}`);
}

/** The summary of a dev mode that is off. */
export function offLines(status: DevStatus, { changed, binary }: SwitchResult): string[] {
  if (!changed) return ["✅ Dev mode is off already"];
  const target = status.planloop_path === binary ? status.planloop_target : null;
  return [
    "✅ Dev mode disabled",
    ...(target === null ? [] : [`🔗 Installed: ${short(binary)} → ${short(target)}`]),
  ];
}

/** The status as a table. */
export function printStatus(status: DevStatus, io: Io): void {
  const { features, features_by, files_changed } = status;
  const isOn = status.mode === "dev";
  const commit = (value: string | null) => value?.slice(0, 12) ?? "-";
  const changes = files_changed ? `, ${files_changed} changed` : "";
  const rows: [string, string | null][] = [
    ["mode", status.mode],
    ["planloop", status.planloop_path],
    ["runs", `${short(status.planloop_target) || "-"} (${status.planloop_kind})`],
    ...(isOn
      ? [
        ["since", status.enabled_at],
        ["tag", `${status.git_tag ?? "-"} (${commit(status.git_commit)})`],
        ["commit now", `${commit(status.git_commit_now)}${changes}`],
        ["backup", status.backup_path],
      ] as [string, string | null][]
      : []),
    ["home", status.home],
    ["recording", `${onOff(features.tracing)} (${features_by.recording})`],
    ["LLM recording", `${onOff(features.llm_recording)} (${features_by.llm_recording})`],
  ];
  printTable(
    io.stdout,
    [{ title: "WHAT" }, { title: "VALUE" }],
    rows.map(([name, value]) => [name, short(value) || "-"]),
  );
  for (const problem of status.problems) say(io, printable(problem));
}

function featuresLine({ llm_recording, tracing, profiling }: DevStatus["features"]): string {
  const mark = (name: string, isOn: boolean) => `${name} ${isOn ? "✓" : "✗"}`;
  return [
    mark("LLM recording", llm_recording),
    mark("Tracing", tracing),
    mark("Profiling", profiling),
  ].join(" | ");
}

function onOff(isOn: boolean): string {
  return isOn ? "on" : "off";
}

/** A path below the user's folder with `~` for that. */
function short(path: string | null): string {
  const user = homedir();
  return path?.startsWith(user + sep) ? `~${path.slice(user.length)}` : path ?? "";
}
