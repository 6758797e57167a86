/**
 * The version of this program.
 *
 * @module
 */

/** As in package.json and deno.json; a test holds the three equal. */
export const planloopVersion = "0.1.0";
