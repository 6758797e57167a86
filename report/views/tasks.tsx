/**
 * Tasks: what the session set out to do, how far it came, and what holds the rest up.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { AgentTranscriptLine, SessionState, Task } from "../../lib/format/mod.ts";
import { parseTime } from "../../lib/format/mod.ts";
import {
  Await,
  Badge,
  type Column,
  EmptyState,
  statusCell,
  Text,
  textValue,
  timeCell,
  toneOf,
} from "../components/mod.ts";
import { useSection } from "../data/context.ts";
import type { FacetOf } from "./parts/faceted.tsx";
import { AgentTranscript } from "./parts/agent_transcript.tsx";
import { Artifacts } from "./parts/artifacts.tsx";
import { RecordList } from "./parts/record_list.tsx";
import { Notes } from "./parts/session_notes.tsx";
import { Signals } from "./parts/signals.tsx";
import { currentTab, Tabs } from "./parts/tabs.tsx";
import { type Block, dependents, taskBlocks } from "./parts/task_blocks.ts";
import { TaskDrawer, TaskLinks } from "./parts/task_drawer.tsx";
import { TaskProgress } from "./parts/task_progress.tsx";

/** A task with what holds it up, and who waits for it. */
export interface TaskRow {
  task: Task;
  block: Block | null;
  neededBy: number[];
  /** The ids of all tasks. */
  known: ReadonlySet<number>;
}

const facets: FacetOf<TaskRow>[] = [
  {
    param: "status",
    label: "Status",
    value: ({ task }) => task.status,
    title: (value) => value.replaceAll("_", " ").toLowerCase(),
    tone: toneOf,
  },
  { param: "type", label: "Type", value: ({ task }) => task.type },
  {
    param: "held",
    chips: true,
    label: "Held up",
    value: ({ block }) =>
      block ? (block.kind === "never" ? "can never start" : "waits") : "not held up",
  },
];

const columns: Column<TaskRow>[] = [
  {
    id: "id",
    title: "ID",
    width: 52,
    align: "right",
    cell: ({ task }) => task.id,
    look: () => "figure",
    text: ({ task }) => String(task.id),
    sort: ({ task }) => task.id,
  },
  {
    id: "status",
    title: "Status",
    width: 124,
    ...statusCell(({ task }) => task.status.toLowerCase()),
    text: ({ task }) => task.status,
    sort: ({ task }) => task.status,
  },
  {
    id: "title",
    title: "Title",
    minWidth: 220,
    ...textValue(({ task }) => task.title),
  },
  {
    id: "type",
    title: "Type",
    width: 96,
    ...textValue(({ task }) => task.type),
  },
  {
    id: "depends",
    title: "Depends on",
    width: 104,
    cell: ({ task, known }) => <TaskLinks ids={task.depends_on} known={known} />,
    text: ({ task }) => task.depends_on.join(", "),
    sort: ({ task }) => task.depends_on.length,
  },
  {
    id: "held",
    title: "Held up",
    width: 128,
    wideOnly: true,
    cell: ({ block }) => block && <HeldUp block={block} />,
    text: ({ block }) => block?.reason ?? "",
    sort: ({ block }) => block ? (block.kind === "never" ? 0 : 1) : null,
  },
  {
    id: "commit",
    title: "Commit",
    width: 88,
    mono: true,
    wideOnly: true,
    cell: ({ task }) => task.commit_sha && <Text value={task.commit_sha.slice(0, 9)} bare />,
    text: ({ task }) => task.commit_sha ?? "",
    sort: ({ task }) => task.commit_sha,
  },
  {
    id: "updated",
    title: "Updated",
    width: 104,
    wideOnly: true,
    ...timeCell(({ task }) => parseTime(task.last_updated_at)),
    text: ({ task }) => task.last_updated_at ?? "",
    sort: ({ task }) => parseTime(task.last_updated_at) ?? null,
  },
];

function HeldUp({ block }: { block: Block }): VNode {
  return block.kind === "never"
    ? <Badge tone="error" title={block.reason}>can never start</Badge>
    : <Badge tone="warning" title={block.reason}>waits for {block.open.join(", ")}</Badge>;
}

/** The view of tasks. */
export function TasksView(): VNode {
  const section = useSection("session");
  return (
    <Await of={section}>
      {({ state, feedback, agent_transcript }) =>
        state
          ? <TaskTabs state={state} feedback={feedback} transcript={agent_transcript} />
          : agent_transcript.length > 0
          ? <AgentTranscript lines={agent_transcript} />
          : (
            <EmptyState
              title="This session has no state"
              code={`const session = openSession({ name: "fix-checkout" });`}
            >
              <p>
                Tasks, signals and notes are read from{" "}
                <code>state.json</code>. The file is missing or could not be read: see Data
                problems.
              </p>
            </EmptyState>
          )}
    </Await>
  );
}

type Feedback = Parameters<typeof Notes>[0]["feedback"];

function TaskTabs(
  { state, feedback, transcript }: {
    state: SessionState;
    feedback: Feedback;
    transcript: readonly AgentTranscriptLine[];
  },
): VNode {
  const notes = state.next_steps.length + state.context_notes.length +
    (state.final_summary ? 1 : 0) + (feedback ? 1 : 0);
  const tabs = [
    { id: "tasks", title: "Tasks", count: state.tasks.length },
    { id: "signals", title: "Signals", count: state.signals.length },
    { id: "notes", title: "Notes and next steps", count: notes },
    { id: "artifacts", title: "Artifacts", count: state.artifacts.length },
    ...(transcript.length > 0
      ? [{ id: "transcript", title: "Agent transcript", count: transcript.length }]
      : []),
  ];
  const tab = currentTab(tabs);
  return (
    <div class="view-stack">
      <TaskProgress state={state} />
      <Tabs tabs={tabs} label="Parts of the state" />
      {tab === "tasks" && <TaskList tasks={state.tasks} />}
      {tab === "signals" && <Signals signals={state.signals} />}
      {tab === "notes" && <Notes state={state} feedback={feedback} />}
      {tab === "artifacts" && <Artifacts artifacts={state.artifacts} />}
      {tab === "transcript" && <AgentTranscript lines={transcript} />}
    </div>
  );
}

function TaskList({ tasks }: { tasks: readonly Task[] }): VNode {
  const rows = useMemo(() => {
    const blocks = taskBlocks(tasks);
    const needed = dependents(tasks);
    const known = new Set(tasks.map(({ id }) => id));
    return tasks.map((task): TaskRow => ({
      task,
      block: blocks.get(task.id) ?? null,
      neededBy: needed.get(task.id) ?? [],
      known,
    }));
  }, [tasks]);
  return (
    <RecordList
      label="Tasks"
      noun="task"
      rows={rows}
      columns={columns}
      rowKey={({ task }) => String(task.id)}
      drawer={(row) => <TaskDrawer row={row} rows={rows} />}
      facets={facets}
      copyRows={(all) => all.map(({ task }) => task)}
      tone={({ task, block }) =>
        task.status === "FAILED"
          ? "error"
          : task.status === "BLOCKED" || block?.kind === "never"
          ? "warning"
          : undefined}
      empty={
        <EmptyState
          title="No tasks yet"
          code={`await session.updateState((state) => {\n  state.tasks.push({ id: 1, title: "…", type: "feature", status: "TODO", depends_on: [],\n    commit_sha: null, last_updated_at: null });\n});`}
        >
          <p>The session's plan has no tasks.</p>
        </EmptyState>
      }
    />
  );
}
