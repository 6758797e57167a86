import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { places, reportApp } from "../../../report/page.ts";

const parts = { boot: "boot()", firstStyle: "a{}", script: "start()", style: "body{}" };

describe("reportApp", () => {
  test("reportApp lets its own scripts, styles and WebAssembly run, and nothing else", () => {
    const { shell } = reportApp(parts);
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(shell)!;
    expect(policy!.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash("boot()")} ${hash("start()")} ${
        hash("planloop()")
      } 'wasm-unsafe-eval'${places.policy}`,
      `style-src ${hash("a{}")} ${hash("body{}")}`,
      "worker-src blob:",
      "img-src data: blob:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test("reportApp packs style and script, whatever is in it, and says how large they are", () => {
    const script = 'const text = "</script></style><!--é\u{1f600}";';
    const { code } = reportApp({ ...parts, script });
    const bytes = inflateRawSync(code.bytes);
    expect(bytes.toString()).toBe(`body{}</style>${script}`);
    expect(bytes.length).toBe(code.inflatedBytes);
  });

  test.each(["style", "firstStyle"])("reportApp refuses a %s that ends itself", (name) => {
    const style = 'a{content:"</style>"}';
    expect(() => reportApp({ ...parts, [name]: style })).toThrow("the style ends itself");
  });
});
