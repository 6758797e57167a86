/**
 * A document's nodes as elements, as far as there is room, and how much was left out.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { plainText, visible } from "../../components/text.tsx";
import {
  findNode,
  labelKey,
  type LinkDefinition,
  type MarkdownDocument,
  type MarkdownNode,
} from "./markdown_tree.ts";

/** Elements that a table's row may take beyond the limit, so that it is drawn whole. */
const rowOverMax = 60;

/** Parts of a text that have an element of their own. */
const elements = new Set([
  "emphasis",
  "strong",
  "codeText",
  "link",
  "image",
  "autolink",
  "htmlText",
  "hardBreakTrailing",
  "hardBreakEscape",
]);

/** What is counted of that which is not drawn. */
const pieces = new Set([
  "atxHeading",
  "setextHeading",
  "codeFenced",
  "codeIndented",
  "htmlFlow",
  "thematicBreak",
  "tableRow",
  "listItemPrefix",
]);

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

/** Draws one document up to a number of elements. */
export class MarkdownDrawing {
  readonly #definitions: ReadonlyMap<string, LinkDefinition>;
  readonly #top: number;
  /** The last heading's level on the page, so that none is skipped. */
  #level: number;
  /** Elements that may still be drawn. */
  #left: number;
  /** Whether something was left out of the text that is being drawn. */
  #isCut = false;
  /** Rows of tables, entries of lists and other blocks that were not drawn whole. */
  hidden = 0;

  constructor(document: MarkdownDocument, headingLevel: number, elementsMax: number) {
    this.#left = elementsMax;
    this.#definitions = document.definitions;
    this.#top = headingLevel;
    this.#level = headingLevel - 1;
  }

  blocks(nodes: MarkdownNode[], tight = false): ComponentChildren[] {
    return nodes.map((node) => this.#left > 0 ? this.#block(node, tight) : this.#hide(node));
  }

  /** Leaves a block out, and counts it with the rows, entries and blocks in it. */
  #hide(node: MarkdownNode): null {
    this.hidden += piecesOf(node);
    return null;
  }

  /** Draws a block's text as far as there is room. */
  #text(nodes: MarkdownNode[]): ComponentChildren[] {
    this.#left--;
    const shown = this.#inline(nodes);
    this.#countCut();
    return shown;
  }

  #countCut(): void {
    if (this.#isCut) this.hidden++;
    this.#isCut = false;
  }

  #block(node: MarkdownNode, tight: boolean): ComponentChildren {
    switch (node.type) {
      case "content":
        return this.blocks(node.children, tight);
      case "paragraph":
        return tight ? <>{this.#text(node.children)}</> : <p>{this.#text(node.children)}</p>;
      case "atxHeading":
      case "setextHeading":
        return this.#heading(node);
      case "listOrdered":
      case "listUnordered":
        return this.#list(node);
      case "blockQuote":
        this.#left--;
        return <blockquote>{this.blocks(node.children)}</blockquote>;
      case "codeFenced":
      case "codeIndented":
        this.#left -= 2;
        return code(node);
      case "htmlFlow":
        this.#left -= 2;
        return <pre class="markdown-html" tabIndex={0}>{shownText(node.source)}</pre>;
      case "thematicBreak":
        this.#left--;
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
    return <Heading>{this.#text(text?.children ?? [])}</Heading>;
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
    this.#left--;
    const list: VNode[] = [];
    for (const item of items) {
      if (this.#left > 0) {
        this.#left--;
        list.push(<li>{this.blocks(item, !node.loose)}</li>);
      } else this.hidden += 1 + sum(item.map((inner) => piecesOf(inner, true)));
    }
    return node.type === "listOrdered" ? <ol start={start}>{list}</ol> : <ul>{list}</ul>;
  }

  #table(node: MarkdownNode): VNode {
    const head = findNode(node, "tableHead");
    const cells = (row: MarkdownNode) =>
      row.children.filter((child) => child.type === "tableHeader" || child.type === "tableData");
    const titles = head ? cells(findNode(head, "tableRow") ?? head) : [];
    const rows = (findNode(node, "tableBody")?.children ?? [])
      .filter((child) => child.type === "tableRow").map(cells);
    const width = rows.reduce((most, row) => Math.max(most, row.length), titles.length);
    const align = (column: number) => `align-${node.align[column] ?? "none"}`;
    this.#left -= 5;
    const body: VNode[] = [];
    // A title with a bar in it makes a row longer than the head; its cells are kept, and marked.
    const headings = this.#row(
      width,
      (column) =>
        column < titles.length
          ? <th class={align(column)}>{this.#cell(titles[column])}</th>
          : <th class="muted" title="More cells than titles">more</th>,
    );
    for (const row of rows) {
      if (this.#left <= 0) {
        this.hidden++;
        continue;
      }
      const drawn = this.#row(
        width,
        (column) => <td class={align(column)}>{this.#cell(row[column])}</td>,
      );
      body.push(<tr class={row.length > titles.length ? "row-broken" : undefined}>{drawn}</tr>);
    }
    return (
      <div class="markdown-table" role="region" aria-label="Table" tabIndex={0}>
        <table>
          <thead>
            <tr>{headings}</tr>
          </thead>
          <tbody>{body}</tbody>
        </table>
      </div>
    );
  }

  /** A row's cells: all of them, unless there are a great many. */
  #row(width: number, cell: (column: number) => VNode): VNode[] {
    const cells: VNode[] = [];
    this.#left--;
    for (let column = 0; column < width && !this.#isCut; column++) {
      this.#left--;
      if (this.#left < -rowOverMax) this.#isCut = true;
      else cells.push(cell(column));
    }
    this.#countCut();
    return cells;
  }

  #cell(cell: MarkdownNode | undefined): ComponentChildren {
    return cell && this.#inline(findNode(cell, "tableContent")?.children ?? [], rowOverMax);
  }

  #inline(nodes: MarkdownNode[], overMax = 0): ComponentChildren[] {
    const shown: ComponentChildren[] = [];
    for (const node of nodes) {
      if (this.#isCut) break;
      if (this.#left < -overMax) {
        this.#isCut = true;
        shown.push("…");
      } else shown.push(this.#span(node));
    }
    return shown;
  }

  #span(node: MarkdownNode): ComponentChildren {
    if (elements.has(node.type)) this.#left--;
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
        return link(node.source.slice(1, -1), "", shownText(node.source.slice(1, -1)));
      case "characterReference":
        return shownText(decodeReference(node.source));
      case "characterEscape":
        return shownText(node.source.slice(1));
      case "hardBreakTrailing":
      case "hardBreakEscape":
        return <br />;
      case "lineEnding":
        return "\n";
      case "htmlText":
        return <code class="markdown-html">{shownText(node.source)}</code>;
      case "data":
        return shownText(node.source);
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
  if (node.type === "codeTextData") return shownText(node.source.replace(/\\\|/g, "|"));
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
    >{shownText(text)}</pre>
  );
}

/** Recorded text in an element that keeps its direction to itself. */
function shownText(text: string): ComponentChildren {
  return visible(text, true);
}

/** Rows, entries and blocks in a block; in a list, paragraphs belong to their entry. */
function piecesOf(node: MarkdownNode, inList = false): number {
  if (node.type === "paragraph") return inList ? 0 : 1;
  if (pieces.has(node.type)) return 1;
  const isList = inList || node.type.startsWith("list");
  return sum(node.children.map((child) => piecesOf(child, isList)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
