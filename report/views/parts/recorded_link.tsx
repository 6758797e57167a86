/**
 * An address out of a session: a link where it is an ordinary web address, else text.
 *
 * @module
 */

import type { VNode } from "preact";
import { Text } from "../../components/mod.ts";
import { followable } from "./markdown_drawing.tsx";

/** A recorded address. Following it is the reader's decision; nothing is fetched by itself. */
export function RecordedLink({ address }: { address: string }): VNode {
  const target = followable(address);
  const text = <Text value={address} max={400} />;
  return target
    ? <a class="mono" href={target} target="_blank" rel="noreferrer noopener">{text}</a>
    : <span class="mono">{text}</span>;
}
