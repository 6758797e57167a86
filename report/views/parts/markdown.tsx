/**
 * Markdown on screen, built as nodes. Links are text with an address that nothing follows by
 * itself; images are links, so nothing is fetched; raw HTML is shown as the text it is.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { LongText, plainText, Text } from "../../components/text.tsx";
import {
  findNode,
  labelKey,
  type LinkDefinition,
  type MarkdownDocument,
  markdownLengthMax,
  type MarkdownNode,
  parseMarkdown,
} from "./markdown_tree.ts";

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
  return <div class="markdown">{new Renderer(document, headingLevel).blocks(document.nodes)}</div>;
}

/** The address of a link where it may be followed: absolute, and http, https or mailto. */
export function followable(destination: string): string | null {
  try {
    const url = new URL(destination);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** `&amp;` and its like, decoded in a document that is never shown and has no scripts. */
function decodeReference(source: string): string {
  if (!/^&#?\w{1,31};$/.test(source)) return source;
  return new DOMParser().parseFromString(source, "text/html").body.textContent || source;
}

class Renderer {
  readonly #definitions: ReadonlyMap<string, LinkDefinition>;
  readonly #top: number;
  /** The last heading's level on the page, so that none is skipped. */
  #level: number;

  constructor(document: MarkdownDocument, headingLevel: number) {
    this.#definitions = document.definitions;
    this.#top = headingLevel;
    this.#level = headingLevel - 1;
  }

  blocks(nodes: MarkdownNode[], tight = false): ComponentChildren[] {
    return nodes.map((node) => this.#block(node, tight));
  }

  #block(node: MarkdownNode, tight: boolean): ComponentChildren {
    switch (node.type) {
      case "content":
        return this.blocks(node.children, tight);
      case "paragraph":
        return tight ? <>{this.#inline(node.children)}</> : <p>{this.#inline(node.children)}</p>;
      case "atxHeading":
      case "setextHeading":
        return this.#heading(node);
      case "listOrdered":
      case "listUnordered":
        return this.#list(node);
      case "blockQuote":
        return <blockquote>{this.blocks(node.children)}</blockquote>;
      case "codeFenced":
      case "codeIndented":
        return code(node);
      case "htmlFlow":
        return <pre class="markdown-html" tabIndex={0}><Text value={node.source} block /></pre>;
      case "thematicBreak":
        return <hr />;
      case "table":
        return this.#table(node);
      default:
        return null;
    }
  }

  #heading(node: MarkdownNode): VNode {
    const sequence = findNode(node, "atxHeadingSequence")?.source.length;
    const line = findNode(node, "setextHeadingLineSequence")?.source;
    const depth = sequence ?? (line?.startsWith("=") ? 1 : 2);
    const level = Math.min(6, this.#top + depth - 1, this.#level + 1);
    this.#level = level;
    const Heading = `h${level}` as "h2";
    const text = findNode(node, "atxHeadingText") ?? findNode(node, "setextHeadingText");
    return <Heading>{text && this.#inline(text.children)}</Heading>;
  }

  #list(node: MarkdownNode): VNode {
    const items: MarkdownNode[][] = [];
    let start = 1;
    for (const child of node.children) {
      if (child.type === "listItemPrefix") {
        if (items.length === 0) start = Number(findNode(child, "listItemValue")?.source ?? 1);
        items.push([]);
      } else items.at(-1)?.push(child);
    }
    const list = items.map((item) => <li>{this.blocks(item, !node.loose)}</li>);
    return node.type === "listOrdered" ? <ol start={start}>{list}</ol> : <ul>{list}</ul>;
  }

  #table(node: MarkdownNode): VNode {
    const head = findNode(node, "tableHead");
    const cells = (row: MarkdownNode) =>
      row.children.filter((child) => child.type === "tableHeader" || child.type === "tableData");
    const titles = head ? cells(findNode(head, "tableRow") ?? head) : [];
    const rows = (findNode(node, "tableBody")?.children ?? [])
      .filter((child) => child.type === "tableRow").map(cells);
    const width = Math.max(titles.length, ...rows.map((row) => row.length));
    // A title with a bar in it makes a row longer than the head; its cells are kept, and marked.
    const extra = Array.from({ length: width - titles.length });
    const content = (cell: MarkdownNode | undefined) =>
      cell && this.#inline(findNode(cell, "tableContent")?.children ?? []);
    const align = (column: number) => `align-${node.align[column] ?? "none"}`;
    return (
      <div class="markdown-table" role="region" aria-label="Table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {titles.map((cell, column) => <th class={align(column)}>{content(cell)}</th>)}
              {extra.map(() => <th class="muted" title="More cells than titles">more</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr class={row.length > titles.length ? "row-broken" : undefined}>
                {Array.from(
                  { length: width },
                  (_, column) => <td class={align(column)}>{content(row[column])}</td>,
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }

  #inline(nodes: MarkdownNode[]): ComponentChildren[] {
    return nodes.map((node) => this.#span(node));
  }

  #span(node: MarkdownNode): ComponentChildren {
    switch (node.type) {
      case "emphasis":
        return <em>{this.#inline(findNode(node, "emphasisText")?.children ?? [])}</em>;
      case "strong":
        return <strong>{this.#inline(findNode(node, "strongText")?.children ?? [])}</strong>;
      case "codeText":
        return <code>{node.children.map(codePart)}</code>;
      case "link":
      case "image":
        return this.#link(node);
      case "autolink":
        return link(node.source.slice(1, -1), "", <Text value={node.source.slice(1, -1)} block />);
      case "characterReference":
        return <Text value={decodeReference(node.source)} block />;
      case "characterEscape":
        return <Text value={node.source.slice(1)} block />;
      case "hardBreakTrailing":
      case "hardBreakEscape":
        return <br />;
      case "lineEnding":
        return "\n";
      case "htmlText":
        return (
          <code class="markdown-html">
            <Text value={node.source} block />
          </code>
        );
      case "data":
        return <Text value={node.source} block />;
      default:
        return node.children.length > 0 ? this.#inline(node.children) : null;
    }
  }

  #link(node: MarkdownNode): VNode {
    const label = findNode(node, "labelText");
    const own = findNode(node, "resource");
    const key = findNode(node, "referenceString")?.source ?? label?.source ?? "";
    const target = own
      ? {
        destination: findNode(own, "resourceDestinationString")?.source ?? "",
        title: findNode(own, "resourceTitleString")?.source ?? "",
      }
      : this.#definitions.get(labelKey(key)) ?? { destination: "", title: "" };
    const text = label ? this.#inline(label.children) : [];
    const words = node.type === "image"
      ? (
        <>
          <span class="markdown-image">image</span> {text}
        </>
      )
      : text;
    return link(target.destination, target.title, words);
  }
}

/** A link, or its words and address as text where the address must not be followed. */
function link(destination: string, title: string, words: ComponentChildren): VNode {
  const address = followable(
    destination.includes("@") && !destination.includes(":") ? `mailto:${destination}` : destination,
  );
  const hint = plainText(title ? `${title} · ${destination}` : destination);
  if (!address) return <span class="markdown-no-link" title={hint}>{words}</span>;
  return <a href={address} title={hint} target="_blank" rel="noreferrer noopener">{words}</a>;
}

function codePart(node: MarkdownNode): ComponentChildren {
  if (node.type === "codeTextData") return <Text value={node.source.replace(/\\\|/g, "|")} block />;
  return node.type === "lineEnding" ? " " : null;
}

function code(node: MarkdownNode): VNode {
  const lines: string[] = [];
  let open = node.type === "codeIndented";
  for (const child of node.children) {
    if (child.type === "codeFlowValue") lines.push(child.source);
    else if (child.type === "lineEnding" && open) lines.push("\n");
    else if (child.type === "codeFencedFence") open = true;
  }
  const language = findNode(node, "codeFencedFenceInfo")?.source;
  const text = lines.join("").replace(/^\n|\n$/g, "");
  return (
    <pre
      class="markdown-code"
      data-language={language}
      tabIndex={0}
    ><Text value={text} block /></pre>
  );
}
