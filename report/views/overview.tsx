/**
 * The overview: what happened, what went wrong, where to look first.
 *
 * @module
 */

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Finding } from "../../lib/analyse/finding.ts";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import { headlines } from "../../lib/bundle/headlines.ts";
import type { ScopeAccount } from "../../lib/bundle/scope.ts";
import { leftOutText, scopeText } from "../../lib/bundle/scope_text.ts";
import { humanCount } from "../../lib/format/human.ts";
import {
  EmptyState,
  KeyValue,
  Page,
  plainText,
  Section,
  Text,
  Time,
  ToneIcon,
} from "../components/mod.ts";
import { useData } from "../data/context.ts";
import { evidenceAddress, evidenceText } from "../../lib/bundle/evidence_address.ts";
import { href, hrefOf } from "../state/route.ts";
import { Provenance } from "./parts/provenance.tsx";
import { Timeline, useLaneRecords } from "./parts/timeline.tsx";

/** Findings shown at first. */
export const findingsShownMax = 6;

/** Longest evidence on screen, in UTF-16 units; CSS shortens it further, from the left. */
const evidenceLengthMax = 200;

/** The view of the whole session. */
export function OverviewView(): VNode {
  const { header } = useData();
  const below = useLaneRecords();
  return (
    <Page>
      {header.scope && <ScopeNotice scope={header.scope} />}
      <Figures header={header} />
      <Section title="Where to look first" count={header.findings.length || undefined}>
        {header.findings.length > 0
          ? <Findings findings={header.findings} />
          : (
            <EmptyState title="Nothing stands out">
              <p>No error, failed call, long wait or damaged data was found in this session.</p>
            </EmptyState>
          )}
      </Section>
      <Timeline />
      {below && (
        <div class="page-columns">
          <Section title="Session">
            <SessionFacts header={header} />
          </Section>
          <Section title="Made from">
            <Provenance header={header} />
            <p class="note">
              <a href={href("about")}>Every file it was made from, and what makes up its size</a>
            </p>
          </Section>
        </div>
      )}
    </Page>
  );
}

/** Says that the report does not show all of the session, and what is missing. */
function ScopeNotice({ scope }: { scope: ScopeAccount }): VNode {
  const leftOut = leftOutText(scope.left_out);
  return (
    <p class="scope-notice">
      <strong>
        Shows <Text value={scopeText(scope)} />.
      </strong>{" "}
      {leftOut === "" ? "That is all of the session." : `Left out: ${leftOut}.`}
    </p>
  );
}

function Figures({ header }: { header: ReportHeader }): VNode {
  return (
    <ul class="figures" aria-label="Headline figures">
      {headlines(header).map(({ name, value, atLeast, of, note, tone, address }) => (
        <li key={name}>
          <a class="figure-box" href={hrefOf(address)}>
            <span class="figure-name">
              {tone && <ToneIcon tone={tone} size={12} />}
              {name}
            </span>
            <span class="figure-value">
              {atLeast && <small>at least</small>} {value} {of && <small>/ {of}</small>}
            </span>
            <span class="figure-note">
              <Text value={note} max={60} bare />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The first few findings, and the others when asked for. */
function Findings({ findings }: { findings: readonly Finding[] }): VNode {
  const [all, setAll] = useState(false);
  const shown = all ? findings : findings.slice(0, findingsShownMax);
  const hidden = findings.length - shown.length;
  return (
    <ul class="findings">
      {shown.map((finding, i) => <FindingLine key={i} finding={finding} />)}
      {hidden > 0 && (
        <li>
          <button type="button" class="finding-more" onClick={() => setAll(true)}>
            Show {humanCount(hidden)} more
          </button>
        </li>
      )}
    </ul>
  );
}

function FindingLine({ finding }: { finding: Finding }): VNode {
  const evidence = evidenceText(finding.evidence);
  return (
    <li>
      <a class="finding" href={hrefOf(evidenceAddress(finding))}>
        <ToneIcon tone={finding.severity} size={16} />
        <span class="finding-text">
          <span class="offscreen">{finding.severity}:</span>
          <strong>
            <Text value={finding.title} bare />
          </strong>
          <Text class="finding-detail" value={finding.detail} />
        </span>
        <span class="finding-place">
          {finding.time !== null && <Time value={finding.time} />}
          <span class="finding-evidence mono" title={plainText(evidence)}>
            <Text value={evidence} max={evidenceLengthMax} />
          </span>
        </span>
      </a>
    </li>
  );
}

function SessionFacts({ header }: { header: ReportHeader }): VNode {
  const { session, time_range } = header;
  return (
    <KeyValue
      items={[
        ["Session", <Mono text={session.id} />],
        ["Name", session.name !== session.title && session.name && <Text value={session.name} />],
        ["Title", session.title && <Text value={session.title} />],
        ["Purpose", session.purpose && <Text value={session.purpose} block />],
        ["Project", session.project_root && <Mono text={session.project_root} />],
        ["Created", session.created !== null && <Time value={session.created} mode="full" />],
        ["Last updated", session.updated !== null && <Time value={session.updated} mode="full" />],
        [
          "First record",
          time_range.start !== null && <Time value={time_range.start} mode="full" />,
        ],
        ["Last record", time_range.end !== null && <Time value={time_range.end} mode="full" />],
        [
          "Working on",
          typeof session.now?.task_id === "number" && (
            <a href={href("tasks", String(session.now.task_id))}>task {session.now.task_id}</a>
          ),
        ],
      ]}
    />
  );
}

function Mono({ text }: { text: string }): VNode {
  return <Text class="mono" value={text} />;
}
