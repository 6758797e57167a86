/**
 * Markdown on screen, built as nodes. Links are text with an address that nothing follows by
 * itself; images are links, so nothing is fetched; raw HTML is shown as the text it is. A long
 * document is drawn up to a number of elements, and further when asked.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { LongText } from "../../components/text.tsx";
import { printing } from "../../state/printing.ts";
import { MarkdownDrawing } from "./markdown_drawing.tsx";
import { type MarkdownDocument, markdownLengthMax, parseMarkdown } from "./markdown_tree.ts";

/** Elements drawn at first; ten times as many are added by each "show more". */
export const markdownElementsMax = 200;

/** Properties of {@linkcode Markdown}. */
export interface MarkdownProps {
  text: string;
  /** The level of the document's highest heading on the page; default 2. */
  headingLevel?: number;
}

/** Rendered markdown. */
export function Markdown({ text, headingLevel = 2 }: MarkdownProps): VNode {
  const document = useMemo(() => text.length > markdownLengthMax ? null : parseMarkdown(text), [
    text,
  ]);
  if (!document) {
    return (
      <div class="markdown">
        <p class="note">This text is too long to be laid out; it is shown as it was recorded.</p>
        <LongText value={text} />
      </div>
    );
  }
  return <Portions key={text} document={document} headingLevel={headingLevel} />;
}

function Portions(
  { document, headingLevel }: { document: MarkdownDocument; headingLevel: number },
): VNode {
  const [max, setMax] = useState(markdownElementsMax);
  const limit = printing.value ? Infinity : max;
  const { blocks, hidden } = useMemo(() => {
    const drawing = new MarkdownDrawing(document, headingLevel, limit);
    return { blocks: drawing.blocks(document.nodes), hidden: drawing.hidden };
  }, [document, headingLevel, limit]);
  return (
    <div class="markdown">
      {blocks}
      {hidden > 0 && (
        <p class="markdown-more">
          <button
            type="button"
            class="fold"
            onClick={() => setMax(max + 10 * markdownElementsMax)}
          >
            Show more
          </button>{" "}
          <span class="muted">
            {hidden.toLocaleString("en")} more {hidden === 1 ? "row or block" : "rows and blocks"}
            {" "}
            are not drawn yet, nor found by the browser's search; the Markdown tab has the whole
            text.
          </span>
        </p>
      )}
    </div>
  );
}
