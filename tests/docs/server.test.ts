/**
 * Holds docs/server.md to the server.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { queryKinds } from "../../lib/query/mod.ts";
import { addressCharsMax, headerCharsMax } from "../../server/guard.ts";
import { streamsMaxDefault } from "../../server/mod.ts";
import { openApi } from "../../server/openapi.ts";
import { filterNames, limitDefault, limitMax, pageNames } from "../../server/parameters.ts";
import { indexBytesMax } from "../../server/sessions.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/server.md", import.meta.url)), "utf8");
const { paths } = openApi("0") as { paths: Record<string, unknown> };

test("docs/server.md: its routes are those that there are", () => {
  const named = [...page.matchAll(/^\| `(\/[^`]*)` \|/gm)].map(([, path]) => path);
  expect(named.sort()).toEqual(Object.keys(paths).sort());
});

test("docs/server.md: names every parameter and every event", () => {
  for (const name of [...filterNames, ...pageNames, "format", "last_event_id", "from=start"]) {
    expect(page).toContain(name);
  }
  for (const kind of queryKinds) if (kind !== "locks") expect(page).toContain(`\`${kind}\``);
});

test("docs/server.md: says the limits that hold", () => {
  expect(page).toContain(`${addressCharsMax} characters (414)`);
  expect(page).toContain(`${headerCharsMax} characters (431)`);
  expect(page).toContain(`1 to ${limitMax}; ${limitDefault} if left out`);
  expect(page).toContain(`${streamsMaxDefault} (503)`);
  expect(page).toContain(`${indexBytesMax / 1024 / 1024} MB; those asked`);
});
