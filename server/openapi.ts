/**
 * What the server answers, for programs: OpenAPI 3.1.
 *
 * @module
 */

import { levels } from "../lib/format/mod.ts";
import { addressCharsMax, headerCharsMax } from "./guard.ts";
import { schemas } from "./openapi_schemas.ts";
import { limitDefault, limitMax } from "./parameters.ts";

type Json = Record<string, unknown>;

const text: Json = { type: "string" };

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const parameters: Readonly<Record<string, Json>> = {
  id: {
    ...inPath("id", "The session's id, or the start of it where no other one begins so."),
    example: "checkout-20261120T101500Z-1a2b",
  },
  trace: {
    ...inPath("trace", "The trace's id, or the start of it where no other one begins so."),
    example: "tr_20261120101500_aaaaaa",
  },
  since: inQuery(
    "since",
    "Only what happened at or after this moment, or so long ago: RFC 3339, " +
      "milliseconds since 1970, or 30s, 15m, 2h, 7d, 1w. What lasted counts until its end.",
  ),
  until: inQuery("until", "Only what happened, or began, before or at this moment; as since."),
  level: inQuery("level", "Only lines of a log that are at least as severe, in any case.", {
    type: "string",
    examples: [...levels],
  }),
  by_trace: inQuery("trace", "Only records of this trace: its whole id."),
  operation: inQuery(
    "operation",
    "Only records of this operation; of measurements, of this metric.",
  ),
  event: inQuery("event", "Only lines of a log that are this event."),
  text: inQuery("text", "Only records that contain this text, without regard to case."),
  limit: inQuery("limit", "Records on a page.", {
    type: "integer",
    minimum: 1,
    maximum: limitMax,
    default: limitDefault,
  }),
  cursor: inQuery(
    "cursor",
    "The next_cursor of the page before, or how many records are before " +
      "the page.",
    { type: "string", pattern: "^\\d{1,15}(\\.\\d{1,15})?$" },
  ),
  order: inQuery("order", "desc: the last record first.", {
    type: "string",
    enum: ["asc", "desc"],
    default: "asc",
  }),
  format: inQuery("format", "jsonl: a record a line, without total; the next page is in Link.", {
    type: "string",
    enum: ["json", "jsonl"],
  }),
  from: inQuery("from", "start: all records first. now: those that come.", {
    type: "string",
    enum: ["start", "now"],
    default: "now",
  }),
  last_event_id: inQuery("last_event_id", "As the header, for those who cannot set it."),
  "Last-Event-ID": {
    name: "Last-Event-ID",
    in: "header",
    required: false,
    description: "The id of the last event that was received: what came after it follows.",
    schema: text,
  },
};

const filters = ["since", "until", "level", "by_trace", "operation", "event", "text"];
const pages = ["limit", "cursor", "order"];

/** The description; it holds for every answer, which tests check. */
export function openApi(version: string): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "planloop",
      version,
      description: "The recordings of a home, to be read only. Every answer passes the redactor.",
    },
    paths: {
      ...sessionPaths(),
      ...recordPaths(),
      "/api/sessions/{id}/stream": { get: streamOperation() },
      "/api/sessions/{id}/bundle": { get: bundleOperation() },
      "/head.json": {
        get: operation("What the dashboard's table shows", ref("SummariesHead"), []),
      },
      "/api/dev/status": {
        get: operation("Whether planloop runs from its source", ref("DevStatus"), [], {
          isCached: false,
        }),
      },
      "/api/openapi.json": {
        get: operation("This description", { type: "object" }, [], { isCached: false }),
      },
    },
    components: {
      schemas: schemas(),
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        address: { type: "apiKey", in: "query", name: "token" },
        cookie: { type: "apiKey", in: "cookie", name: "planloop_token" },
      },
    },
    // None of them where the server only listens on this machine.
    security: [{}, { token: [] }, { address: [] }, { cookie: [] }],
  };
}

function sessionPaths(): Json {
  const one = ["id"];
  return {
    "/api/sessions": { get: operation("All sessions, newest first", ref("Sessions"), []) },
    "/api/sessions/{id}": { get: operation("One session", ref("Session"), one) },
    "/api/sessions/{id}/state": {
      get: operation("The session's state.json, as far as it can be read", ref("State"), one),
    },
    "/api/sessions/{id}/plan": {
      get: operation("The session's PLAN.md", ref("Plan"), one),
    },
  };
}

