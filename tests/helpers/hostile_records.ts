/**
 * The records of a hostile session, by file. File names attack as well, as far as a file system
 * lets them.
 *
 * @module
 */

import { addresses, type HostileText } from "./hostile_session.ts";

/** Ids that must not become paths, or keys of an object that has others. */
const ids = ["../../evil", "a/b\\c", "__proto__", "constructor", "<img src=x onerror=1>"];

const at = (second: number) => `2025-11-18T08:14:${String(second).padStart(2, "0")}.000Z`;
const json = (value: unknown) => `${JSON.stringify(value)}\n`;

/** A file's name that would break out of markup, a link or a command. */
const evilName = (start: string, end: string) =>
  `${start}<img src=x onerror='__pwned=1'>"\`$(x)${end}`;

/** Every file of the session. */
export function hostileRecords(text: HostileText, session: string): Record<string, string> {
  return {
    "state.json": state(text, session),
    "PLAN.md": plan(text, session),
    "feedback.json": json({
      timestamp: at(50),
      agent: text.text("feedback.agent"),
      session_id: session,
      message: text.text("feedback.message"),
      rating: 5,
      tasks_completed: 1e15,
    }),
    "logs/planloop.jsonl": log(text) + lockEvents(text),
    "logs/planloop.log": `2025-11-18 08:14:17,100 [INFO] ${
      text.text("text_log").replaceAll("\n", " ")
    }\n2025-11-18 08:14:17,200 [ERROR] <script>globalThis.__pwned=1</script>\n`,
    "logs/performance.jsonl": metrics(text),
    "logs/agent-transcript.jsonl": agentTranscript(text),
    ...traces(text),
    ...calls(text),
    ...errors(text),
    ...changes(text),
    // Damaged on purpose: what is shown of it is hostile, too.
    [evilName("logs/traces/tr_damaged_", ".json")]: `{"trace_id": "<script>__pwned=1</script>`,
  };
}

function state(text: HostileText, session: string): string {
  return json({
    schema_version: 1,
    version: 3,
    session,
    name: text.text("state.name"),
    title: text.text("state.title"),
    purpose: text.text("state.purpose"),
    created_at: "2025-11-18T08:14:00.000000",
    last_updated_at: "2025-11-18T08:15:00.000000",
    project_root: text.text("state.project_root"),
    branch: text.text("state.branch"),
    prompts: { set: text.text("state.prompts.set"), goal_version: null, handshake_version: null },
    environment: { os: text.text("state.environment.os"), python: null, xcode: null, node: null },
    tags: [text.text("state.tags")],
    tasks: [
      { ...task(1), title: text.text("task.title"), commit_sha: text.text("task.commit_sha") },
      { ...task(2), title: "needs another", depends_on: [1, 3, 9007199254740991] },
      { ...task(9007199254740991), title: "A number as large as numbers go" },
    ],
    signals: addresses.map((link, at) => ({
      id: at < ids.length ? ids[at] : `signal-${at}`,
      type: "other",
      kind: at === 0 ? text.text("signal.kind") : "build",
      level: "high",
      open: at % 2 === 0,
      title: at === 0 ? text.text("signal.title") : `Signal ${at}`,
      message: at === 0 ? text.long("signal.message") : "See the link",
      link,
      extra: at === 0 ? text.object("signal.extra") : {},
      attempts: 1,
    })),
    next_steps: [text.text("state.next_steps")],
    context_notes: [text.text("state.context_notes")],
    artifacts: addresses.map((path, at) => ({
      type: at % 2 === 0 ? "url" : "file",
      path,
      summary: at === 0 ? text.text("artifact.summary") : `Artifact ${at}`,
      commit_sha: at === 0 ? text.text("artifact.commit_sha") : null,
      metadata: at === 0 ? text.object("artifact.metadata") : {},
    })),
    now: { reason: "idle", task_id: null, signal_id: null },
    done: false,
    final_summary: text.text("state.final_summary"),
  });
}

const task = (id: number) => ({
  id,
  title: "",
  type: "fix",
  status: "TODO",
  depends_on: [] as number[],
  commit_sha: null as string | null,
  last_updated_at: null,
});

