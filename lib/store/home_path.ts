/**
 * Where the home is.
 *
 * @module
 */

import { absolutePath, joinPath, type Runtime, systemRuntime } from "../runtime/mod.ts";

/**
 * The home's path, absolute: the option, else `PLANLOOP_HOME`, else `~/.planloop`. A leading `~` is
 * the user's folder. Empty values count as absent.
 *
 * @param option What the user gave, such as `--home`.
 * @param env The environment.
 *
 * @example
 * ```ts
 * import { resolveHome } from "planloop/store";
 *
 * resolveHome(undefined, { PLANLOOP_HOME: "/data/planloop" }); // "/data/planloop"
 * ```
 */
export function resolveHome(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  runtime: Runtime = systemRuntime(),
): string {
  const given = option || env["PLANLOOP_HOME"];
  const user = () => runtime.process.homeDirectory();
  if (!given) return absolutePath(joinPath(user(), ".planloop"));
  const isUser = given === "~" || given.startsWith("~/") || given.startsWith("~\\");
  return absolutePath(isUser ? joinPath(user(), given.slice(1)) : given);
}
