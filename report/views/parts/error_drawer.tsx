/**
 * An error report in the drawer.
 *
 * @module
 */

import type { VNode } from "preact";
import {
  Await,
  Badge,
  CopyButton,
  Drawer,
  JsonTree,
  Section,
  Text,
  Time,
} from "../../components/mod.ts";
import { useDocument } from "../../data/context.ts";
import { href } from "../../state/route.ts";
import type { CountedError } from "../errors.tsx";
import { ErrorDetails } from "./error_details.tsx";

/** The drawer of one error. */
export function ErrorDrawer({ error }: { error: CountedError }): VNode {
  const { row, same } = error;
  const report = useDocument(row.document);
  const state = useDocument(row.state);
  return (
    <Drawer
      label="Error report"
      title={<Text class="mono" value={row.error_type || "Error"} max={120} />}
      subtitle={
        <>
          <Time value={row.time} mode="full" />
          {same > 1 && (
            <a href={href("errors", error.key, { fault: row.fingerprint })}>
              <Badge tone="warning">{same} reports of this fault</Badge>
            </a>
          )}
        </>
      }
      actions={report.value !== null && (
        <CopyButton
          label="Copy as JSON"
          text={() => JSON.stringify(report.value, null, 2)}
        />
      )}
    >
      <Await of={report}>{(document) => <ErrorDetails row={row} document={document} />}</Await>
      {row.state && (
        <Section title="State at that moment" open={false}>
          <Await of={state}>{(value) => <JsonTree value={value} label="State" />}</Await>
        </Section>
      )}
      <Await of={report}>
        {(document) => (
          <Section title="Whole report" open={false}>
            <JsonTree value={document} label="Error report" />
          </Section>
        )}
      </Await>
    </Drawer>
  );
}
