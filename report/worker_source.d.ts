/** The log worker as one classic script: bundled by the build. */
declare module "planloop:log-worker" {
  const source: string;
  export default source;
}
