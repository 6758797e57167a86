/**
 * How something went: by colour, by shape and by word, so that no one of them is needed.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import type { Level } from "../../lib/format/mod.ts";
import { type IconName, iconStyle } from "./icon.tsx";
import { Text } from "./text.tsx";

/** The meanings that a colour has. */
export type Tone = "ok" | "error" | "warning" | "info" | "running" | "neutral";

const toneIcons: Record<Tone, IconName> = {
  ok: "ok",
  error: "errors",
  warning: "problems",
  info: "info",
  running: "running",
  neutral: "neutral",
};

const toneWords: Record<Tone, readonly string[]> = {
  ok: ["success", "ok", "done", "released", "completed", "pass", "passed"],
  error: ["error", "failed", "failure", "broken", "critical", "fail", "blocker"],
  warning: ["warning", "blocked", "timeout", "aborted", "attention", "held", "retried"],
  info: ["info"],
  running: [
    "running",
    "in_progress",
    "waiting",
    "started",
    "working",
    "never ended",
    "still running",
  ],
  neutral: [],
};

/** The tone of a recorded status word in any case; `neutral` for an unknown one. */
export function toneOf(word: string): Tone {
  const wanted = word.toLowerCase();
  for (const tone of Object.keys(toneWords) as Tone[]) {
    if (toneWords[tone].includes(wanted)) return tone;
  }
  return "neutral";
}

/** The word for how something ended: in a report nothing runs, so what still ran never ended. */
export function endWord(word: string): string {
  return word === "running" ? "never ended" : word;
}

/** Properties of {@linkcode Status}. */
export interface StatusProps {
  /** The word to show. */
  word: string;
  /** Default: what {@linkcode toneOf} says of the word. */
  tone?: Tone;
}

/** Shape, colour and word. */
export function Status({ word, tone = toneOf(word) }: StatusProps): VNode {
  return <span class={statusLook(tone)} style={toneStyle(tone)}>{statusWord(word)}</span>;
}

/** The classes of an element that is a status. */
export function statusLook(tone: Tone): string {
  return `status icon-before tone-${tone}`;
}

/** The style of an element with a tone's shape before what it holds. */
export function toneStyle(tone: Tone, size = 14): string {
  return iconStyle(toneIcons[tone], size);
}

/** What an element that is a status holds. */
export function statusWord(word: string): VNode {
  return <Text value={word.replaceAll("_", " ")} max={60} bare />;
}

/** The shape alone, where the word stands beside it anyway. */
export function ToneIcon({ tone, size = 14 }: { tone: Tone; size?: number }): VNode {
  return <span class={`tone-icon icon-before tone-${tone}`} style={toneStyle(tone, size)} />;
}

/** A small label with a tone, for counts and kinds. */
export function Badge(
  { tone = "neutral", title, children }: {
    tone?: Tone;
    title?: string;
    children: ComponentChildren;
  },
): VNode {
  return <span class={`badge tone-${tone}`} title={title}>{children}</span>;
}

const levelTones: Record<Level, Tone> = {
  DEBUG: "neutral",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "error",
};

/** The tone of a log level. */
export function levelTone(level: Level): Tone {
  return levelTones[level];
}

/** A log level: the word, and a bar whose height grows with how severe it is. */
export function LevelMark({ level }: { level: Level }): VNode {
  return <span class={levelLook(level)}>{level}</span>;
}

/** The classes of an element that is a level's mark. */
export function levelLook(level: Level): string {
  return `level level-${level.toLowerCase()}`;
}
