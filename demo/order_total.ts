/**
 * An order's total, as the demo's agent computes it. It cannot: one item has no price.
 *
 * @module
 */

/** One line of a cart. */
export interface CartItem {
  sku: string;
  quantity: number;
  price: { amount: number };
}

/** A cart, as the shop stores it. */
export interface Cart {
  currency: string;
  items: CartItem[];
}

/**
 * The total in cents.
 *
 * @throws {TypeError} If an item has no price.
 */
export function orderTotal(order: string, cart: Cart): number {
  let cents = 0;
  for (const [index, item] of cart.items.entries()) {
    try {
      cents += item.quantity * priceInCents(item);
    } catch (error) {
      const what = `item ${index + 1} (${item.sku}) has no price`;
      throw new TypeError(`Cannot total order ${order}: ${what}`, { cause: error });
    }
  }
  return cents;
}

function priceInCents(item: CartItem): number {
  return Math.round(item.price.amount * 100);
}
