/**
 * The schema of `planloop.jsonc`: the check, the published JSON Schema and the table in
 * docs/configuration.md are made from it.
 *
 * @module
 */

import { type Schema, schema } from "../../lib/format/mod.ts";
import type {
  RedactRuleSettings,
  RedactSettings,
  ReportSettings,
  Settings,
  WebSettings,
} from "./settings.ts";

const { field, flag, integer, list, object, oneOf, optional, text } = schema;

const filled = { length_min: 1, form: "text, not empty" } as const;
const anchor = { length_min: 3, form: "text of 3 or more characters" } as const;

const reportSettingsSchema: Schema<ReportSettings> = object<ReportSettings>(
  "ReportSettings",
  "Defaults of `planloop report`.",
  {
    out: optional(
      text("The folder that reports go to; `--out` wins.", filled),
      "to write into `report` in the working directory",
    ),
    max_size: optional(
      text("The largest size of a report; `--max-size` and `--no-max-size` win.", {
        pattern: String.raw`^\d+(?:\.\d+)?\s*(?:[kKmMgG]i?[bB]?|[bB])$`,
        form: "a size with its unit, such as 400k, 10MB or 1g",
      }),
      "for no limit",
    ),
    split: optional(
      flag("A folder instead of one file; `--split` and `--no-split` win."),
      "for one file",
    ),
    zip: optional(flag("A report.zip as well; `--zip` and `--no-zip` win."), "for none"),
  },
  { closed: true },
);

const ruleSchema: Schema<RedactRuleSettings> = object<RedactRuleSettings>(
  "RedactRule",
  "A form of secret that planloop does not know.",
  {
    name: text("The name in the marker that replaces the secret.", {
      pattern: "^[a-z0-9-]{1,64}$",
      form: "1 to 64 lower-case letters, digits and dashes",
    }),
    pattern: text(
      "A regular expression of JavaScript. Its group `secret`, which must end the match, is replaced, or else the whole match.",
      filled,
    ),
    ignore_case: optional(flag("Whether upper and lower case are alike."), "where they differ"),
    anchors: optional(
      list(
        "Texts of which every match holds one, without case: only where one stands is the pattern tried.",
        text("Such a text.", anchor),
      ),
      "to try the pattern on every text, which takes longer",
    ),
  },
  { closed: true },
);

const redactSettingsSchema: Schema<RedactSettings> = object<RedactSettings>(
  "RedactSettings",
  "What is secret in reports and scrubs, beside what planloop knows.",
  {
    keys: optional(
      list("Key names whose values are secret, such as `ssn`.", text("Such a name.", anchor)),
      "for none but those that planloop knows",
    ),
    allow: optional(
      list(
        "Key names and exact values that are no secrets.",
        text("Such a name or value.", filled),
      ),
      "for none",
    ),
    rules: optional(list("Further forms of secrets.", ruleSchema), "for none"),
  },
  { closed: true },
);

const webSettingsSchema: Schema<WebSettings> = object<WebSettings>(
  "WebSettings",
  "Defaults of `planloop web`.",
  {
    port: optional(
      integer("The port; `--port` wins.", { min: 0, max: 65_535 }),
      "for the command's own",
    ),
    host: optional(
      text("The address to listen at; `--host` wins. Only in the home's file.", filled),
      "for this machine alone",
    ),
    cors: optional(
      list(
        "Origins that may read the API; those of `--cors` replace them. Only in the home's file.",
        text("An origin.", {
          pattern: String.raw`^https?://[^/\s*]+$`,
          form: "an origin such as http://localhost:5173",
        }),
      ),
      "for the command's own",
    ),
  },
  { closed: true },
);

/** What {@linkcode Settings} says, as a schema. */
export const settingsSchema: Schema<Settings> = object<Settings>(
  "Settings",
  "Settings of the planloop command line.",
  {
    $schema: optional(text("Where this file's JSON Schema is, for editors."), "for none"),
    home: optional(
      text("The home to read; `--home` and PLANLOOP_HOME win. Only in a project's file.", filled),
      "for `~/.planloop`",
    ),
    colour: optional(
      oneOf("Whether to colour; NO_COLOR and FORCE_COLOR win.", ["auto", "always", "never"]),
      "for `auto`: on a terminal",
    ),
    report: optional(field("Defaults of `planloop report`.", reportSettingsSchema), "for none"),
    redact: optional(
      field(
        "What is secret in reports and scrubs, beside what planloop knows.",
        redactSettingsSchema,
      ),
      "for nothing more",
    ),
    web: optional(field("Defaults of `planloop web`.", webSettingsSchema), "for none"),
  },
  { closed: true },
);