function recordPaths(): Json {
  const lists: readonly (readonly [path: string, what: string, schema: string])[] = [
    ["llm-calls", "Model calls, by time", "LlmCall"],
    ["traces", "Traces with their spans, by time", "Trace"],
    ["diffs", "Changes of the session's state, by time", "Diff"],
    ["performance", "Measurements, as they were written", "Metric"],
    ["errors", "Error reports, by time", "Error"],
    ["locks", "Requests for the session lock, by time", "Lock"],
    ["problems", "What is damaged or doubtful in the recording", "SourcedProblem"],
  ];
  const listed = lists.map(([path, what, schema]) => {
    const names = ["id", ...filters, ...pages];
    return [`/api/sessions/{id}/${path}`, { get: operation(what, page(schema), names) }];
  });
  const lines = { "application/x-ndjson": { schema: text } };
  return {
    "/api/sessions/{id}/logs": {
      get: operation(
        "Lines of all logs, by time",
        page("LogLine"),
        ["id", ...filters, ...pages, "format"],
        { more: lines },
      ),
    },
    ...Object.fromEntries(listed),
    "/api/sessions/{id}/performance/summary": {
      get: operation("Where the time went", ref("PerformanceSummary"), [
        "id",
        "since",
        "until",
        "operation",
      ]),
    },
    "/api/sessions/{id}/traces/{trace}": {
      get: operation("All that carries a trace's id", ref("TraceDetail"), ["id", "trace"]),
    },
  };
}

/** A page of records. */
function page(item: string): Json {
  return {
    type: "object",
    required: ["items", "total", "next_cursor"],
    additionalProperties: false,
    properties: {
      items: { type: "array", items: ref(item), maxItems: limitMax },
      total: {
        type: ["integer", "null"],
        description: "How many there are on all pages; null where they were not counted yet.",
      },
      next_cursor: {
        type: ["string", "null"],
        description: "The cursor of the next page; null on the last one.",
      },
    },
  };
}

function operation(
  summary: string,
  schema: Json,
  names: readonly string[],
  { isCached = true, more = {} }: { isCached?: boolean; more?: Json } = {},
): Json {
  const hasId = names.includes("id");
  const headers = {
    ETag: { description: "Send it as If-None-Match.", schema: text },
    ...(names.includes("cursor") && {
      Link: { description: "The next page, where there is one.", schema: text },
    }),
  };
  return {
    summary,
    parameters: names.map((name) => parameters[name]),
    responses: {
      200: {
        description: summary,
        content: { "application/json": { schema }, ...more },
        ...(isCached && { headers }),
      },
      ...(isCached && { 304: { description: "It is as you have it." } }),
      ...refusals(hasId),
    },
  };
}

function streamOperation(): Json {
  return {
    summary: "What comes into a session, as it comes",
    description: [
      "Server-sent events. `begin` comes first. An event of a record has the name of its kind " +
      "(logs, llm, traces, diffs, performance, errors, problems) and the record with its source as " +
      "data. `changed` names the parts that changed beside records, such as state.json; `gone` says " +
      "that the session was removed, and ends the stream. Each event's id says where to go on: no " +
      "record is missed, and none comes twice.",
    ].join("\n"),
    parameters: ["id", "from", "last_event_id", "Last-Event-ID"].map((name) => parameters[name]),
    responses: {
      200: {
        description: "The stream; it lasts until one side ends it.",
        content: { "text/event-stream": { schema: text } },
      },
      ...refusals(true),
      503: refusal("As many streams are open as the server gives."),
    },
  };
}

function bundleOperation(): Json {
  const described = operation("The session's payload, as a report has it", {}, ["id"]);
  const { 200: given, ...others } = described["responses"] as Record<number, Json>;
  return {
    ...described,
    description:
      "For planloop's own page: what is in it changes with planloop's version. Chunks as " +
      "they are made, each behind two lengths of four bytes, big endian: of its name, which is JSON " +
      "and stands before it, and of its bytes. The last one is the payload's header.",
    responses: {
      200: { ...given, content: { "application/octet-stream": { schema: {} } } },
      ...others,
    },
  };
}

function refusals(hasId: boolean): Json {
  return {
    400: refusal("A parameter is unknown, given twice, or not what was expected."),
    401: refusal("The server needs the token of the address that it printed."),
    403: refusal("The request names another host."),
    ...(hasId && { 404: refusal("There is none; with the nearest ones.") }),
    405: refusal("Recordings are only read."),
    414: refusal(`The address has more than ${addressCharsMax} characters.`),
    431: refusal(`The headers have more than ${headerCharsMax} characters.`),
    500: refusal("The answer could not be made."),
  };
}

function refusal(description: string): Json {
  return { description, content: { "application/problem+json": { schema: ref("Refusal") } } };
}

function inPath(name: string, description: string): Json {
  return { name, in: "path", required: true, description, schema: text };
}

function inQuery(name: string, description: string, schema: Json = text): Json {
  return { name, in: "query", required: false, description, schema };
}