function plan(text: HostileText, session: string): string {
  return `---\nsession: ${session}\ntitle: "${
    text.mark("plan.title")
  } <script>__pwned=1</script>"\n` +
    `tags: ["<img src=x onerror=__pwned=1>"]\n---\n\n# ${text.text("plan.heading")}\n\n` +
    `${text.long("plan.text")}\n\n` +
    "<details open ontoggle=globalThis.__pwned=1>\n<summary>raw</summary>\n</details>\n\n" +
    `<script>\nglobalThis.__pwned=1\n</script>\n\n` +
    `| a | b |\n| - | - |\n| ${text.mark("plan.cell")} | <img src=x onerror=__pwned=1> |\n\n` +
    addresses.map((address, at) => `- [link ${at}](<${address.replaceAll("\n", "")}>)\n`).join("") +
    "\n[ref]: javascript:globalThis.__pwned=1\n\nsee [ref] and ![ref]\n\n" +
    "```html\n<script>globalThis.__pwned=1</script>\n```\n";
}

function log(text: HostileText): string {
  const lines = [
    {
      timestamp: at(17),
      level: "INFO",
      trace_id: "tr_hostile",
      session_id: text.mark("log.session_id"),
      operation: text.text("log.operation"),
      message: text.long("log.message"),
      context: text.object("log.context"),
      duration_ms: 1e308,
      span_id: text.text("log.span_id"),
      event: text.text("log.event"),
      [text.text("log.extra.key")]: text.text("log.extra"),
    },
    ...ids.map((trace_id, i) => ({
      timestamp: at(18 + i),
      level: text.mark(`log.level ${trace_id.slice(0, 4)}`),
      trace_id,
      operation: ["__proto__", "toString", "hasOwnProperty", "", "constructor"][i],
      message: `Id ${i}`,
      duration_ms: -1e308,
      context: {},
    })),
    {
      timestamp: at(24),
      level: "WARNING",
      event: "validation_failed",
      target: text.text("validation.target"),
      operation: "check",
      message: text.text("validation.log"),
      issues: [{
        path: text.text("validation.path"),
        expected: text.text("validation.expected"),
        found: text.text("validation.found"),
        message: text.text("validation.message"),
      }],
    },
    { timestamp: "275760-09-13T00:00:00Z", message: "The last moment that there is" },
    { timestamp: "-271821-04-20T00:00:00Z", message: "The first moment that there is" },
  ];
  return lines.map(json).join("") +
    // Numbers that are none after reading, and keys that occur twice.
    '{"timestamp":"2025-11-18T08:14:25Z","message":"huge","duration_ms":1e999,"context":{"n":1e999,' +
    '"big":123456789012345678901234567890,"a":1,"a":2}}\n' +
    `"${text.mark("log.no_object")} <script>globalThis.__pwned=1</script>"\n` +
    `{"timestamp":"2025-11-18T08:14:26Z","message":"${text.mark("log.torn")} <script>__pwn\n` +
    '{"timestamp":"2025-11-18T08:14:27Z","message":"raw \\ud800 lone","context":{"k\\udc00":"\\ud83d"}}\n';
}

function lockEvents(text: HostileText): string {
  const holder = text.text("lock.agent");
  const event = (name: string, second: number, id: string, more: object) =>
    json({
      timestamp: at(second),
      level: "INFO",
      trace_id: "tr_hostile",
      operation: "update",
      message: name,
      event: name,
      lock_entry_id: id,
      agent: holder,
      ...more,
    });
  const first = `${ids[0]}/<script>__pwned=1</script>`;
  return event("lock_requested", 30, first, { operation: text.text("lock.operation") }) +
    event("lock_acquired", 31, first, { wait_ms: 1e300 }) +
    event("lock_released", 32, first, { hold_ms: -5 }) +
    event("lock_requested", 33, "__proto__", { agent: text.text("lock.waiter") }) +
    event("lock_timeout", 34, "__proto__", { wait_ms: 1000, holder: text.text("lock.holder") }) +
    event("lock_requested", 35, "constructor", {}) +
    event("lock_acquired", 36, "constructor", { wait_ms: 1000 });
}

function metrics(text: HostileText): string {
  const names = [text.text("metric.name"), "__proto__", "constructor", "memory.rss_mb"];
  return names.map((metric, i) =>
    json({ timestamp: at(10), metric, value: [1, 2, 1e308, -1e308][i], tags: { a: i } }) +
    json({
      timestamp: at(20),
      metric,
      value: 5e-324,
      tags: i === 0 ? text.object("metric.tags") : {},
      trace_id: ids[i],
    })
  ).join("");
}

function agentTranscript(text: HostileText): string {
  return json({
    timestamp: at(40),
    type: "command",
    command: text.text("agent.command"),
    args: text.object("agent.args"),
    agent: text.text("agent.agent"),
  }) +
    json({
      timestamp: at(41),
      type: "response",
      command: "status",
      success: false,
      data: text.object("agent.data"),
      error: text.text("agent.error"),
    }) +
    json({
      timestamp: at(42),
      type: "note",
      message: text.text("agent.note"),
      metadata: text.object("agent.metadata"),
    }) +
    json({
      event: "bash_command",
      timestamp: at(43),
      command: text.text("agent.shell"),
      cmd_number: 1,
    }) +
    json({ event: "bash_output", timestamp: at(44), output: text.long("agent.output") });
}

