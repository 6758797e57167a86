/**
 * Which process has a port.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** How long `lsof` may take, in milliseconds. */
const lsofMsMax = 2000;

/** A process by its number and name. */
export interface PortUser {
  pid: number;
  name: string;
}

/** The process that listens on a TCP port; null where that cannot be told. */
export async function portUser(port: number, platform: string): Promise<PortUser | null> {
  return platform === "linux" ? fromProc(port) : await fromLsof(port);
}

function fromProc(port: number): PortUser | null {
  try {
    const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => {
      return listeningInodes(readFileSync(file, "utf8"), port);
    }));
    if (sockets.size === 0) return null;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      if (!holds(pid, sockets)) continue;
      return { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, "utf8").trim() };
    }
  } catch {
    // Not told here.
  }
  return null;
}

/** The inodes of the sockets that listen (state 0A) on the port, which stands there in hex. */
function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A")
    .map((fields) => `socket:[${fields[9]}]`);
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => {
      try {
        return sockets.has(readlinkSync(`${folder}/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    // Another user's.
    return false;
  }
}

function fromLsof(port: number): Promise<PortUser | null> {
  return new Promise((resolve) => {
    const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"];
    execFile("lsof", args, { timeout: lsofMsMax }, (_error, output) => {
      const [, pid] = /^p(\d+)$/m.exec(output) ?? [];
      const [, name] = /^c(.+)$/m.exec(output) ?? [];
      resolve(pid && name ? { pid: Number(pid), name } : null);
    });
  });
}
