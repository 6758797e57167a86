/**
 * What `planloop.jsonc` may say. The keys of `report` and `web` are those commands' options.
 *
 * @module
 */

import type { Colour } from "../io.ts";

/** A file of settings. */
export interface Settings {
  /** Where this file's JSON Schema is, for editors. */
  $schema?: string;
  /** The home to read. */
  home?: string;
  /** Whether to colour. */
  colour?: Colour;
  /** What `planloop report` does without its options. */
  report?: ReportSettings;
  /** What counts as secret in reports and scrubs. */
  redact?: RedactSettings;
  /** What `planloop web` does without its options. */
  web?: WebSettings;
}

/** Defaults of `planloop report`. */
export interface ReportSettings {
  /** `--out` */
  out?: string;
  /** `--max-size` */
  max_size?: string;
  /** `--split` */
  split?: boolean;
  /** `--zip` */
  zip?: boolean;
}

/** What is secret beside what planloop knows. */
export interface RedactSettings {
  /** Further key names whose values are secret. */
  keys?: string[];
  /** Key names and exact values that are no secrets. */
  allow?: string[];
  /** Further forms of secrets. */
  rules?: RedactRuleSettings[];
}

/** A form of secret. */
export interface RedactRuleSettings {
  /** The name in the marker. */
  name: string;
  /** A regular expression. */
  pattern: string;
  /** Whether upper and lower case are alike. */
  ignore_case?: boolean;
  /** Texts of which every match holds one. */
  anchors?: string[];
}

/** Defaults of `planloop web`. */
export interface WebSettings {
  /** `--port` */
  port?: number;
  /** `--host` */
  host?: string;
  /** `--cors` */
  cors?: string[];
}

/** Which file says it: the project's, or that of the home. */
export type SettingsScope = "project" | "home";

/** What only one of the files may say, by its path, and why the other may not. */
export const scopedSettings: Readonly<Record<string, { scope: SettingsScope; reason: string }>> = {
  home: { scope: "project", reason: "a home cannot say where another one is" },
  "web.host": {
    scope: "home",
    reason: "whoever wrote the project could show your recordings to others",
  },
  "web.cors": {
    scope: "home",
    reason: "whoever wrote the project could let other sites read your recordings",
  },
};

/** Name of the file, in a home or a project. */
export const settingsFileName = "planloop.jsonc";