function traces(text: HostileText): Record<string, string> {
  const span = (id: string, parent: string | null, more: object) => ({
    name: "step",
    duration_ms: 1000,
    metadata: {},
    span_id: id,
    parent,
    start_time: at(17),
    end_time: at(18),
    status: "success",
    error: null,
    ...more,
  });
  const trace = (trace_id: string, spans: object[], more: object = {}) =>
    json({
      trace_id,
      command: ["planloop", "update"],
      operation: "update",
      started_at: at(17),
      completed_at: at(20),
      timestamp: at(20),
      duration_ms: 3000,
      status: "error",
      spans,
      total_duration_ms: 3000,
      ...more,
    });
  const main = [
    span("__proto__", null, {
      name: text.text("span.name"),
      metadata: text.object("span.metadata"),
    }),
    span("constructor", "__proto__", {
      status: "error",
      error: { type: text.text("span.error.type"), message: text.long("span.error.message") },
      events: [{
        name: text.text("span.event"),
        timestamp: at(17),
        metadata: text.object("span.event.metadata"),
      }],
      variables: text.object("span.variables"),
    }),
    span("../../evil", "constructor", { name: "toString", duration_ms: 1e308 }),
    span("loop-a", "loop-b", { name: "in a circle" }),
    span("loop-b", "loop-a", { name: "in a circle" }),
    span("orphan", "<script>__pwned=1</script>", { name: "without its parent" }),
    span("open", null, {
      end_time: null,
      duration_ms: null,
      status: "running",
      name: "never ended",
    }),
  ];
  return {
    "logs/traces/tr_hostile.json": trace("tr_hostile", main, {
      command: ["planloop", text.text("trace.command")],
      operation: text.text("trace.operation"),
      error: { type: text.text("trace.error.type"), message: text.text("trace.error.message") },
      parent_trace_id: "../../evil",
      pid: 1e15,
      [text.text("trace.extra.key")]: text.text("trace.extra"),
    }),
    "logs/traces/001_slash.json": trace("../../evil", [span("s", null, {})], { operation: "" }),
    "logs/traces/002_slash.json": trace("a/b\\c", [span("s", null, {})]),
    "logs/traces/003_proto.json": trace("__proto__", [span("s", null, {})]),
    "logs/traces/004_markup.json": trace("<img src=x onerror=1>", [span("s", null, {})]),
    [evilName("logs/traces/tr_name_", ".json")]: trace("", [span("s", null, {})]),
    "logs/traces/tr_journal.journal.jsonl": json({
      kind: "trace_start",
      trace_id: "tr_journal",
      timestamp: at(17),
      operation: text.text("journal.operation"),
      command: ["x"],
    }) +
      json({
        kind: "span_start",
        span_id: "__proto__",
        parent: null,
        name: text.text("journal.span"),
        timestamp: at(18),
        metadata: text.object("journal.metadata"),
      }),
  };
}

