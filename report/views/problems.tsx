/**
 * Data problems: what of the session's files was damaged or doubtful, and what became of it.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanCount } from "../../lib/format/human.ts";
import type { Problem, ProblemKind } from "../../lib/format/mod.ts";
import {
  Await,
  Badge,
  Code,
  type Column,
  CopyButton,
  Count,
  countCell,
  countValue,
  Drawer,
  EmptyState,
  KeyValue,
  Section,
  Status,
  Text,
  textValue,
} from "../components/mod.ts";
import { useSection } from "../data/context.ts";
import { href } from "../state/route.ts";
import type { FacetOf } from "./parts/faceted.tsx";
import { RecordList } from "./parts/record_list.tsx";

/** A problem with its place in the list, which is its key. */
interface Row {
  key: string;
  problem: Problem;
}

/** What each kind means to somebody who has never seen the file's format. */
const meanings: Record<ProblemKind, string> = {
  missing: "A file that should be there is not. Nothing can be shown from it.",
  unreadable: "The system refused to read the file, for example for lack of permission.",
  not_utf8: "Some bytes are not valid text. They are shown as the mark �; the rest is as recorded.",
  not_json: "A place that should hold JSON holds something else, such as another program's output.",
  torn: "A record was cut off while it was written, as happens when a process is killed. " +
    "Whatever was whole around it is shown.",
  too_long: "The record is longer than the reader's limit and was skipped.",
  wrong_shape: "The JSON is sound, but a documented key is missing or has another type.",
  inconsistent:
    "Two files, or two parts of one, contradict each other. Both are shown as recorded.",
  unsafe: "A name could have led outside the session's folder, so it was not used as a path.",
  assumed: "The data does not say it, so the reader had to assume something, such as a time zone.",
};

const words = (kind: string) => kind.replaceAll("_", " ");

const facets: FacetOf<Row>[] = [
  {
    param: "lost",
    chips: true,
    label: "Outcome",
    value: ({ problem }) => problem.lost ? "lost" : "shown",
    tone: (value) => value === "lost" ? "error" : "info",
  },
  { param: "kind", label: "Kind", value: ({ problem }) => problem.kind, title: words },
  { param: "file", label: "File", value: ({ problem }) => problem.file },
];

const columns: Column<Row>[] = [
  {
    id: "outcome",
    title: "Outcome",
    width: 84,
    cell: ({ problem }) => <Outcome lost={problem.lost} />,
    text: ({ problem }) => problem.lost ? "lost" : "shown",
    sort: ({ problem }) => problem.lost ? 0 : 1,
  },
  {
    id: "kind",
    title: "Kind",
    width: 112,
    cell: ({ problem }) => words(problem.kind),
    text: ({ problem }) => problem.kind,
    sort: ({ problem }) => problem.kind,
  },
  {
    id: "reason",
    title: "What happened",
    minWidth: 180,
    cell: ({ problem }) => <Text value={problem.reason} bare />,
    text: ({ problem }) => problem.reason,
  },
  {
    id: "file",
    title: "File",
    minWidth: 120,
    mono: true,
    ...textValue(({ problem }) => problem.file),
  },
  {
    id: "line",
    title: "Line",
    width: 64,
    align: "right",
    ...countCell(({ problem }) => problem.line),
    text: ({ problem }) => problem.line === undefined ? "" : String(problem.line),
    sort: ({ problem }) => problem.line ?? null,
  },
  {
    id: "count",
    title: "Records",
    width: 84,
    align: "right",
    wideOnly: true,
    ...countValue(({ problem }) => problem.count ?? 1),
  },
  {
    id: "preview",
    title: "Preview",
    width: 200,
    mono: true,
    wideOnly: true,
    cell: ({ problem }) => problem.preview ? <Text value={problem.preview} /> : null,
    text: ({ problem }) => problem.preview ?? "",
  },
];

/** The view of data problems. */
export function ProblemsView(): VNode {
  const section = useSection("problems");
  return <Await of={section}>{(problems) => <ProblemList problems={problems} />}</Await>;
}

function ProblemList({ problems }: { problems: readonly Problem[] }): VNode {
  const rows = useRows(problems);
  return (
    <RecordList
      label="Data problems"
      noun="data problem"
      rows={rows}
      columns={columns}
      rowKey={(row) => row.key}
      drawer={({ problem }) => <ProblemDrawer problem={problem} />}
      facets={facets}
      tone={(row) => row.problem.lost ? "error" : undefined}
      empty={
        <EmptyState title="Every file was read without a problem">
          <p>
            Torn lines, unreadable files and contradictions would be listed here, each with its
            file, its place and what became of it.
          </p>
        </EmptyState>
      }
    />
  );
}

const rowsOf = new WeakMap<readonly Problem[], Row[]>();

function useRows(problems: readonly Problem[]): Row[] {
  let rows = rowsOf.get(problems);
  if (!rows) {
    rows = problems.map((problem, index) => ({ key: String(index + 1), problem }));
    rowsOf.set(problems, rows);
  }
  return rows;
}

function Outcome({ lost }: { lost: boolean }): VNode {
  return <Status word={lost ? "lost" : "shown"} tone={lost ? "error" : "info"} />;
}

function ProblemDrawer({ problem }: { problem: Problem }): VNode {
  const { file, line, kind, count, byte_start, byte_end, preview } = problem;
  const bytes = byte_start === undefined
    ? null
    : `${humanCount(byte_start)} to ${humanCount(byte_end ?? byte_start)}`;
  return (
    <Drawer
      label="Data problem"
      title={words(kind)}
      subtitle={
        <>
          <Outcome lost={problem.lost} />
          <Text class="mono" value={line === undefined ? file : `${file}:${line}`} />
        </>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(problem, null, 2)} />}
    >
      <p class="lead">
        <Text value={problem.reason} block />
      </p>
      <p class="note">{meanings[kind] ?? "This version of the report does not know this kind."}</p>
      <KeyValue
        items={[
          [
            "File",
            <Text class="mono" value={file} />,
          ],
          ["Line", line === undefined ? null : <Count value={line} />],
          ["Bytes", bytes],
          ["Records", <Count value={count ?? 1} />],
          ["Data", problem.lost ? <Badge tone="error">lost</Badge> : "shown all the same"],
          [
            "Same file",
            <a href={href("problems", null, { file: encodeURIComponent(file) })}>
              All problems of this file
            </a>,
          ],
        ]}
      />
      {preview !== undefined && (
        <Section title="As found">
          <Code text={preview} label="Damaged text" wrap />
        </Section>
      )}
    </Drawer>
  );
}
