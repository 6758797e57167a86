/**
 * Sessions: the natural way to record, and the functions around the current one.
 *
 * @module
 */

export * from "./current.ts";
export * from "./functions.ts";
export * from "./home.ts";
export * from "./live_session.ts";
export * from "./memory_lock.ts";
export * from "./open_session.ts";
export * from "./plan_text.ts";
export * from "./python_time.ts";
export * from "./session.ts";
export * from "./state_conflict.ts";
export * from "./state_file.ts";
export * from "./state_store.ts";
export * from "./update_state.ts";
export * from "./yaml_scalar.ts";