function calls(text: HostileText): Record<string, string> {
  const call = (more: object) =>
    json({
      trace_id: "tr_hostile",
      timestamp: at(18),
      operation: "suggest",
      provider: "anthropic",
      model: "claude",
      request: { prompt: "hello" },
      response: null,
      duration_ms: 100,
      cost_usd: null,
      error: null,
      ...more,
    });
  return {
    "logs/llm_transcripts/tr_hostile_llm.json": call({
      operation: text.text("call.operation"),
      provider: text.text("call.provider"),
      model: text.text("call.model"),
      request: {
        system: text.long("call.system"),
        messages: [
          { role: text.text("call.role"), content: text.long("call.content") },
          { role: "user", content: [{ type: "text", text: text.text("call.block.text") }] },
          {
            role: "assistant",
            content: [
              { type: text.text("call.block.type"), data: text.object("call.block.data") },
              {
                type: "tool_use",
                id: "../../x",
                name: text.text("call.tool.name"),
                input: text.object("call.tool.input"),
              },
              { type: "image", source: { type: "url", url: "https://evil.example/image.png" } },
              {
                type: "image",
                source: { type: "base64", media_type: "text/html", data: "PHNjcmlwdD4=" },
              },
            ],
          },
          {
            role: "tool",
            content: [{
              type: "tool_result",
              tool_use_id: "../../x",
              content: text.text("call.tool.result"),
            }],
          },
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "javascript:globalThis.__pwned=1" } }],
          },
        ],
        tools: [{
          name: text.text("call.tools.name"),
          description: text.text("call.tools.description"),
          input_schema: text.object("call.tools.schema"),
        }],
        max_tokens: 1e308,
        [text.text("call.request.key")]: text.text("call.request.extra"),
      },
      response: {
        content: [{ type: "text", text: text.long("call.answer") }],
        stop_reason: text.text("call.stop_reason"),
        usage: { input_tokens: 1e15, output_tokens: -1, [text.text("call.usage.key")]: 1 },
        tool_calls: [{
          id: "1",
          type: "function",
          function: { name: text.text("call.function"), arguments: text.text("call.arguments") },
        }],
      },
      cost_usd: 1e300,
      price: { source: text.text("call.price.source"), version: text.text("call.price.version") },
      rate_limit: text.object("call.rate_limit"),
      stream: { chunks: 1e9, time_to_first_chunk_ms: -1, aborted: false },
    }),
    "logs/llm_transcripts/tr_hostile_llm_002.json": call({
      error: {
        type: text.text("call.error.type"),
        status: 1e6,
        message: text.long("call.error.message"),
        retry_after_ms: 1e300,
      },
      attempts: [{
        attempt: 1,
        started_at: at(18),
        duration_ms: 1,
        status: 500,
        error: {
          type: text.text("attempt.error.type"),
          status: null,
          message: text.text("attempt.error.message"),
          retry_after_ms: null,
        },
      }],
    }),
    [evilName("logs/llm_transcripts/tr_name_", "_llm.json")]: call({
      trace_id: "__proto__",
      request: text.text("call.prompt"),
      response: text.text("call.text"),
    }),
  };
}

function errors(text: HostileText): Record<string, string> {
  const frame = (name: string) => ({
    file: text.text(`${name}.file`),
    line: 9007199254740991,
    function: text.text(`${name}.function`),
    code: text.text(`${name}.code`),
    column: 1,
    locals: text.object(`${name}.locals`),
  });
  const link = addresses[0]!;
  return {
    "logs/errors/tr_hostile_error.json": json({
      timestamp: at(19),
      trace_id: "tr_hostile",
      error_type: text.text("error.type"),
      error_message: text.long("error.message"),
      function: text.text("error.function"),
      local_variables: text.object("error.local_variables"),
      locals_source: "scope",
      stack_trace: [{ ...frame("frame.library"), library: true }, frame("frame")],
      state_snapshot_path: "../../../etc/hosts",
      llm_transcript_link: [link, text.text("error.link"), "//evil.example/x"],
      arguments: [text.text("error.argument"), text.object("error.arguments")],
      environment: text.object("error.environment"),
      causes: [{
        error_type: text.text("cause.type"),
        error_message: text.text("cause.message"),
        stack_trace: [frame("cause.frame")],
        relation: text.text("cause.relation"),
      }, { error_type: "__proto__", error_message: "", stack_trace: [], relation: "cause" }],
      open_spans: [{
        span_id: "../../evil",
        name: text.text("open_span.name"),
        open_ms: 1e300,
        metadata: text.object("open_span.metadata"),
        variables: text.object("open_span.variables"),
      }],
      held_locks: [{
        lock_entry_id: "constructor",
        operation: text.text("held.operation"),
        held_ms: -1,
      }],
      operation: text.text("error.operation"),
    }),
    [evilName("logs/errors/tr_name_", "_error.json")]: json({
      timestamp: at(20),
      trace_id: "constructor",
      error_type: "__proto__",
      error_message: "Ids of objects",
      stack_trace: [],
    }),
  };
}

function changes(text: HostileText): Record<string, string> {
  const path = text.text("change.path");
  const diff = JSON.stringify({
    trace_id: "tr_hostile",
    operation: text.text("change.operation"),
    timestamp: at(19),
    before_file: "../../../etc/hosts",
    after_file: "<script>__pwned=1</script>",
    changes: {
      [path]: { old: text.text("change.old"), new: text.object("change.new") },
      "tasks[0].title": { old: "a", new: text.long("change.title") },
      "constructor.prototype": { new: 1 },
    },
  }).replace('"changes":{', '"changes":{"__proto__":{"old":1,"new":"polluted"},');
  return {
    "logs/diffs/tr_hostile_diff.json": diff,
    [evilName("logs/diffs/tr_name_", "_diff.json")]: json({
      trace_id: "../../evil",
      operation: "",
      timestamp: at(20),
      before_file: "",
      after_file: "",
      changes: {},
    }),
  };
}
