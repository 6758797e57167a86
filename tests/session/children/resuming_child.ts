/**
 * A process that goes on in the session that was handed over to it.
 *
 * @module
 */

import { openSession } from "../../../lib/mod.ts";

using session = openSession({ name: "standalone", resume: true });
session.info("from the child");
session.trace("child_work", () => session.span("inner", () => {}));
