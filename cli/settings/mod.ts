/**
 * `planloop.jsonc`, the settings of the command line. The library does not read it.
 *
 * @module
 */

export { applySettings, faultLines, refuseFaults } from "./apply_settings.ts";
export { findProjectFile, readSettingsFile, type SettingsFile } from "./find_files.ts";
export {
  findSetting,
  type HomeSource,
  type LoadedSettings,
  loadSettings,
  type RedactChoice,
  redactChoice,
} from "./load_settings.ts";
export { type Settings, settingsFileName } from "./settings.ts";
export { settingsSchema } from "./settings.schema.ts";
