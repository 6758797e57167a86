/**
 * One of many processes that write into one session's log.
 * Arguments: the home, the session's id, its own number, how many lines, the log's largest size in
 * bytes or 0.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";
import { lineContext } from "../written_line.ts";

const [home, id, ...numbers] = process.argv.slice(-5) as [string, string, ...string[]];
const [writer, lines, logBytesMax] = numbers.map(Number) as [number, number, number];
const rotation = logBytesMax > 0 ? { logBytesMax, logFilesMax: 100_000 } : {};
const session = openSession({ name: "writers", home, id, ...rotation });

for (let count = 0; count < lines; count += 1) {
  session.info(`line ${count}`, lineContext(writer, count));
  // The writers shall meet, not run one after the other.
  if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
}
session.close();
