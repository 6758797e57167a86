/**
 * A worker thread that goes on in the session that was handed over with its data.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { openSession } from "../../../lib/mod.ts";

using session = openSession({ name: "standalone", resume: workerData as Record<string, string> });
session.trace("thread_work", () => session.info("from the worker"));
