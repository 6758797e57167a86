/**
 * Plan: `PLAN.md`, laid out.
 *
 * @module
 */

import type { VNode } from "preact";
import type { PlanDocument } from "../../lib/format/mod.ts";
import {
  Await,
  Code,
  CopyButton,
  EmptyState,
  KeyValue,
  Page,
  Section,
  Text,
} from "../components/mod.ts";
import { useSection } from "../data/context.ts";
import { Offered } from "../state/commands.ts";
import { Markdown } from "./parts/markdown.tsx";
import { currentTab, Tabs } from "./parts/tabs.tsx";
import { hasContent, inlineText } from "./parts/value.ts";

const tabs = [{ id: "plan", title: "Plan" }, { id: "source", title: "Markdown" }];

/** The view of the plan. */
export function PlanView(): VNode {
  const section = useSection("session");
  return (
    <Await of={section}>
      {({ plan }) => plan && (plan.body || plan.front_matter) ? <Plan plan={plan} /> : <NoPlan />}
    </Await>
  );
}

function NoPlan(): VNode {
  return (
    <EmptyState
      title="This session has no plan"
      code={`await session.updateState((state) => {\n  state.title = "Fix the checkout";\n});`}
    >
      <p>
        <code>PLAN.md</code> is written beside <code>state.json</code>{" "}
        at every update of the session. It is missing here, or could not be read: see Data problems.
      </p>
    </EmptyState>
  );
}

function Plan({ plan }: { plan: PlanDocument }): VNode {
  const source = currentTab(tabs) === "source";
  return (
    <div class="view-stack">
      <div class="tab-row">
        <Tabs tabs={tabs} label="How the plan is shown" />
        <Offered.Provider value>
          <CopyButton label="Copy Markdown" words text={() => plan.body} />
        </Offered.Provider>
      </div>
      <Page>
        <FrontMatter plan={plan} />
        {source
          ? <Code text={plan.body} label="Markdown" wrap />
          : <Markdown text={plan.body} headingLevel={3} />}
      </Page>
    </div>
  );
}

function FrontMatter({ plan }: { plan: PlanDocument }): VNode | null {
  if (!hasContent(plan.front_matter)) return null;
  const facts = Object.entries(plan.front_matter ?? {}).filter(([, value]) => hasContent(value));
  return (
    <Section title="Front matter" count={facts.length} open={false}>
      <KeyValue
        items={facts.map(([name, value]) => [
          name.replaceAll("_", " "),
          (
            <Text value={flatText(value)} max={400} />
          ),
        ])}
      />
    </Section>
  );
}

function flatText(value: unknown): string {
  if (Array.isArray(value)) return value.map(inlineText).join(", ");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).filter(([, inner]) => inner !== null)
      .map(([name, inner]) => `${name} ${inlineText(inner)}`).join(", ");
  }
  return inlineText(value);
}
