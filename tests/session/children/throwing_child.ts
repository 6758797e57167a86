/**
 * A process whose code throws. Arguments: the home, the session's id, how locals are taken, and
 * `many` for throwing
 * often, `again` for throwing until it is not seen, and then later.
 *
 * @module
 */

import process from "node:process";
import { openSession } from "../../../lib/mod.ts";
import { recorderOf } from "../../../lib/session/current.ts";

const at = process.argv.findIndex((word) => word === "inspector" || word === "none");
const [home, id, locals, many] = process.argv.slice(at - 2) as [string, string, string, string?];
const session = openSession({
  name: "child",
  home,
  id,
  ...(locals === "inspector" ? { locals } : {}),
});

function total(items: { id: number }[], rate: number): number {
  let sum = 0;
  for (const item of items) {
    const password = ["correct", "horse"].join(" ");
    if (item.id === 2) throw new RangeError(`${password.length} ${sum}`);
    sum += item.id * rate;
  }
  return sum;
}

function order(outer: string): number {
  return total([{ id: 1 }, { id: 2 }], outer.length - 1);
}

async function later(step: number): Promise<void> {
  await Promise.resolve();
  if (step === 7) throw new TypeError("late");
}

try {
  session.trace("order", () => order("kept"));
} catch (error) {
  session.captureError(error);
}
await later(7).catch((error) => session.captureError(error));

const recorder = recorderOf(session)!;
if (many === "many") {
  const errors = Array.from({ length: 500 }, () => {
    try {
      return order("kept");
    } catch (error) {
      return error as object;
    }
  });
  const seen = errors.filter((error) => recorder.thrown.has(error as object));
  process.stdout.write(`seen ${seen.length} of ${errors.length}\n`);
}

if (many === "again") {
  const isSeen = () => {
    try {
      return order("kept");
    } catch (error) {
      return recorder.thrown.has(error as object);
    }
  };
  while (isSeen());
  await new Promise((resolve) => setTimeout(resolve, 1100));
  process.stdout.write(`again: ${isSeen() ? "seen" : "unseen"}\n`);
}

session.close();
try {
  order("kept");
} catch (error) {
  process.stdout.write(`after: ${recorder.thrown.has(error as object) ? "seen" : "unseen"}\n`);
}
