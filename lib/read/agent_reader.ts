/**
 * `logs/agent-transcript.jsonl`, in both shapes, to the agent's lines.
 *
 * @module
 */

import type { AgentTranscriptLine, ProblemSink } from "../format/mod.ts";
import {
  type JsonLineOptions,
  JsonLineReader,
  type LineMapper,
  type LinePlace,
} from "./json_lines.ts";
import { isObject, type JsonObject, withFurtherKeys } from "./json_value.ts";
import { describeValue } from "./preview.ts";

/**
 * Reads an agent's transcript from chunks of bytes: the writer's shape (`type`) and the analyzer's
 * (`event`). A line of neither kind is left out, with a problem.
 *
 * @param file The file's name for problems, relative to the session folder.
 */
export function createAgentReader(
  file: string,
  problem: ProblemSink,
  options: JsonLineOptions = {},
): JsonLineReader<AgentTranscriptLine> {
  return new JsonLineReader(file, agentMapper, problem, options);
}

const shellEvents = ["command", "bash_command", "bash_output"] as const;

const agentMapper: LineMapper<AgentTranscriptLine> = {
  object(value: JsonObject, place: LinePlace): AgentTranscriptLine | null {
    const line = readLine(value);
    if (line) return withFurtherKeys(line, value);
    const found = describeValue(value["type"] ?? value["event"]);
    place.lose(
      "wrong_shape",
      `type is ${found}, expected command, response, note, bash_command or bash_output: left out`,
    );
    return null;
  },
};

function readLine(value: JsonObject): AgentTranscriptLine | null {
  const timestamp = text(value["timestamp"]);
  const command = text(value["command"]);
  switch (value["type"]) {
    case "command":
      return { timestamp, type: "command", command, args: object(value["args"]) };
    case "response":
      return {
        timestamp,
        type: "response",
        command,
        success: value["success"] === undefined ? !value["error"] : Boolean(value["success"]),
      };
    case "note":
      return { timestamp, type: "note", message: text(value["message"]) };
  }
  const event = shellEvents.find((name) => name === value["event"]);
  return event ? { event } : null;
}

function text(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === undefined || value === null
    ? ""
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
}

function object(value: unknown): JsonObject {
  if (isObject(value)) return value;
  return value === undefined || value === null ? {} : { value };
}
