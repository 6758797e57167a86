/**
 * Says why the page opened only in part.
 *
 * @module
 */

/** Says above the static first view why the app did not start; that view stays. */
export function showFailure(error: unknown): void {
  const notice = document.createElement("p");
  notice.className = "load-error";
  notice.setAttribute("role", "alert");
  const reason = error instanceof Error ? error.message : String(error);
  notice.textContent = `This report opened only in part. ${reason}`;
  document.body.prepend(notice);
}
