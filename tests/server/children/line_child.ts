/**
 * Writes short lines into a session's log. Arguments: the home, the session's id, how many lines, the
 * log's largest size in bytes.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [home, id, ...numbers] = process.argv.slice(-4) as [string, string, ...string[]];
const [lines, logBytesMax] = numbers.map(Number) as [number, number];
const session = openSession({ name: "writers", home, id, logBytesMax, logFilesMax: 100_000 });
for (let count = 0; count < lines; count += 1) {
  session.info("a line", { writer: 0, count });
  if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
}
session.close();
