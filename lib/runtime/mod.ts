/**
 * The machine: files, clocks, chance, the process; and a fake of all that for tests.
 *
 * @module
 */

export * from "./async_context.ts";
export { ByteText, textBytes, unitBytesMax } from "./byte_text.ts";
export * from "./clock.ts";
export * from "./compress.ts";
export * from "./fake.ts";
export * from "./fake_files.ts";
export * from "./files.ts";
export * from "./path.ts";
export * from "./pause.ts";
export * from "./is_running.ts";
export * from "./process.ts";
export * from "./random.ts";
export * from "./runtime.ts";
export * from "./stream_errors.ts";
export * from "./system_files.ts";
export { TextStore } from "./text_store.ts";
export * from "./throw_watch.ts";
