/**
 * `PLAN.md`, as the Python planloop renders it at every save.
 *
 * @module
 */

import type { SessionState } from "../format/mod.ts";
import { repeatTime } from "./python_time.ts";
import { yamlScalar } from "./yaml_scalar.ts";

/** The Python planloop's version whose rendering this is. */
const planloopVersion = "1.5";

/**
 * Renders a session's plan: front matter and Markdown.
 *
 * @returns The file's text, with a final newline.
 */
export function renderPlan(state: SessionState): string {
  return `---\n${frontMatter(state)}---\n\n${body(state)}`;
}

function frontMatter(state: SessionState): string {
  const { environment } = state;
  const lines = [
    entry("planloop_version", planloopVersion),
    entry("schema_version", state.schema_version),
    entry("session", state.session),
    entry("name", state.name),
    entry("title", state.title),
    entry("purpose", state.purpose),
    entry("project_root", state.project_root),
    entry("branch", state.branch),
    entry("prompt_set", state.prompts.set),
    entry("created_at", repeatTime(state.created_at)),
    entry("last_updated_at", repeatTime(state.last_updated_at)),
    // The Python planloop never writes the tags here, and its readers expect that.
    "tags: []",
    "environment:",
    ...(["os", "python", "xcode", "node"] as const).map((key) => entry(key, environment[key], 2)),
  ];
  return `${lines.join("\n")}\n`;
}

function entry(key: string, value: string | number | null, indent = 0): string {
  const head = `${" ".repeat(indent)}${key}:`;
  if (value === null) return `${head} null`;
  if (typeof value === "number") return `${head} ${value}`;
  return `${head} ${yamlScalar(value, head.length, indent + 2)}`;
}

function body(state: SessionState): string {
  const { tasks, signals, artifacts } = state;
  const sections: [heading: string, lines: string[]][] = [
    ["Tasks", taskTable(tasks)],
    ["Context", items(state.context_notes, "- _None_")],
    ["Next Steps", items(state.next_steps, "- _None_")],
    ["Signals (Snapshot)", signals.length === 0 ? ["- _No signals_"] : signals.map(signalLine)],
    ["Agent Work Log", ["- _Not implemented yet_"]],
    [
      "Artifacts",
      artifacts.length === 0 ? ["- _No artifacts recorded_"] : artifacts.map(artifactLine),
    ],
    ["Final Summary", [state.final_summary || "_Not provided yet_"]],
  ];
  const text = sections.map(([heading, lines]) => `## ${heading}\n${lines.join("\n")}\n`);
  return `# Plan: ${state.title}\n\n${text.join("\n")}`;
}

function taskTable(tasks: SessionState["tasks"]): string[] {
  if (tasks.length === 0) return ["_No tasks defined._"];
  return [
    "| ID | Title | Type | Status | Depends | Commit |",
    "| --- | --- | --- | --- | --- | --- |",
    ...tasks.map((task) => {
      const depends = task.depends_on.join(", ") || "-";
      const commit = task.commit_sha || "-";
      return `| ${task.id} | ${task.title} | ${task.type} | ${task.status} | ${depends} | ${commit} |`;
    }),
  ];
}

function items(list: readonly string[], otherwise: string): string[] {
  return list.length === 0 ? [otherwise] : list.map((item) => `- ${item}`);
}

function signalLine(signal: SessionState["signals"][number]): string {
  const state = signal.open ? "OPEN" : "CLOSED";
  return `- [${signal.level}] (${state}) ${signal.title} — ${signal.message}`;
}

function artifactLine(artifact: SessionState["artifacts"][number]): string {
  return `- ${artifact.type}: ${artifact.summary} (${artifact.path || "(in memory)"})`;
}
