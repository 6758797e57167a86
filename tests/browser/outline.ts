/** What a page is made of, by the names that a screen reader says. */

/** Runs in the page: a line for each part inside `within` that has a name, numbers left out. */
export function outline(within: string): string[] {
  const parts = "h1, h2, h3, h4, [role=grid], [role=treegrid], [role=columnheader], th, .tab, " +
    ".icon-button, .button, .figure-name, .menu > button, summary, dt";
  const lines = [...document.querySelectorAll<HTMLElement>(`${within} :is(${parts})`)]
    .filter((element) => !element.closest(".grid-body, .waterfall-body, .flame, .markdown"))
    .map((element) => {
      const kind = element.getAttribute("role") ?? element.tagName.toLowerCase();
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return `${kind}: ${name.replace(/[\d,.]+/g, "#").replace(/\s+/g, " ").trim().slice(0, 60)}`;
    });
  return [...new Set(lines)];
}
