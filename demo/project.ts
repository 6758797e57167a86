/**
 * The small project that the demo's agent works on: a shop's checkout whose check fails now and
 * then, because a payment that timed out is sent again.
 *
 * @module
 */

import { joinPath, type Runtime } from "../lib/runtime/mod.ts";

/** The check's file, relative to the project. */
export const checkFile = "check/checkout_check.mjs";

/** The file that the agent repairs. */
export const paymentFile = "src/payment.mjs";

/** Orders that one run of the check sends, each a line of output. */
export const checkedOrders = 40;

const paymentBefore = `// Talks to the payment gateway.
import { charge } from "./gateway.mjs";

const attemptsMax = 3;

export function pay(order) {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    try {
      return charge({ order: order.id, cents: order.cents });
    } catch (error) {
      if (error.code !== "ETIMEDOUT" || attempt === attemptsMax) throw error;
    }
  }
}
`;

/** The payment file as the model repairs it. */
export const paymentAfter = `// Talks to the payment gateway.
import { charge } from "./gateway.mjs";

const attemptsMax = 3;

// A payment that timed out may have gone through. The gateway takes each key once, so sending the
// same key again is safe.
export function pay(order) {
  const idempotencyKey = "order-" + order.id;
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    try {
      return charge({ order: order.id, cents: order.cents, idempotencyKey });
    } catch (error) {
      if (error.code !== "ETIMEDOUT" || attempt === attemptsMax) throw error;
    }
  }
}
`;

const gateway =
  `// A payment gateway on a bad day: every ninth charge is booked, but its answer is lost.
const booked = new Map();
let calls = 0;

export function charge({ order, cents, idempotencyKey }) {
  calls += 1;
  const isRepeated = idempotencyKey !== undefined && booked.has(idempotencyKey);
  if (!isRepeated) booked.set(idempotencyKey ?? "charge-" + calls, { order, cents });
  if (calls % 9 === 0 && !isRepeated) {
    throw Object.assign(new Error("gateway timed out after 2000 ms"), { code: "ETIMEDOUT" });
  }
  return { order, cents };
}

export function chargesOf(order) {
  return [...booked.values()].filter((charge) => charge.order === order).length;
}
`;

const check = `// Sends orders through the checkout and counts what the gateway booked.
import { chargesOf } from "../src/gateway.mjs";
import { pay } from "../src/payment.mjs";

let failed = 0;
for (let index = 0; index < ${checkedOrders}; index++) {
  const order = { id: "o-" + (1800 + index), cents: 1990 + 35 * index };
  pay(order);
  const charges = chargesOf(order.id);
  if (charges !== 1) failed += 1;
  console.log((charges === 1 ? "ok     " : "FAILED ") + order.id + " charged " + charges + " x " +
    (order.cents / 100).toFixed(2) + " EUR");
}
console.log(failed === 0 ? "all orders were charged once" : failed + " orders were charged twice");
process.exitCode = failed === 0 ? 0 : 1;
`;

const carts = {
  "o-1834": {
    currency: "EUR",
    items: [
      { sku: "MUG-01", quantity: 2, price: { amount: 9.9 } },
      { sku: "TEE-07", quantity: 1, price: { amount: 24.5 } },
      { sku: "GIFT-CARD", quantity: 1 },
    ],
  },
};

const readme = `# Checkout

Takes a cart, asks the gateway for the money, and writes a receipt.

- \`src/payment.mjs\` sends the payment and repeats it when the gateway times out
- \`src/gateway.mjs\` stands in for the payment gateway
- \`check/checkout_check.mjs\` sends ${checkedOrders} orders and counts the charges

Known trouble: the check fails about one run in three.
`;

const files: Readonly<Record<string, string>> = {
  "README.md": readme,
  [paymentFile]: paymentBefore,
  "src/gateway.mjs": gateway,
  [checkFile]: check,
  "data/carts.json": `${JSON.stringify(carts, null, 2)}\n`,
  "package.json": `${
    JSON.stringify({ name: "checkout", private: true, type: "module" }, null, 2)
  }\n`,
};

/**
 * Writes the project.
 *
 * @param root Its folder, absolute; made where it is missing.
 */
export function writeProject(root: string, runtime: Runtime): void {
  for (const folder of ["src", "check", "data"]) {
    runtime.files.createDirectory(joinPath(root, folder));
  }
  for (const [name, text] of Object.entries(files)) {
    runtime.files.writeFileAtomic(joinPath(root, name), text);
  }
}
