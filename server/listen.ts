/**
 * The app on a port.
 *
 * @module
 */

import type { Server } from "node:http";
import type { Socket } from "node:net";
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import { headerCharsMax } from "./guard.ts";

/** How long open answers may go on after the server was told to end, in milliseconds. */
const endingMsMax = 1000;

/** A server that takes requests. */
export interface Listening {
  /** The port, also where any free one was asked for. */
  port: number;
  /** Takes no more requests, ends those that last, and resolves when all are over. */
  close(): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @param port From 1 to 65535; 0 for any that is free.
 * @throws {Error} The system's error, such as `EADDRINUSE`.
 */
export function listen(app: Hono, hostname: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({
      fetch: app.fetch,
      hostname,
      port,
      // Longer headers are answered with 431 before anything reads them.
      serverOptions: { maxHeaderSize: headerCharsMax * 2, requestTimeout: 30_000 },
    }) as Server;
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      // Of one connection only that connection is lost.
      server.on("error", () => {});
      const address = server.address();
      resolve({
        port: typeof address === "object" && address ? address.port : port,
        close: () => close(server, sockets),
      });
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, endingMsMax);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections?.();
  });
}
