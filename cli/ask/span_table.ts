/**
 * A trace's spans on a terminal.
 *
 * @module
 */

import { humanDuration } from "../../lib/format/mod.ts";
import type { SpanJson } from "../../lib/query/mod.ts";
import type { Output } from "../io.ts";
import { printSection } from "./text_view.ts";

/** Prints the spans, those inside others moved in. `*` marks what the trace's end waited for. */
export function printSpans(output: Output, spans: readonly SpanJson[]): void {
  printSection(
    output,
    "Spans",
    [
      { title: "AT", align: "right" },
      { title: "DURATION", align: "right" },
      { title: "OWN", align: "right" },
      { title: "SHARE", align: "right" },
      { title: "" },
      { title: "SPAN", widthMin: 20 },
    ],
    spans.map((span) => [
      humanDuration(span.start_ms),
      span.duration_ms === null ? "open" : humanDuration(span.duration_ms),
      humanDuration(span.self_ms),
      `${Math.round(span.share * 100)}%`,
      span.critical ? "*" : "",
      `${"  ".repeat(Math.min(span.depth, 20))}${span.name}${outcomeOf(span)}`,
    ]),
    { shown: "first" },
  );
}

function outcomeOf({ status, error }: SpanJson): string {
  if (status === "running") return "  (never ended)";
  if (status !== "error") return "";
  return error ? `  failed: ${error.type}: ${error.message}` : "  failed";
}
