/**
 * The list of keys, opened by `?`.
 *
 * @module
 */

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./components/icon.tsx";
import { keysHelpOpen } from "./state/keys_help.ts";

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["/"], "Search this view"],
  [["Ctrl K"], "Search everything"],
  [["j", "↓"], "Next row"],
  [["k", "↑"], "Previous row"],
  [["Enter"], "Open the row"],
  [["Esc"], "Close the details, a menu or this list"],
  [["Home", "End"], "First row, last row"],
  [["←", "→"], "Fold or unfold a span of a trace; choose a time in the log’s strip"],
  [["?"], "This list"],
];

/** The list of keys, as a dialog in front of everything; nothing while it is closed. */
export function KeysHelp(): VNode | null {
  return keysHelpOpen.value ? <Keys /> : null;
}

function Keys(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-labelledby="keys-title"
      onClose={() => keysHelpOpen.value = false}
      onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div class="keys-head">
        <h2 id="keys-title">Keys</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the list of keys"
          onClick={() => dialog.current!.close()}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      <dl>
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
