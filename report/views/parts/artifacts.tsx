/**
 * What the session's work left behind.
 *
 * @module
 */

import type { VNode } from "preact";
import type { Artifact } from "../../../lib/format/mod.ts";
import {
  Badge,
  type Column,
  CopyButton,
  DataTable,
  Drawer,
  EmptyState,
  KeyValue,
  Section,
  Split,
  Text,
  textValue,
} from "../../components/mod.ts";
import { route } from "../../state/route.ts";
import { RecordedLink } from "./recorded_link.tsx";
import { hasContent } from "./value.ts";
import { Variables } from "./variables.tsx";

const artifactColumns: Column<ArtifactRow>[] = [
  {
    id: "type",
    title: "Type",
    width: 84,
    ...textValue(({ artifact }) => artifact.type),
  },
  {
    id: "summary",
    title: "Summary",
    minWidth: 220,
    ...textValue(({ artifact }) => artifact.summary),
  },
  {
    id: "path",
    title: "Path",
    minWidth: 160,
    mono: true,
    ...textValue(({ artifact }) => artifact.path),
  },
  {
    id: "commit",
    title: "Commit",
    width: 100,
    mono: true,
    wideOnly: true,
    ...textValue(({ artifact }) => artifact.commit_sha),
  },
];

interface ArtifactRow {
  key: string;
  artifact: Artifact;
}

/** What the session produced. */
export function Artifacts({ artifacts }: { artifacts: readonly Artifact[] }): VNode {
  const rows = artifacts.map((artifact, index): ArtifactRow => ({ key: `${index + 1}`, artifact }));
  const open = rows.find((row) => row.key === route.value.key)?.artifact;
  return (
    <Split drawer={open && <ArtifactDrawer artifact={open} />}>
      <DataTable<ArtifactRow>
        label="Artifacts"
        rows={rows}
        columns={artifactColumns}
        rowKey={(row) => row.key}
        copyRows={(shown) => shown.map((row) => row.artifact)}
        empty={
          <EmptyState
            title="No artifact was named"
            code={`await session.updateState((state) => {\n  state.artifacts.push({ type: "diff", path: "fix.diff", summary: "…", commit_sha: null,\n    metadata: {} });\n});`}
          >
            <p>Artifacts are the diffs, files and addresses that the session's work left behind.</p>
          </EmptyState>
        }
      />
    </Split>
  );
}

function ArtifactDrawer({ artifact }: { artifact: Artifact }): VNode {
  const { type, summary, path, commit_sha, metadata } = artifact;
  return (
    <Drawer
      label="Artifact"
      title={<Text value={summary} />}
      subtitle={
        <Badge>
          <Text value={type} />
        </Badge>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(artifact, null, 2)} />}
    >
      <KeyValue
        items={[
          ["Path", path && <RecordedLink address={path} />],
          [
            "Commit",
            commit_sha && <Text class="mono" value={commit_sha} />,
          ],
        ]}
      />
      {hasContent(metadata) && (
        <Section title="Metadata">
          <Variables values={metadata} />
        </Section>
      )}
    </Drawer>
  );
}
