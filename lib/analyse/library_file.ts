/**
 * Which files of a stack the reader did not write.
 *
 * @module
 */

/** Paths of what the reader did not write, and so seldom looks for. */
const libraryPaths: readonly RegExp[] = [
  // What the runtime is made of.
  /^(?:node|deno|ext|bun):/,
  /^<frozen /,
  /\/lib\/python\d[\d.]*\//,
  // Installed packages.
  /(?:^|\/)(?:node_modules|site-packages|dist-packages)\//,
  // The recorder itself, which stands between a caller and the function it records.
  /(?:^|\/)lib\/record\/(?:context|error_report|llm|llm_call|round|settle|span|trace)\.[jt]s$/,
  /(?:^|\/)lib\/runtime\/async_context\.[jt]s$/,
  /\/planloop\/(?:dist\/)?lib\/(?:lock|record|runtime|session)\//,
  /\/planloop\/dev_mode\//,
];

/** Whether a frame's file belongs to a library, the runtime or the recorder. */
export function isLibraryFile(file: string): boolean {
  const path = file.replace(/^file:\/\//, "").replaceAll("\\", "/");
  return libraryPaths.some((library) => library.test(path));
}
