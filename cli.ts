#!/usr/bin/env node
/**
 * The `planloop` program.
 *
 * @module
 */

import { runProgram } from "./cli/process.ts";

await runProgram();
