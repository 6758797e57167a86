import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { places, reportPage } from "../../../report/page.ts";

describe("reportPage", () => {
  test("reportPage lets its own script, style and WebAssembly run, and nothing else", () => {
    const page = reportPage({ boot: "boot()", script: "start()", style: "body{}" });
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)!;
    expect(policy!.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash("boot()")} ${hash("start()")} ${
        hash("planloop()")
      } 'wasm-unsafe-eval'${places.policy}`,
      `style-src ${hash("body{}")}`,
      "worker-src blob:",
      "img-src data: blob:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test("reportPage packs the script, whatever is in it, and says how large it is", () => {
    const script = 'const text = "</script><!--é\u{1f600}";';
    const page = reportPage({ boot: "boot()", script, style: "" });
    const [, size, packed] = /data-kind="app" data-inflated="(\d+)">([A-Za-z0-9+/=]+)</.exec(page)!;
    const bytes = inflateRawSync(Buffer.from(packed!, "base64"));
    expect(bytes.toString()).toBe(script);
    expect(bytes.length).toBe(Number(size));
  });
});
