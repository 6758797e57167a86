import { expect, test } from "vitest";
import { wholeHead } from "../../lib/bundle/mod.ts";
import { fillPage } from "../../templates/mod.ts";
import { builtApp } from "../browser/report_page.ts";
import { dashboardHead } from "../../server/dashboard.ts";

const head = wholeHead(dashboardHead([], "0.0.0"));

async function policyOf(server?: { api: string }): Promise<string[]> {
  const decoder = new TextDecoder("utf-16le");
  let page = "";
  const parts = { app: await builtApp(), head, staticHtml: "", chunks: [], server };
  for await (const bytes of fillPage(parts)) page += decoder.decode(bytes, { stream: true });
  const policies = [...page.matchAll(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/g)];
  expect(policies).toHaveLength(1);
  return policies[0]![1]!.split(";").map((part) => part.trim());
}

test(
  "fillPage lets a served page ask its own server, and only that; a report asks nobody",
  async () => {
    const report = await policyOf();
    const served = await policyOf({ api: "/api" });
    expect(report).toContain("default-src 'none'");
    expect(report.filter((part) => part.startsWith("connect-src"))).toEqual([]);
    expect(served.sort()).toEqual([...report, "connect-src 'self'"].sort());
  },
  60_000,
);
