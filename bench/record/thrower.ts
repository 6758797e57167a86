/**
 * A throw that is caught, in a module of its own, as a program's would be: the debugger prepares the
 * variables of the whole module at each throw.
 *
 * @module
 */

/** What a throw goes through: three functions, each with variables of its own. */
function place(order: number): unknown {
  const customer = { id: order, name: "Ada", tags: ["new", "paid"] };
  const attempt = 1;
  try {
    return price(customer, attempt);
  } catch (error) {
    return error;
  }
}

function price(customer: { id: number; tags: string[] }, attempt: number): number {
  const items = customer.tags.map((tag, index) => ({ tag, cents: 100 * index }));
  const currency = "EUR";
  return total(items, currency) * attempt;
}

function total(items: { tag: string; cents: number }[], currency: string): number {
  let sum = 0;
  const limits = { most: 50, least: 0 };
  for (const { cents } of items) {
    sum += cents;
    if (sum > limits.most) throw new RangeError(`${sum} ${currency} is too much`);
  }
  return sum;
}

/** Throws and catches a number of times, with the same few frames below whoever called this. */
export async function throwOften(calls: number): Promise<void> {
  await undefined;
  for (let call = 0; call < calls; call++) place(call);
}

const nothing = Promise.resolve();

/**
 * Throws and catches a number of times, each in a promise's job, so that no frame is below the
 * three; gives the last error.
 */
export async function throwFromJobs(calls: number): Promise<unknown> {
  let last: unknown;
  for (let call = 0; call < calls; call++) last = await nothing.then(() => place(call));
  return last;
}
