/**
 * The list of keys, opened by `?`.
 *
 * @module
 */

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./components/icon.tsx";
import type { ViewEntry } from "./view_table.tsx";
import { keysHelpOpen } from "./state/keys_help.ts";

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["/"], "Search this view"],
  [["Ctrl K"], "Go to anything, or do something"],
  [["j", "↓"], "Next row, also beside open details; next link of a page"],
  [["k", "↑"], "Previous row or link"],
  [["Enter"], "Open the row; once more, go into its details"],
  [["Esc"], "Close the details, a menu or this list"],
  [["Home", "End"], "First row, last row"],
  [["←", "→"], "Fold or unfold a span of a trace; move on the timeline or the log’s strip"],
  [["Shift ←", "Shift →"], "Choose a time there, for every table"],
  [["+", "−", "0"], "Zoom the timeline in, out, show all of it"],
  [["e", "E"], "Next error, previous error"],
  [["?"], "This list"],
];

/** The list of keys, as a dialog in front of everything; nothing while it is closed. */
export function KeysHelp({ views }: { views: readonly ViewEntry[] }): VNode | null {
  return keysHelpOpen.value ? <Keys views={views} /> : null;
}

function Keys({ views }: { views: readonly ViewEntry[] }): VNode {
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
        {keys.filter(([[name]]) => views.length > 0 || name !== "e").map(([names, what]) => (
          <div key={what}>
            <dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      {views.length > 0 && (
        <>
          <h3>
            Go to a view: <kbd>g</kbd>, then
          </h3>
          <dl class="keys-views">
            {views.map(({ letter, title }) => (
              <div key={letter}>
                <dt>
                  <kbd>{letter}</kbd>
                </dt>
                <dd>{title}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </dialog>
  );
}
