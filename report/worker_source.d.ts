/** The log worker as one classic script, which the build bundles. */
declare module "planloop:log-worker" {
  const source: string;
  export default source;
}

/** The log's kernels in WebAssembly, as base64: compiled by the build. */
declare module "planloop:kernels" {
  const code: string;
  export default code;
}
