/**
 * What an agent left for whoever goes on: next steps, notes, a summary, feedback.
 *
 * @module
 */

import type { VNode } from "preact";
import type { Feedback, SessionState } from "../../../lib/format/mod.ts";
import { parseTime } from "../../../lib/format/mod.ts";
import {
  Count,
  EmptyState,
  JsonTree,
  KeyValue,
  LongText,
  Page,
  Section,
  Text,
  Time,
  usePortion,
} from "../../components/mod.ts";

/** Next steps, context notes, the final summary, the agent's feedback, and the state as it is. */
export function Notes(
  { state, feedback }: { state: SessionState; feedback: Feedback | null },
): VNode {
  const { next_steps, context_notes, final_summary } = state;
  const empty = !final_summary && !feedback && next_steps.length + context_notes.length === 0;
  return (
    <Page>
      {empty && (
        <EmptyState
          title="No notes were left"
          code={`await session.updateState((state) => {\n  state.next_steps.push("…");\n  state.context_notes.push("…");\n});`}
        >
          <p>Agents leave next steps and context here for whoever goes on.</p>
        </EmptyState>
      )}
      {final_summary && (
        <Section title="Final summary">
          <LongText value={final_summary} />
        </Section>
      )}
      <Lines title="Next steps" lines={next_steps} ordered />
      <Lines title="Context notes" lines={context_notes} />
      {feedback && (
        <Section title="Feedback">
          <LongText value={feedback.message} />
          <KeyValue
            items={[
              ["From", feedback.agent && <Text value={feedback.agent} />],
              ["Rating", feedback.rating === null ? null : `${feedback.rating} of 5`],
              ["Tasks completed", <Count value={feedback.tasks_completed} />],
              ["When", <Time value={parseTime(feedback.timestamp)} mode="full" />],
            ]}
          />
        </Section>
      )}
      <Section title="Whole state" open={false}>
        <JsonTree value={state} label="State" />
      </Section>
    </Page>
  );
}

/** Lines of a list shown at first. */
const linesMax = 20;

function Lines(
  { title, lines, ordered }: { title: string; lines: readonly string[]; ordered?: boolean },
): VNode | null {
  const { shown, more } = usePortion(lines.length, linesMax, title.toLowerCase(), 2);
  if (lines.length === 0) return null;
  const items = lines.slice(0, shown).map((line, index) => (
    <li key={index}>
      <LongText value={line} />
    </li>
  ));
  return (
    <Section title={title} count={lines.length}>
      {ordered ? <ol class="lines">{items}</ol> : <ul class="lines">{items}</ul>}
      {more}
    </Section>
  );
}
