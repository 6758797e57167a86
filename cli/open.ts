/**
 * Opening a file with the desktop's own program.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { type Io, say } from "./io.ts";

/** Time in which an opener that fails usually does so. Afterwards it is left alone. */
const failureMsMax = 1500;

/** Whether there is a desktop to open something on: never in CI, on Linux only with a display. */
export function hasDesktop(io: Io): boolean {
  const { env, platform } = io;
  if (env["CI"] && env["CI"] !== "false" && env["CI"] !== "0") return false;
  if (platform === "win32" || platform === "darwin") return !env["SSH_CONNECTION"];
  return Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

/** Opens a file and goes on; where that fails, says how to open it by hand. */
export async function openFile(path: string, io: Io): Promise<void> {
  const reason = await start(openerFor(io.platform, path), io);
  if (reason) say(io, `Could not open it here (${reason}). Open this file in a browser: ${path}`);
}

function openerFor(platform: string, path: string): [command: string, args: string[]] {
  if (platform === "darwin") return ["open", [path]];
  // `start` takes its first quoted argument for a window title, hence the empty one.
  if (platform === "win32") return ["cmd", ["/c", "start", "", path]];
  return ["xdg-open", [path]];
}

/** Why it failed, or undefined. */
function start([command, args]: [string, string[]], io: Io): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, stdio: "ignore", env: { ...io.env } });
    const timer = setTimeout(() => resolve(undefined), failureMsMax);
    const finish = (reason: string | undefined) => {
      clearTimeout(timer);
      resolve(reason);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      finish(error.code === "ENOENT" ? `there is no ${command}` : error.message);
    });
    child.on("exit", (code) => finish(code === 0 ? undefined : `${command} failed`));
    // A child that never started has no handle to let go of; Deno's throws.
    if (child.pid !== undefined) child.unref();
  });
}
