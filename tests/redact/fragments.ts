/**
 * Random text in which rules find much to do.
 *
 * @module
 */

import fc from "fast-check";
import { samples } from "./samples.ts";

/** Text made of the pieces that rules look for, whole and cut. */
export function fragments(): fc.Arbitrary<string> {
  const known = samples(21).flatMap(({ text }) => [text, text.slice(0, 30), text.slice(5)]);
  const pieces = [
    ...[
      '"',
      "'",
      "\\",
      '\\"',
      ":",
      "=",
      "=>",
      " ",
      "\n",
      "\\n",
      ",",
      "[",
      "]",
      "{",
      "}",
      "@",
      "/",
      "&",
      "#",
    ],
    ...[
      "password",
      "api_key",
      "token",
      "Authorization: ",
      "Cookie: a=b",
      "Bearer ",
      "Basic ",
      "://u:",
      "--secret ",
    ],
    ...[
      "[REDACTED:key:12ab]",
      "[REDACTED:",
      ":12ab]",
      "hunter2hunter2",
      "REDACTED",
      "abc123",
      "x",
      "SK",
      "AccountKey=",
    ],
  ];
  return fc.array(fc.constantFrom(...known, ...pieces), { maxLength: 14 }).map((list) =>
    list.join("")
  );
}
