/**
 * Recordings over HTTP, on this machine.
 *
 * @module
 */

export { createApp } from "./app.ts";
export { listen, type Listening } from "./listen.ts";
export { corsOriginDefault, type ServerOptions, streamsMaxDefault } from "./options.ts";
