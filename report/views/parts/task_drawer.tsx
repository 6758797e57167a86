/**
 * A task in the drawer, and links between tasks.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import type { ChangeRow, PathSection } from "../../../lib/bundle/sections.ts";
import { parseTime } from "../../../lib/format/mod.ts";
import {
  Badge,
  CopyButton,
  Drawer,
  JsonTree,
  KeyValue,
  Section,
  Status,
  Text,
  Time,
  TraceLink,
  usePortion,
} from "../../components/mod.ts";
import { useSection } from "../../data/context.ts";
import { href, hrefKey } from "../../state/route.ts";
import type { TaskRow } from "../tasks.tsx";
import { taskStatusHistory } from "./path_history.ts";

/** Until the paths are read. */
const noPaths: PathSection = { names: [], changes: [], left_out: 0 };

/** Tasks of a list shown at first. */
const relatedMax = 10;

/** Most tasks in a cell that are links, and that are named; the drawer links them all. */
const linksMax = 2;
const namedMax = 4;

/** Links to tasks by their ids; the number alone where there is no such task. */
export function TaskLinks(
  { ids, known }: { ids: readonly number[]; known: ReadonlySet<number> },
): VNode {
  if (ids.length === 0) return <span class="muted">–</span>;
  if (ids.length > linksMax) {
    const rest = ids.length - namedMax;
    return <>{ids.slice(0, namedMax).join(" ")}{rest > 0 && ` +${rest}`}</>;
  }
  const links = ids.map((id) =>
    known.has(id)
      ? <a key={id} class="task-link" href={hrefKey(String(id))}>{id}</a>
      : <span key={id} class="task-link muted" title="There is no such task">{id}</span>
  );
  return <>{links}</>;
}

/** The drawer of one task. */
export function TaskDrawer({ row, rows }: { row: TaskRow; rows: readonly TaskRow[] }): VNode {
  const { task, block, neededBy } = row;
  return (
    <Drawer
      label="Task"
      title={
        <>
          <span class="muted figure">{task.id}</span> <Text value={task.title} />
        </>
      }
      subtitle={
        <>
          <Status word={task.status.toLowerCase()} />
          <Badge>
            <Text value={task.type} />
          </Badge>
        </>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(task, null, 2)} />}
    >
      {block && (
        <div class={block.kind === "never" ? "callout callout-error" : "callout callout-warning"}>
          <strong>
            {block.kind === "never" ? "This task can never start" : "This task waits"}
          </strong>
          <p>{block.reason}</p>
          {block.kind === "never" && (
            <p>A task starts only when everything it depends on is done.</p>
          )}
        </div>
      )}
      <KeyValue
        items={[
          ["Updated", <Time value={parseTime(task.last_updated_at)} mode="full" />],
          [
            "Commit",
            task.commit_sha && <Text class="mono" value={task.commit_sha} />,
          ],
        ]}
      />
      <History place={rows.indexOf(row)} />
      <Related title="Depends on" ids={task.depends_on} rows={rows} />
      <Related title="Needed by" ids={neededBy} rows={rows} />
      <Section title="Whole record" open={false}>
        <JsonTree value={task} label="Task" />
      </Section>
    </Drawer>
  );
}

/**
 * The state changes that set the task's status, newest first.
 *
 * @param place The task's, in the state's list.
 */
function History({ place }: { place: number }): VNode | null {
  const index = useSection("paths").value;
  const changes = useSection("changes").value;
  const { events, movedBy } = useMemo(
    () => taskStatusHistory(index ?? noPaths, changes ?? [], place),
    [index, changes, place],
  );
  const { shown, more } = usePortion(events.length, relatedMax, "changes", 8);
  if (events.length === 0 && !movedBy) return null;
  const newestFirst = events.toReversed().slice(0, shown);
  return (
    <Section
      title="Status set by"
      count={events.length}
      actions={
        <a href={href("changes", null, { path: `tasks[${place}].status` })}>Before and after</a>
      }
    >
      <ul class="related-tasks">
        {newestFirst.map(({ change }) => (
          <li key={change.file}>
            <Time value={change.time} />
            <span>
              <ChangeLink change={change} /> <TraceLink id={change.trace_id} />
            </span>
          </li>
        ))}
      </ul>
      {more}
      {movedBy && (
        <p class="note">
          Until <ChangeLink change={movedBy} /> <Time value={movedBy.time} />{" "}
          another task stood in this place of the list; what set its status is not shown here.
        </p>
      )}
    </Section>
  );
}

function ChangeLink({ change }: { change: ChangeRow }): VNode {
  return (
    <a href={href("changes", recordKey(change.file))}>
      <Text value={change.operation || "State change"} bare />
    </a>
  );
}

function Related(
  { title, ids, rows }: { title: string; ids: readonly number[]; rows: readonly TaskRow[] },
): VNode | null {
  const { shown, more } = usePortion(ids.length, relatedMax, "tasks", 12);
  if (ids.length === 0) return null;
  return (
    <Section title={title} count={ids.length}>
      <ul class="related-tasks">
        {ids.slice(0, shown).map((id) => {
          const task = rows.find((row) => row.task.id === id)?.task;
          return (
            <li key={id}>
              <Status word={task ? task.status.toLowerCase() : "unknown"} />
              {task
                ? (
                  <a href={hrefKey(String(id))}>
                    <span class="figure">{id}</span> <Text value={task.title} />
                  </a>
                )
                : (
                  <span class="muted">
                    <span class="figure">{id}</span> no such task
                  </span>
                )}
            </li>
          );
        })}
      </ul>
      {more}
    </Section>
  );
}
