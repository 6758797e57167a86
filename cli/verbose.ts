/**
 * What `--verbose` says; a file of its own, as most commands are run without.
 *
 * @module
 */

import process from "node:process";
import { type Io, say } from "./io.ts";
import { machineOf, readsOf } from "./machine.ts";
import { settingsOf } from "./settings_of.ts";
import { printable } from "./text.ts";
import { count, size } from "./units.ts";
import { planloopVersion } from "./version.ts";

/** Most files that are listed as read; the others are counted. */
const filesShownMax = 200;

/** Says which program runs and on what it rests. */
export function sayBeginning(io: Io): void {
  const { runtime, platform, osRelease, arch } = machineOf(io).process;
  say(
    io,
    `planloop ${planloopVersion} on ${runtime.name} ${runtime.version}, ${platform} ${osRelease} ` +
      arch,
  );
  const settings = settingsOf(io);
  if (!settings) return;
  say(io, `Home: ${printable(settings.home)} (${settings.homeSource})`);
  for (const { path, scope } of settings.files) {
    say(io, `Settings of the ${scope}: ${printable(path)}`);
  }
}

/**
 * Says what was read and how long everything took.
 *
 * @param startedMs The moment at which the command line was taken up, on the monotonic clock.
 */
export function sayEnd(io: Io, startedMs: number): void {
  const reads = readsOf(io);
  for (const { path, bytes, ms } of reads.slice(0, filesShownMax)) {
    say(io, `Read ${printable(path)}: ${size(bytes)} in ${ms.toFixed(1)} ms`);
  }
  const hidden = reads.length - filesShownMax;
  if (hidden > 0) say(io, `… and ${count(hidden, "further file")}`);
  const bytes = reads.reduce((sum, read) => sum + read.bytes, 0);
  const { user, system } = process.cpuUsage();
  say(
    io,
    `${count(reads.length, "file")} read, ${size(bytes)}. The command took ` +
      `${(performance.now() - startedMs).toFixed(0)} ms, its process ` +
      `${((user + system) / 1000).toFixed(0)} ms of CPU.`,
  );
}
