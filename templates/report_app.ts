/**
 * The report app's page, which the build makes from `report/`.
 *
 * @module
 */

/**
 * Loads the app's shell: an HTML page with the markers that `page.ts` fills.
 *
 * @throws {Error} If the app was not built.
 */
export async function loadReportApp(): Promise<string> {
  try {
    // @ts-ignore: the build makes this file, and what needs no report is checked without it
    const { reportApp } = await import("./generated/app.ts");
    return reportApp;
  } catch (cause) {
    throw new Error(
      'Cannot load the report app: templates/generated/app.ts is missing. Run "npm run build" ' +
        "to make it.",
      { cause },
    );
  }
}
