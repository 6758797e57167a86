/**
 * About this report: what it was made from, what was taken out of it, what makes up its size.
 *
 * @module
 */

import type { VNode } from "preact";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import type { InputFile } from "../../lib/bundle/sections.ts";
import { leftOutText, scopeText } from "../../lib/bundle/scope_text.ts";
import { humanBytes } from "../../lib/format/human.ts";
import {
  Await,
  Bytes,
  type Column,
  CopyButton,
  DataTable,
  KeyValue,
  Page,
  Section,
  Text,
  textValue,
} from "../components/mod.ts";
import { useData, useLoaded, useSection } from "../data/context.ts";
import { Provenance } from "./parts/provenance.tsx";

const inputColumns: Column<InputFile>[] = [
  {
    id: "file",
    title: "File",
    minWidth: 240,
    mono: true,
    ...textValue(({ file }) => file),
  },
  {
    id: "bytes",
    title: "Size",
    width: 96,
    align: "right",
    cell: ({ bytes }) => humanBytes(bytes),
    hint: ({ bytes }) => `${bytes} bytes`,
    text: ({ bytes }) => String(bytes),
    sort: ({ bytes }) => bytes,
  },
  {
    id: "sha256",
    title: "SHA-256",
    minWidth: 240,
    mono: true,
    cell: ({ sha256 }) => sha256,
    text: ({ sha256 }) => sha256,
    sort: ({ sha256 }) => sha256,
  },
];

interface Part {
  name: string;
  what: string;
  bytes: number;
  stored: number;
}

const partColumns: Column<Part>[] = [
  { id: "name", title: "Part", width: 120, cell: ({ name }) => name, sort: ({ name }) => name },
  { id: "what", title: "Holds", minWidth: 200, wideOnly: true, cell: ({ what }) => what },
  size("bytes", "Data", ({ bytes }) => bytes),
  size("stored", "Compressed", ({ stored }) => stored),
];

function size(id: string, title: string, value: (part: Part) => number): Column<Part> {
  return {
    id,
    title,
    width: 110,
    align: "right",
    cell: (part) => humanBytes(value(part)),
    hint: (part) => `${value(part)} bytes`,
    sort: value,
  };
}

/** What takes room, largest first. */
function partsOf({ stored, logs, sections, document_blocks }: ReportHeader): Part[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [
    {
      name: "Log text",
      what: "Messages and contexts of log lines",
      bytes: logs.text_bytes,
      stored: stored.text,
    },
    {
      name: "Log columns",
      what: "Times, levels, operations, traces, durations",
      bytes: sum(logs.blocks.map(({ column_bytes }) => column_bytes)),
      stored: stored.columns,
    },
    {
      name: "Records",
      what: "Traces, model calls, errors, states: whole, each long text once",
      bytes: sum(document_blocks),
      stored: stored.documents,
    },
    {
      name: "Tables",
      what: "A row of each record, the state, the plan, the input files",
      bytes: sum(Object.values(sections)),
      stored: stored.section,
    },
  ].sort((a, b) => b.stored - a.stored);
}

/** The view about the report itself. */
export function AboutView(): VNode {
  const { header, logs } = useData();
  const { scope, inputs } = header;
  const kernels = useLoaded<string>("kernels", logs.kernels ? () => logs.kernels! : null);
  const files = useSection(inputs.files > 0 ? "inputs" : null);
  const parts = partsOf(header);
  const stored = parts.reduce((sum, part) => sum + part.stored, 0);
  return (
    <Page>
      <Section title="Made from">
        <Provenance header={header} />
      </Section>
      <Section title="Shows">
        <KeyValue
          items={[
            ["Scope", scope ? <Text value={scopeText(scope)} /> : "The whole session"],
            ["Left out", scope && (leftOutText(scope.left_out) || "nothing")],
            ["Kernels", logs.kernels && (kernels.value ?? "…")],
          ]}
        />
      </Section>
      <Section title="Size">
        <p class="note spaced">
          <Bytes bytes={stored} /> of data, beside the app.
        </p>
        <DataTable<Part>
          label="Parts of the report"
          name="parts"
          variant="inline"
          rows={parts}
          columns={partColumns}
          rowKey={({ name }) => name}
          selected={null}
          onSelect={() => {}}
        />
      </Section>
      <Section title="Input files" count={inputs.files || undefined}>
        {inputs.files > 0 && <Await of={files}>{(files) => <InputFiles files={files} />}</Await>}
      </Section>
    </Page>
  );
}

function InputFiles({ files }: { files: readonly InputFile[] }): VNode {
  return (
    <>
      <p class="note spaced">
        <CopyButton
          label="Copy for sha256sum --check"
          words
          text={() => files.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join("")}
        />
      </p>
      <DataTable<InputFile>
        label="Input files"
        name="inputs"
        variant="inline"
        rowsMax={14}
        rows={files}
        columns={inputColumns}
        rowKey={({ file }) => file}
        selected={null}
        onSelect={() => {}}
      />
    </>
  );
}
