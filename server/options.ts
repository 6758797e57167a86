/**
 * What the server is made with.
 *
 * @module
 */

import type { BundleRedactor } from "../lib/bundle/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";

/** Takes secrets out of what is answered. */
export interface AnswerRedactor {
  /** The value without its secrets; the value itself where it has none. */
  value(value: unknown): unknown;
}

/** What {@linkcode createApp} needs. */
export interface ServerOptions {
  /** The home's path, absolute. */
  home: string;
  /** planloop's version. */
  version: string;
  runtime: Runtime;
  redactor: AnswerRedactor;
  /** One that counts anew: a session's payload says how much was replaced in it. */
  newRedactor: () => BundleRedactor;
  /** Host names under which the server may be asked, beside those of this machine. */
  hosts?: readonly string[];
  /** Asked for in the address or a cookie where the server can be reached from elsewhere. */
  token?: string;
  /** Origins whose pages may read answers, beside {@linkcode corsOriginDefault}. */
  corsOrigins?: readonly string[];
  /** What `/api/dev/status` answers. */
  devStatus: () => Promise<unknown>;
  /** Most streams at once. Default {@linkcode streamsMaxDefault}. */
  streamsMax?: number;
  /** How often a stream speaks where nothing happens, in milliseconds. Default 15 seconds. */
  heartbeatMs?: number;
  /** Aborted when the server ends: streams end then. */
  signal?: AbortSignal;
}

/** The origin that may always read answers: a page that is developed on this machine. */
export const corsOriginDefault = "http://localhost:3000";

/** Most streams at once. */
export const streamsMaxDefault = 100;
