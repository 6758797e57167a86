/**
 * What others do for the same line and the same span, each set up as its documentation advises.
 *
 * @module
 */

import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { appendFileSync, closeSync, openSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import pino from "pino";
import type { Subject } from "./cost.ts";
import { expectLines, lineContext, lineMessage, plainLine } from "./line.ts";

/** The least that a durable line takes: its text, and one write to an open file. */
export function writeSyncLines(path: string): Subject {
  const descriptor = openSync(path, "a");
  return {
    run(calls) {
      for (let call = 0; call < calls; call++) writeSync(descriptor, plainLine(call));
    },
    finish(calls) {
      closeSync(descriptor);
      expectLines(path, calls);
    },
  };
}

/** What a simple logger does: opens, writes and closes the file for each line. */
export function appendFileLines(path: string): Subject {
  return {
    run(calls) {
      for (let call = 0; call < calls; call++) appendFileSync(path, plainLine(call));
    },
    finish: (calls) => expectLines(path, calls),
  };
}

/**
 * Pino with the same eight fields. The three that stay the same are bindings of a child logger,
 * which it serialises once; no redaction.
 *
 * @param minLength Bytes that it gathers before it writes, without waiting; 0 writes each line.
 */
export function pinoLines(path: string, minLength: number): Subject {
  const destination = pino.destination({ dest: path, sync: minLength === 0, minLength });
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination).child({
    trace_id: "tr_20261122144311_e581ab",
    session_id: "lines-20261122T144311Z-e581",
    operation: "update",
  });
  return {
    async run(calls) {
      for (let call = 0; call < calls; call++) {
        logger.info({ context: lineContext(call), duration_ms: null }, lineMessage);
      }
      if (minLength > 0) await flushed(logger);
    },
    finish(calls) {
      // What is shorter than `minLength` stays in memory until then.
      destination.flushSync();
      expectLines(path, calls);
    },
  };
}

function flushed(logger: pino.Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    logger.flush((error) => error ? reject(error) : resolve());
  });
}

/** Counts the spans instead of sending them anywhere. */
class CountingExporter implements SpanExporter {
  count = 0;

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    this.count += spans.length;
    done({ code: 0 });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** OpenTelemetry's spans through its batch processor, with its context following `await`. */
export function openTelemetrySpans(style: "sync" | "async"): Subject {
  const exporter = new CountingExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [
      new BatchSpanProcessor(exporter, { maxQueueSize: 1 << 20, maxExportBatchSize: 512 }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const tracer = trace.getTracer("bench");
  const one = (call: number) =>
    tracer.startActiveSpan("apply", { attributes: { call } }, (span) => span.end());
  const oneAsync = (call: number) =>
    tracer.startActiveSpan("apply", { attributes: { call } }, async (span) => {
      await undefined;
      span.end();
    });
  return {
    async run(calls) {
      await tracer.startActiveSpan("update", async (root) => {
        for (let call = 0; call < calls; call++) {
          if (style === "sync") one(call);
          else await oneAsync(call);
        }
        root.end();
      });
      await provider.forceFlush();
      await setImmediate();
    },
    finish(calls) {
      if (exporter.count < calls) {
        throw new Error(`${exporter.count} spans were exported, expected ${calls} or more`);
      }
    },
  };
}
