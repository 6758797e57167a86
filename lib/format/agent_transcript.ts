/**
 * `logs/agent-transcript.jsonl`: what an agent asked of planloop, in the two shapes that exist.
 *
 * @module
 */

/** The events of the analyzer's shape. */
export const agentShellEvents = ["command", "bash_command", "bash_output"] as const;

/** An agent called a command. */
export interface AgentCommand {
  /** When. */
  timestamp: string;
  /** Marks the line. */
  type: "command";
  /** The command's name, such as `status`. */
  command: string;
  /** Its arguments, by name. */
  args: Record<string, unknown>;
  /** Who called; null or absent where the agent is unnamed. */
  agent?: string | null;
}

/** The command's outcome. */
export interface AgentResponse {
  /** When. */
  timestamp: string;
  /** Marks the line. */
  type: "response";
  /** The command's name, such as `status`. */
  command: string;
  /** Whether it succeeded. */
  success: boolean;
  /** What it answered; null or absent without an answer. */
  data?: Record<string, unknown> | null;
  /** Why it failed; null or absent where it did not. */
  error?: string | null;
}

/** A remark. */
export interface AgentNote {
  /** When. */
  timestamp: string;
  /** Marks the line. */
  type: "note";
  /** The remark. */
  message: string;
  /** Who remarked; null or absent where the agent is unnamed. */
  agent?: string | null;
  /** Further values; null without any. */
  metadata?: Record<string, unknown> | null;
}

/** The analyzer's shape: a command typed into a shell, or the shell's output. */
export interface AgentShellEvent {
  /** What happened. */
  event: typeof agentShellEvents[number];
  /** When; absent where unknown. */
  timestamp?: string;
  /** The session's id; absent where unknown. */
  session_id?: string;
  /** The command line; absent on output. */
  command?: string;
  /** The command's number; on its output too. */
  cmd_number?: number;
  /** What the shell printed. */
  output?: string;
  /** Why it failed; null or absent where it did not. */
  error?: string | null;
  /** Terminals open at that moment. */
  pty_count?: number | null;
}

/** One line of `logs/agent-transcript.jsonl`. */
export type AgentTranscriptLine = AgentCommand | AgentResponse | AgentNote | AgentShellEvent;
