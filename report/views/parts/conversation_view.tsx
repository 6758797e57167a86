/**
 * A conversation on screen: recorded text as text, tool calls and results as data.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { humanCount } from "../../../lib/format/human.ts";
import {
  Badge,
  Icon,
  JsonTree,
  LongText,
  Section,
  Text,
  usePortion,
  useRoom,
} from "../../components/mod.ts";
import { printing } from "../../state/printing.ts";
import type { ConversationDiff } from "./call_diff.ts";
import {
  argumentLines,
  joinTools,
  type Message,
  type Part,
  type Tool,
  toolNames,
} from "./conversation.ts";

/** Messages shown at the end of a run before its earlier ones are folded; ten times as many a click. */
export const messagesMax = 20;

/** Elements of a message, of its texts, and of its other parts, about. */
const messageElements = 4;
const textElements = 2;
const blockElements = 24;

/** Elements of the newest messages that are shown whether or not there is room. */
const newestElements = 100;

/** Parts of one message, and tools, shown at first. */
const partsMax = 5;
const toolsMax = 12;

/** Longest system text that is shown whole, in UTF-16 units: it says the same in every call. */
const systemLengthMax = 320;

const knownRoles = new Set(["system", "user", "assistant", "tool", "developer"]);

/** The messages, oldest first; those that the previous call had too are folded. */
export function Conversation({ diff, previous }: {
  diff: ConversationDiff;
  /** The call that it is compared with, such as `call 3`; null where there is none. */
  previous: string | null;
}): VNode {
  const { runs, dropped } = diff;
  if (runs.length === 0) {
    return <p class="muted">Neither a request nor a response was recorded.</p>;
  }
  const names = toolNames([...dropped, ...runs.flatMap((run) => run.messages)]);
  return (
    <div class="conversation">
      {dropped.length > 0 && (
        <Fold words={`${counted(dropped.length)} of ${previous} not repeated`}>
          <Messages messages={dropped} from={0} names={names} />
        </Fold>
      )}
      {runs.map((run) =>
        run.same
          ? (
            <Fold key={run.from} words={`${counted(run.messages.length)} as in ${previous}`}>
              <Messages {...run} names={names} />
            </Fold>
          )
          : <Messages key={run.from} {...run} names={names} />
      )}
    </div>
  );
}

const counted = (count: number) => `${count} ${count === 1 ? "message" : "messages"}`;

/** Messages that are made when they are asked for. */
function Fold({ words, children }: { words: string; children: VNode }): VNode {
  const [open, setOpen] = useState(false);
  return (
    <div class="message-fold">
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "chevron"} size={12} /> {words}
      </button>
      {open && children}
    </div>
  );
}

function Messages({ messages, from, names }: {
  messages: readonly Message[];
  from: number;
  names: ReadonlyMap<string, string>;
}): VNode {
  const joined = useMemo(() => joinTools(messages, names), [messages, names]);
  const take = useRoom();
  const first = useMemo(() => newest(joined, take), [joined]);
  const [added, setAdded] = useState(0);
  const shown = printing.value ? Infinity : first + added;
  const hidden = Math.max(0, joined.length - shown);
  const next = Math.min(hidden, 10 * messagesMax);
  return (
    <>
      {hidden > 0 && (
        <button type="button" class="fold" onClick={() => setAdded(added + next)}>
          Show {humanCount(next)} {next < hidden && `of ${humanCount(hidden)} `}earlier messages
        </button>
      )}
      <ol>
        {joined.slice(hidden).map((message, index) => (
          <li key={from + hidden + index} class={`message message-${roleClass(message)}`}>
            <div class="message-role">
              <Text value={message.role} max={40} />
              {message.answer && <Badge tone="info">answer</Badge>}
            </div>
            <div class="message-parts">
              <Parts parts={message.parts} textMax={textMax(message.role)} />
              {message.parts.length === 0 && <span class="muted">(empty)</span>}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** How many of the newest messages are shown at first; the last one always. */
function newest(messages: readonly Message[], take: ReturnType<typeof useRoom>): number {
  let count = 0;
  let drawn = 0;
  for (let at = messages.length - 1; at >= 0 && count < messagesMax; at--) {
    const elements = messages[at]!.parts.slice(0, partsMax).reduce(
      (sum, part) => sum + (part.kind === "text" ? textElements : blockElements),
      messageElements,
    );
    drawn += elements;
    if (take(1, elements, drawn <= newestElements) === 0 && count > 0) break;
    count++;
  }
  return count;
}

function Parts(
  { parts, textMax }: { parts: readonly Part[]; textMax?: number | undefined },
): VNode {
  const { shown, more } = usePortion(parts.length, partsMax, "parts", 0);
  return (
    <>
      {parts.slice(0, shown).map((part, at) => <PartView key={at} part={part} textMax={textMax} />)}
      {more}
    </>
  );
}

function textMax(role: string): number {
  return role === "system" || role === "developer" ? systemLengthMax : 2400;
}

function roleClass(message: Message): string {
  if (message.answer) return "answer";
  return knownRoles.has(message.role) ? message.role : "other";
}

function PartView({ part, textMax = 2400 }: { part: Part; textMax?: number | undefined }): VNode {
  switch (part.kind) {
    case "text":
      return <LongText value={part.text} max={textMax} />;
    case "thinking":
      return (
        <div class="message-thinking">
          <span class="part-label">thinking</span>
          <LongText value={part.text} max={1200} />
        </div>
      );
    case "tool_call":
      return (
        <div class="message-block">
          <span class="part-label">calls</span>{" "}
          <Text class="mono" value={part.name || "(no name)"} max={80} />
          {part.id && <Text class="muted mono part-id" value={part.id} max={60} />}
          <Arguments value={part.input ?? null} />
          {part.result && <PartView part={part.result} />}
        </div>
      );
    case "tool_result":
      return (
        <div class="message-block">
          <span class="part-label">result</span>
          {part.name && (
            <>
              {" "}
              <span class="part-label">of</span> <Text class="mono" value={part.name} max={80} />
            </>
          )}
          {part.id && part.name !== undefined && (
            <Text class="muted mono part-id" value={part.id} max={60} />
          )}
          {part.failed && <Badge tone="error">failed</Badge>}
          <Parts parts={part.parts} />
        </div>
      );
    case "other":
      return (
        <div class="message-block">
          <Text class="part-label" value={part.type} max={40} />
          <JsonTree value={part.value} label="Content" depth={1} />
        </div>
      );
  }
}

/** What a tool was called with: as lines where all of it is short and flat, else as a tree. */
function Arguments({ value }: { value: unknown }): VNode {
  const lines = argumentLines(value);
  return lines
    ? <Text class="json" value={lines} block />
    : <JsonTree value={value} label="Arguments" depth={2} />;
}

/** The tools that a request offered. */
export function Tools({ tools }: { tools: readonly Tool[] }): VNode {
  const { shown, more } = usePortion(tools.length, toolsMax, "tools");
  return (
    <ul class="plain-list tools">
      {tools.slice(0, shown).map((tool, index) => (
        <li key={index}>
          <div class="mono">
            <Text value={tool.name} max={80} />
          </div>
          {tool.description && <LongText value={tool.description} max={400} />}
          {tool.schema !== null && (
            <Section title="Arguments it takes" open={false}>
              <JsonTree value={tool.schema} label="Schema" depth={2} />
            </Section>
          )}
        </li>
      ))}
      {more && <li>{more}</li>}
    </ul>
  );
}
