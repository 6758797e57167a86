/**
 * `planloop web`
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import process from "node:process";
import { type Command, InvalidArgumentError } from "commander";
import { createRedactor } from "../../lib/redact/mod.ts";
import { errorCode } from "../../lib/runtime/mod.ts";
import { createApp, listen, type Listening } from "../../server/mod.ts";
import type { CommandContext } from "../command.ts";
import { devStatus, systemMachine } from "../dev_mode/mod.ts";
import { exitCodes } from "../exit_codes.ts";
import { UsageError } from "../failure.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import { addHomeOption, homeOf, type HomeOptions } from "../home.ts";
import { type Io, say } from "../io.ts";
import { machineOf } from "../machine.ts";
import { openFile } from "../open.ts";
import { filled } from "../option_value.ts";
import { portUser } from "../port_user.ts";
import { allowNote, settingsOf } from "../settings_of.ts";
import { printable } from "../text.ts";
import { planloopVersion } from "../version.ts";

/** Hosts that only this machine can reach. */
const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1"]);

/** How many ports after one that is taken are tried for the advice. */
const portsTried = 20;

interface WebOptions extends HomeOptions {
  port: number;
  host: string;
  cors?: string[];
  open?: boolean;
  json?: boolean;
}

/** Adds the command's options, help and action. */
export function configure(command: Command, { io, finish }: CommandContext): void {
  addHomeOption(command)
    .option("--port <number>", "the port; 0 for any that is free", portNumber, 8000)
    .option(
      "--host <address>",
      "where to listen; any other than this machine's own needs the token that is then printed",
      filled,
      "127.0.0.1",
    )
    .option(
      "--cors <origin>",
      "an origin whose pages may read answers, beside http://localhost:3000; several times for " +
        "several",
      (origin: string, origins: string[] = []) => [...origins, originOf(origin)],
    )
    .option("--open", "open the dashboard in a browser")
    .option("--json", "print JSON about the server in place of its address")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop web", "the dashboard of all sessions, at http://127.0.0.1:8000"],
        ["planloop web --port 0 --open", "on any free port, opened in a browser"],
        ["planloop web --home ./demo-out/home", "another home"],
        ["curl -s localhost:8000/api/sessions | jq '.sessions[0]'", "the same for programs"],
      ]) + jsonHelp([
        ["url", "the dashboard's address, with the token where there is one"],
        ["host", "where it listens"],
        ["port", "the port"],
        ["home", "the home that is served"],
        ["pid", "the process to end"],
      ], "--json") +
        "\nServes the recordings of a home, to be read only, until it is interrupted (Ctrl-C). What it\n" +
        "answers is described at /api/openapi.json.",
    )
    .action(async (options: WebOptions) => {
      await serveHome(options, io);
      // There is no other end.
      finish(exitCodes.ok, { evenInterrupted: true });
    });
}

async function serveHome(options: WebOptions, io: Io): Promise<void> {
  const home = homeOf(options, io);
  const isOpenToAll = !loopback.has(options.host);
  const token = isOpenToAll ? randomBytes(18).toString("base64url") : undefined;
  const runtime = machineOf(io);
  const redaction = settingsOf(io)?.redact;
  const newRedactor = () => createRedactor({ ...redaction, env: io.env });
  const app = createApp({
    home: home.path,
    version: planloopVersion,
    runtime,
    redactor: newRedactor(),
    newRedactor,
    hosts: isOpenToAll ? [options.host, hostname(), ...addresses()] : [],
    ...(token !== undefined && { token }),
    corsOrigins: options.cors ?? [],
    // A machine for each answer: the time for its programs is limited.
    devStatus: () => devStatus(home.path, systemMachine(io)),
    signal: io.interrupted,
  });
  const server = await start(app, options, io);
  const reached = isWildcard(options.host) ? addresses()[0] ?? hostname() : hostText(options.host);
  const url = `http://${reached}:${server.port}/${token === undefined ? "" : `?token=${token}`}`;
  if (options.json) {
    const { pid } = process;
    const facts = { url, host: options.host, port: server.port, home: home.path, pid };
    io.stdout.write(`${JSON.stringify(facts)}\n`);
  } else io.stdout.write(`${url}\n`);
  if (isOpenToAll) {
    say(
      io,
      `Warning: ${options.host} can be reached from other machines. Whoever has the address with ` +
        "its token can read every session of the home, unencrypted.",
    );
  }
  for (const note of allowNote(redaction)) say(io, note);
  const isThere = runtime.files.exists(home.path);
  const path = printable(home.path);
  const where = isThere ? "" : ", which does not exist yet,";
  say(io, `Serving ${path}${where} at ${url}. Press Ctrl-C to stop.`);
  if (options.open) await openFile(url, io);
  if (!options.json) await makePage(app, token);
  await ended(io);
  await server.close();
}

/** Makes the page, so that who opens it finds it made: half a second for a thousand sessions. */
async function makePage(app: ReturnType<typeof createApp>, token?: string): Promise<void> {
  const headers = { host: "localhost", ...(token && { authorization: `Bearer ${token}` }) };
  // What went wrong is told to who opens it.
  await Promise.resolve(app.request("http://localhost/", { headers })).catch(() => {});
}

async function start(
  app: ReturnType<typeof createApp>,
  { host, port }: WebOptions,
  io: Io,
): Promise<Listening> {
  try {
    return await listen(app, host, port);
  } catch (error) {
    if (errorCode(error) === "EADDRINUSE") throw new UsageError(await takenText(port, host, io));
    throw new Error(`Cannot listen on ${host}, port ${port}`, { cause: error });
  }
}

async function takenText(port: number, host: string, io: Io): Promise<string> {
  const user = await portUser(port, io.platform);
  const who = user ? ` by ${user.name} (process ${user.pid})` : "";
  const free = await freePort(port + 1, host);
  const advice = free === null ? "--port 0 for any that is free" : `--port ${free}, which is free`;
  return `Cannot listen on port ${port}: it is in use${who}. Take ${advice}.`;
}

async function freePort(from: number, host: string): Promise<number | null> {
  const { createServer } = await import("node:net");
  for (let port = from; port < Math.min(from + portsTried, 65_536); port++) {
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, host, () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  return null;
}

/** Whether a server there listens on every address of this machine. */
function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** An address as it stands in front of a port. */
function hostText(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** The addresses under which other machines reach this one. */
function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => hostText(address));
}

function ended(io: Io): Promise<void> {
  return new Promise((resolve) => {
    if (io.interrupted.aborted) resolve();
    else io.interrupted.addEventListener("abort", () => resolve());
  });
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("Expected a number from 0 to 65535.");
}

function originOf(text: string): string {
  try {
    const { origin, protocol } = new URL(text);
    if (/^https?:$/.test(protocol) && origin === text.replace(/\/$/, "")) return origin;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError("Expected an origin, such as https://tools.example.com.");
}
