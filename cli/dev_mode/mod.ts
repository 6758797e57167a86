/**
 * Switching the `planloop` on the PATH between the installed one and a working copy's source.
 *
 * @module
 */

export { type DevCheck, devChecks } from "./checks.ts";
export { type Machine, systemMachine } from "./machine.ts";
export { type DevStatus, devStatus } from "./status.ts";
export { switchBack, type SwitchBackRequest } from "./switch_off.ts";
export { switchOn, type SwitchOnRequest, type SwitchResult } from "./switch_on.ts";
