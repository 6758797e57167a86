/**
 * A trace with all that carries its id, on a terminal.
 *
 * @module
 */

import { humanCost, humanDuration } from "../../lib/format/mod.ts";
import type { TraceDetail } from "../../lib/query/mod.ts";
import type { Output } from "../io.ts";
import { printError } from "./error_view.ts";
import { printSpans } from "./span_table.ts";
import { clock, moment, printFacts, printSection } from "./text_view.ts";

/** Longest value of a state change that is shown, in characters. */
const valueLengthMax = 60;

/** Prints everything, what went wrong first. */
export function printTraceDetail(output: Output, detail: TraceDetail): void {
  printFacts(output, [
    ["Trace", detail.trace_id],
    ["Session", detail.session_id],
    ["Operation", detail.operation],
    ["Command", detail.command.join(" ")],
    ["Started", `${moment(detail.started_at)} UTC`],
    ["Took", tookText(detail)],
    ["Status", statusText(detail)],
    ["Inside", detail.parent_trace_id ?? ""],
    ["Began", detail.inner_trace_ids.join(", ")],
  ]);
  for (const error of detail.errors) {
    output.write("\n");
    printError(output, error);
  }
  printSpans(output, detail.spans);
  printCalls(output, detail);
  printChanges(output, detail);
  printLocks(output, detail);
  printLines(output, detail);
}

function tookText({ duration_ms, last_at, status }: TraceDetail): string {
  if (duration_ms !== null) return humanDuration(duration_ms);
  return status === "running" ? `never ended, last seen ${moment(last_at)} UTC` : "";
}

function statusText({ status, failed }: TraceDetail): string {
  const own = status ?? "no trace file";
  return failed && status !== "error" ? `${own}, but something in it failed` : own;
}

function printCalls(output: Output, { llm, left_out }: TraceDetail): void {
  printSection(
    output,
    "Model calls",
    [
      { title: "AT" },
      { title: "DURATION", align: "right" },
      { title: "IN", align: "right" },
      { title: "OUT", align: "right" },
      { title: "COST", align: "right" },
      { title: "MODEL", widthMin: 12 },
      { title: "OUTCOME", widthMin: 12 },
    ],
    llm.map((call) => [
      clock(call.timestamp),
      humanDuration(call.duration_ms),
      String(call.response?.usage?.input_tokens ?? "–"),
      String(call.response?.usage?.output_tokens ?? "–"),
      humanCost(call.cost_usd),
      call.model,
      call.error
        ? `${call.error.type}: ${call.error.message}`
        : call.status ?? call.response?.stop_reason ?? "",
    ]),
    { total: llm.length + left_out.llm, shown: "last" },
  );
}

function printChanges(output: Output, { diffs }: TraceDetail): void {
  printSection(
    output,
    "State changes",
    [
      { title: "AT" },
      { title: "PATH", widthMin: 12 },
      { title: "BEFORE", widthMin: 10 },
      { title: "AFTER", widthMin: 10 },
    ],
    diffs.flatMap((diff) =>
      Object.entries(diff.changes).map(([path, change]) => [
        clock(diff.timestamp),
        path,
        valueText(change.old),
        valueText(change.new),
      ])
    ),
    { shown: "last" },
  );
}

/** A value in a cell; `–` where the path was not there. */
function valueText(value: unknown): string {
  if (value === undefined) return "–";
  const text = JSON.stringify(value);
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax - 1)}…` : text;
}

function printLocks(output: Output, { locks, left_out }: TraceDetail): void {
  printSection(
    output,
    "Lock requests",
    [
      { title: "AT" },
      { title: "OPERATION", widthMin: 8 },
      { title: "WAIT", align: "right" },
      { title: "HOLD", align: "right" },
      { title: "OUTCOME" },
      { title: "WAITED FOR", widthMin: 8 },
    ],
    locks.map((lock) => [
      clock(lock.requested_at),
      lock.operation,
      humanDuration(lock.wait_ms),
      humanDuration(lock.hold_ms),
      lock.outcome,
      lock.holder ?? "–",
    ]),
    { total: locks.length + left_out.locks, shown: "last" },
  );
}

function printLines(output: Output, { logs, left_out }: TraceDetail): void {
  printSection(
    output,
    "Log lines",
    [
      { title: "AT" },
      { title: "LEVEL" },
      { title: "OPERATION", widthMin: 8 },
      { title: "MESSAGE", widthMin: 20 },
    ],
    logs.map((line) => [
      clock(line.timestamp),
      line.level,
      line.operation,
      line.message || line.event || "",
    ]),
    { total: logs.length + left_out.logs, shown: "last" },
  );
}
