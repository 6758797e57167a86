/**
 * The report app, which the build makes from `report/`.
 *
 * @module
 */

/** What a page needs of the app. */
export interface ReportApp {
  /** A whole HTML page with the markers that `page.ts` fills. */
  readonly shell: string;
  /** The rest of the app's style, `</style>`, and its script: deflated. */
  readonly code: { readonly inflatedBytes: number; readonly bytes: Uint8Array };
}

/** About how large a page without data is, in bytes. */
export function appSizeBytes({ shell, code }: ReportApp): number {
  return 2 * shell.length + Math.ceil(1.04 * code.bytes.length);
}

/**
 * Loads the app.
 *
 * @throws {Error} If it was not built.
 */
export async function loadReportApp(): Promise<ReportApp> {
  try {
    // @ts-ignore: the build makes this file, and what needs no report is checked without it
    const { shell, inflatedBytes, deflated } = await import("./generated/app.ts");
    const bytes = Uint8Array.from(atob(deflated), (letter) => letter.charCodeAt(0));
    return { shell, code: { inflatedBytes, bytes } };
  } catch (cause) {
    throw new Error(
      'Cannot load the report app: templates/generated/app.ts is missing. Run "npm run build" ' +
        "to make it.",
      { cause },
    );
  }
}
