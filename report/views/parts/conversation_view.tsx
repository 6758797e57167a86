/**
 * A conversation on screen: recorded text as text, tool calls and results as data.
 *
 * @module
 */

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Badge, JsonTree, LongText, Section, Text } from "../../components/mod.ts";
import type { Message, Part, Tool } from "./conversation.ts";

/** Messages shown at the end of a long conversation before the earlier ones are folded. */
export const messagesMax = 20;

const knownRoles = new Set(["system", "user", "assistant", "tool", "developer"]);

/** The messages, oldest first. */
export function Conversation({ messages }: { messages: readonly Message[] }): VNode {
  const [open, setOpen] = useState(false);
  if (messages.length === 0) {
    return <p class="muted">Neither a request nor a response was recorded.</p>;
  }
  const hidden = open ? 0 : Math.max(0, messages.length - messagesMax);
  return (
    <div class="conversation">
      {hidden > 0 && (
        <button type="button" class="fold" onClick={() => setOpen(true)}>
          Show {hidden} earlier messages
        </button>
      )}
      <ol>
        {messages.slice(hidden).map((message, index) => (
          <li key={hidden + index} class={`message message-${roleClass(message)}`}>
            <div class="message-role">
              <Text value={message.role} max={40} />
              {message.answer && <Badge tone="info">answer</Badge>}
            </div>
            <div class="message-parts">
              {message.parts.map((part, at) => <PartView key={at} part={part} />)}
              {message.parts.length === 0 && <span class="muted">(empty)</span>}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function roleClass(message: Message): string {
  if (message.answer) return "answer";
  return knownRoles.has(message.role) ? message.role : "other";
}

function PartView({ part }: { part: Part }): VNode {
  switch (part.kind) {
    case "text":
      return <LongText value={part.text} max={2400} />;
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
          <span class="mono">
            <Text value={part.name || "(no name)"} max={80} />
          </span>
          {part.id && (
            <span class="muted mono part-id">
              <Text value={part.id} max={60} />
            </span>
          )}
          <JsonTree value={part.input ?? null} label="Arguments" depth={2} />
        </div>
      );
    case "tool_result":
      return (
        <div class="message-block">
          <span class="part-label">result</span>
          {part.id && (
            <span class="muted mono part-id">
              <Text value={part.id} max={60} />
            </span>
          )}
          {part.failed && <Badge tone="error">failed</Badge>}
          {part.parts.map((inner, at) => (
            <div key={at}>
              <PartView part={inner} />
            </div>
          ))}
        </div>
      );
    case "other":
      return (
        <div class="message-block">
          <span class="part-label">
            <Text value={part.type} max={40} />
          </span>
          <JsonTree value={part.value} label="Content" depth={1} />
        </div>
      );
  }
}

/** The tools that a request offered. */
export function Tools({ tools }: { tools: readonly Tool[] }): VNode {
  return (
    <ul class="plain-list tools">
      {tools.map((tool, index) => (
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
    </ul>
  );
}
