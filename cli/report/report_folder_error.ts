/**
 * Why a report cannot be written.
 *
 * @module
 */

/** A report cannot go where it was asked to. What was there before is unchanged. */
export class ReportFolderError extends Error {
  override readonly name = "ReportFolderError";
  /** The folder that was asked for. */
  readonly folder: string;

  constructor(folder: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.folder = folder;
  }
}
