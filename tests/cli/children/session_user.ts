/**
 * Uses a session until it is killed: `node session_user.mjs <how> <home> <id>`. Says `ready` first.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";

const [how, home, id] = process.argv.slice(2) as [string, string, string];
const session = openSession({ id, name: "used", home });
session.info("opened");
const forever = () => new Promise<void>((resolve) => setTimeout(resolve, 600_000));
if (how === "lock") await session.lock("update");
if (how === "trace") void session.trace("slow", forever);
console.log("ready");
await forever();
