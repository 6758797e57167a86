/**
 * Markdown as a tree of tokens. micromark parses; its HTML compiler is not used, so no markup is
 * ever made from recorded text.
 *
 * @module
 */

import { parse, postprocess, preprocess } from "micromark";
import { gfmTable } from "micromark-extension-gfm-table";

/** A token of the markdown, with the tokens inside it. */
export interface MarkdownNode {
  /** micromark's name of the token, such as `atxHeading`. */
  type: string;
  /** The token's source. Only tokens that hold characters of their own have one. */
  readonly source: string;
  /** For lists: whether items are set apart by blank lines. */
  loose: boolean;
  /** For tables: how each column is aligned. */
  align: readonly string[];
  children: MarkdownNode[];
}

/** Where a link reference such as `[policy]` points to. */
export interface LinkDefinition {
  destination: string;
  title: string;
}

/** A parsed document. */
export interface MarkdownDocument {
  nodes: MarkdownNode[];
  definitions: ReadonlyMap<string, LinkDefinition>;
}

/** Longest markdown that is parsed, in UTF-16 units; longer text is shown as it is. */
export const markdownLengthMax = 512 * 1024;

/** Parses markdown with GitHub's tables. */
export function parseMarkdown(text: string): MarkdownDocument {
  const chunks = preprocess()(text, undefined, true);
  const events = postprocess(parse({ extensions: [gfmTable()] }).document().write(chunks));
  const root: MarkdownNode[] = [];
  const stack: MarkdownNode[][] = [root];
  for (const [step, token, context] of events) {
    if (step === "exit") {
      stack.pop();
      continue;
    }
    const node: MarkdownNode = {
      type: token.type,
      get source() {
        return context.sliceSerialize(token);
      },
      loose: token._loose === true,
      align: token._align ?? [],
      children: [],
    };
    stack.at(-1)?.push(node);
    stack.push(node.children);
  }
  return { nodes: root, definitions: definitionsOf(root) };
}

/** The first descendant of a type, depth first. */
export function findNode(node: MarkdownNode, type: string): MarkdownNode | undefined {
  for (const child of node.children) {
    if (child.type === type) return child;
    const found = findNode(child, type);
    if (found) return found;
  }
  return undefined;
}

/** The key under which a link reference is looked up: without regard to case and blanks. */
export function labelKey(label: string): string {
  return label.replace(/[\t\n\r ]+/g, " ").trim().toLowerCase().toUpperCase();
}

function definitionsOf(nodes: MarkdownNode[]): Map<string, LinkDefinition> {
  const found = new Map<string, LinkDefinition>();
  const visit = (node: MarkdownNode) => {
    if (node.type !== "definition") {
      node.children.forEach(visit);
      return;
    }
    const key = labelKey(findNode(node, "definitionLabelString")?.source ?? "");
    // The first definition of a label counts, as CommonMark says.
    if (found.has(key)) return;
    found.set(key, {
      destination: findNode(node, "definitionDestinationString")?.source ?? "",
      title: findNode(node, "definitionTitleString")?.source ?? "",
    });
  };
  nodes.forEach(visit);
  return found;
}
