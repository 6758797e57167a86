/**
 * Compiles the server's search from AssemblyScript into `server/search_kernel_code.ts`.
 *
 *     deno run -A scripts/generate_search_kernel.ts
 *
 * A test calls {@linkcode compileSearchKernel} and fails where the file on disk differs.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

/** The module that holds the compiled code. */
export const searchKernelFile: string = fileURLToPath(
  new URL("../server/search_kernel_code.ts", import.meta.url),
);

/** What is compiled. */
const source = "server/kernel/search.ts";

/** The module's text, as the source gives it now. */
export async function compileSearchKernel(): Promise<string> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await main(
    [
      source,
      ...["--outFile", "search.wasm", "-O3", "--noAssert", "--runtime", "stub"],
      ...["--enable", "simd", "--importMemory", "--zeroFilledMemory"],
      ...["--initialMemory", "1", "--noExportMemory"],
    ],
    {
      readFile: (name) => {
        const isSource = name === source;
        return isSource ? readFileSync(new URL(`../${source}`, import.meta.url), "utf8") : null;
      },
      writeFile: (_, contents) => void (binary = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`Cannot compile ${source}: ${stderr}`);
  const lines = Buffer.from(binary).toString("base64").match(/.{1,90}/g)!;
  return `/**
 * The compiled \`kernel/search.ts\`, made by \`scripts/generate_search_kernel.ts\`; do not edit.
 *
 * @module
 */

/** A WebAssembly module, as base64. */
export const searchKernelCode: string = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join("");
`;
}

// Unknown to Node 20, where this file is only ever imported.
if ((import.meta as { main?: boolean }).main === true) {
  writeFileSync(searchKernelFile, await compileSearchKernel());
}
