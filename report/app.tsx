/**
 * The frame around every view: top bar, rail, content.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import type { DataSource } from "../lib/bundle/data_source.ts";
import { humanCount } from "../lib/format/human.ts";
import { iconStyle } from "./components/icon.tsx";
import { useCurrentInSight } from "./components/in_sight.ts";
import { EmptyState } from "./components/layout.tsx";
import { plainText, Text } from "./components/text.tsx";
import { DataProvider, useData } from "./data/context.ts";
import { KeysHelp } from "./keys_help.tsx";
import { LiveNote } from "./live_button.tsx";
import { Notice } from "./notice.tsx";
import { useKeptFocus } from "./state/focus.ts";
import { useGlobalKeys } from "./state/global_keys.ts";
import { defaultView, homeAddress, href, route } from "./state/route.ts";
import { recordingStart } from "./state/time_zone.ts";
import { TopBar } from "./top_bar.tsx";
import { type ViewEntry, viewOf, viewTable } from "./view_table.tsx";
import { useWindowCounts } from "./window_counts.ts";

/** The whole app over a source of data. */
export function App({ source }: { source: DataSource }): VNode {
  useGlobalKeys(viewTable, source);
  useKeptFocus();
  recordingStart.value = source.header.time_range.start;
  return (
    <DataProvider value={source}>
      <div class="app">
        <a class="skip-link" href="#content" onClick={skipToContent}>
          Skip to content
        </a>
        <TopBar />
        <Rail />
        <Content />
        <KeysHelp views={viewTable} />
        <Notice />
      </div>
    </DataProvider>
  );
}

function Rail(): VNode {
  const { counts } = useData().header;
  const inside = useWindowCounts();
  const current = viewOf(route.value.view)?.id ?? "";
  const row = useCurrentInSight<HTMLElement>(current);
  return (
    <nav class="rail" aria-label="Views" ref={row}>
      <ul>
        {route.value.session !== null && (
          <li>
            <a class="rail-item icon-before" style={iconStyle("back", 16)} href={homeAddress}>
              All sessions
            </a>
          </li>
        )}
        {viewTable.map((view) => {
          const total = view.count?.(counts);
          const count = view.count?.({ ...counts, ...inside });
          const failed = view.failed?.({ ...counts, ...inside }) ?? 0;
          return (
            <li key={view.id}>
              <a
                class={`rail-item icon-before${count === 0 ? " rail-none" : ""}`}
                style={iconStyle(view.icon, 16)}
                href={href(view.id)}
                aria-current={view.id === current ? "page" : undefined}
              >
                {view.title}
                {failed > 0 && <Failed count={failed} />}
                {count !== undefined && (
                  <span class="rail-count">
                    {humanCount(count)}
                    {inside && view.timed && total !== 0 && ` of ${humanCount(total)}`}
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** A dot beside a view that has something wrong in it. */
function Failed({ count }: { count: number }): VNode {
  const words = `${humanCount(count)} with problems`;
  return <span class="rail-failed" role="img" aria-label={words} title={words} />;
}

function Content(): VNode {
  const { header } = useData();
  const { view: id, key } = route.value;
  const view = viewOf(id);
  useEffect(() => {
    document.title = `${view?.title ?? "No such view"} · ${plainText(header.title)} · planloop`;
  }, [view, header.title]);
  if (!view) return <UnknownView id={id} />;
  return (
    <main class="content" id="content" tabIndex={-1}>
      <h2 class="offscreen">{view.title}</h2>
      <LiveNote />
      {/* A view that fails must not take the others with it; a change of view tries again. */}
      <Guard key={view.id} view={view} recordKey={key} />
    </main>
  );
}

function UnknownView({ id }: { id: string }): VNode {
  return (
    <main class="content" id="content" tabIndex={-1}>
      <h2 class="offscreen">No such view</h2>
      <div role="status">
        <EmptyState title="No such view">
          <p>
            This report has no view “<Text value={id} max={80} />”.
          </p>
          <p>
            <a href={href(defaultView)}>Go to the Overview</a>
          </p>
        </EmptyState>
      </div>
    </main>
  );
}

function Guard({ view, recordKey }: { view: ViewEntry; recordKey: string | null }): VNode {
  const [error, reset] = useErrorBoundary();
  if (error) {
    return (
      <div class="load-error" role="alert">
        <strong>This view could not be shown.</strong>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        <button type="button" class="button" onClick={reset}>Try again</button>
      </div>
    );
  }
  return view.Page && recordKey !== null
    ? <view.Page key={recordKey} id={recordKey} />
    : <view.View />;
}

/** The hash is the address of what is on screen, so it must not change here. */
export function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
