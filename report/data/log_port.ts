/**
 * Starts the place where the log's engine runs: a worker, or this thread where none may start.
 *
 * @module
 */

import { startLogService } from "./log_service.ts";
import type { FromWorker, LogPort, ToWorker } from "./log_protocol.ts";

/**
 * Starts a worker from its source. Where it does not start, or dies before its first answer,
 * everything that was sent is done on this thread instead.
 *
 * @param source The worker's script.
 * @param onMessage Called with each answer.
 */
export function startLogPort(source: string, onMessage: (message: FromWorker) => void): LogPort {
  let worker = startWorker(source);
  // Kept until the worker proves that it works, to be done again here if it does not.
  let unproven: ToWorker[] | null = [];
  let local: ((message: ToWorker) => void) | undefined;

  const fallBack = () => {
    worker?.terminate();
    worker = null;
    local ??= startLogService(onMessage);
    const missed = unproven ?? [];
    unproven = null;
    for (const message of missed) local(message);
  };
  if (worker) {
    worker.onmessage = (event: MessageEvent<FromWorker>) => {
      unproven = null;
      onMessage(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (unproven) fallBack();
    };
  } else fallBack();

  return {
    close: () => worker?.terminate(),
    send: (message, transfer) => {
      if (!worker) {
        local!(message);
        return;
      }
      // What may have to be done again must stay here: copied, not handed over.
      unproven?.push(message);
      worker.postMessage(message, unproven ? [] : transfer ?? []);
    },
  };
}

function startWorker(source: string): Worker | null {
  try {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url);
    // The browser fetches the script in its own time; the address is not needed once it runs.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    return worker;
  } catch {
    return null;
  }
}
