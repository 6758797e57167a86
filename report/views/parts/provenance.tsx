/**
 * Where a report comes from.
 *
 * @module
 */

import type { VNode } from "preact";
import type { ReportHeader } from "../../../lib/bundle/header.ts";
import { humanCount } from "../../../lib/format/human.ts";
import { Bytes, Count, KeyValue, Text } from "../../components/mod.ts";

/** What wrote the report, what it took out, and what it was made from. */
export function Provenance({ header }: { header: ReportHeader }): VNode {
  const { redaction, inputs } = header;
  const rules = Object.entries(redaction.replaced).sort((a, b) => b[1] - a[1]);
  const replaced = rules.reduce((sum, [, count]) => sum + count, 0);
  return (
    <KeyValue
      items={[
        ["Written by", `planloop ${header.planloop_version}`],
        [
          "Redaction",
          redaction.enabled
            ? `on: ${humanCount(replaced)} ${
              replaced === 1 ? "secret" : "secrets"
            } replaced here. ` +
              "What a recorder had replaced before stands as [REDACTED…] and is not counted."
            : <strong class="tone-warning">off: secrets may be in this file</strong>,
        ],
        [
          "Rules that matched",
          rules.length > 0 && (
            <ul class="plain">
              {rules.map(([rule, count]) => (
                <li key={rule}>
                  <Text class="mono" value={rule} /> <Count value={count} />
                </li>
              ))}
            </ul>
          ),
        ],
        [
          "Input",
          <span>
            {humanCount(inputs.files)} {inputs.files === 1 ? "file" : "files"},{" "}
            <Bytes bytes={inputs.bytes} />
          </span>,
        ],
      ]}
    />
  );
}
