/**
 * The figures at the top of a report: what happened, in twelve numbers. The app and the view that
 * needs no script show the same.
 *
 * @module
 */

import { humanCost, humanCount, humanDuration } from "../format/human.ts";
import { address } from "./address.ts";
import {
  callsNote,
  costIsPartial,
  costNote,
  errorsNote,
  tokenFigure,
  tokenNote,
  tracesNote,
} from "./figure_text.ts";
import type { ReportHeader } from "./header.ts";

/** One figure. */
export interface Headline {
  name: string;
  value: string;
  /** Whether there is more than what is known. */
  atLeast: boolean;
  /** What the value is out of; empty for nothing. */
  of: string;
  /** May hold recorded text. */
  note: string;
  tone: "error" | "warning" | null;
  /** Where its records are, inside the report. */
  address: string;
}

/** Every figure, in their order. */
export function headlines(header: ReportHeader): Headline[] {
  const { counts, levels, llm, locks, slowest, time_range: { start, end } } = header;
  const severe = levels.ERROR + levels.CRITICAL;
  const tokens = tokenFigure(llm);
  const cost = counts.llm_calls > 0 ? humanCost(llm.cost_usd) : "–";
  const at = (view: string, params = {}) => address(view, null, params);
  return [
    {
      ...figure(
        "Errors",
        counts.errors,
        // Where nothing was reported, the log tells what failed.
        counts.errors === 0 && severe > 0 ? at("logs", { level: "ERROR,CRITICAL" }) : at("errors"),
        errorsNote(header),
      ),
      tone: counts.errors + severe > 0 ? "error" : null,
    },
    figure("Warnings", levels.WARNING, at("logs", { level: "WARNING" }), "in the log", "warning"),
    {
      ...figure("Tasks done", counts.tasks_done, at("tasks"), taskNote(counts)),
      of: counts.tasks > 0 ? humanCount(counts.tasks) : "",
    },
    figure(
      "LLM calls",
      counts.llm_calls,
      at("llm"),
      callsNote(counts),
      counts.llm_failed > 0 && "warning",
    ),
    {
      ...figure("Tokens", tokens.text, at("llm"), tokenNote(llm)),
      atLeast: tokens.atLeast,
    },
    {
      ...figure("Cost", cost, at("llm"), costNote(llm, counts.llm_calls)),
      atLeast: costIsPartial(llm),
    },
    figure(
      "Traces",
      counts.traces,
      at("traces"),
      tracesNote(counts),
      counts.traces_failed > 0 && "warning",
    ),
    slowest
      ? figure(
        "Slowest trace",
        humanDuration(slowest.duration_ms),
        at("traces", { sort: "-duration" }),
        slowest.operation,
      )
      : figure("Slowest trace", "–", at("traces"), "no trace ended"),
    figure(
      "Lock waits",
      counts.lock_requests > 0 ? humanDuration(locks.wait_ms) : "–",
      at("locks", { sort: "-wait" }),
      counts.lock_requests === 0
        ? "no requests"
        : `longest ${humanDuration(locks.wait_max_ms)}, ${some(locks.timeouts, "gave up")}`,
      locks.timeouts > 0 && "warning",
    ),
    figure("State changes", counts.changes, at("changes"), "of state.json"),
    figure(
      "Log lines",
      counts.logs,
      at("logs"),
      start === null || end === null ? "no time known" : `in ${humanDuration(end - start)}`,
    ),
    figure(
      "Data problems",
      counts.problems,
      at("problems"),
      counts.problems > 0 ? "damaged or doubtful" : "all data sound",
      "warning",
    ),
  ];
}

/** @param tone Of a number above 0; of a text as it is. */
function figure(
  name: string,
  value: number | string,
  address: string,
  note: string,
  tone: Headline["tone"] | false = null,
): Headline {
  return {
    name,
    value: typeof value === "number" ? humanCount(value) : value,
    atLeast: false,
    of: "",
    note,
    tone: value === 0 || tone === false ? null : tone,
    address,
  };
}

function some(count: number, what: string): string {
  return `${count > 0 ? humanCount(count) : "none"} ${what}`;
}

function taskNote({ tasks, tasks_done }: ReportHeader["counts"]): string {
  if (tasks === 0) return "no plan";
  return tasks === tasks_done ? "all done" : `${humanCount(tasks - tasks_done)} open`;
}
