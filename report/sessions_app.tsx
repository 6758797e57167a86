/**
 * The app over several sessions: a table of them, and the app of the one that is open.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DataSource } from "../lib/bundle/data_source.ts";
import { App, skipToContent } from "./app.tsx";
import { EmptyState } from "./components/layout.tsx";
import { plainText, Text } from "./components/text.tsx";
import { carryOver, SessionCards } from "./data/context.ts";
import type { SessionsSource } from "./data/sessions_source.ts";
import { KeysHelp } from "./keys_help.tsx";
import { LiveButton, LiveNote } from "./live_button.tsx";
import { Notice } from "./notice.tsx";
import { QuickSearch } from "./quick_search.tsx";
import { useKeptFocus } from "./state/focus.ts";
import { useGlobalKeys } from "./state/global_keys.ts";
import { homeAddress, route } from "./state/route.ts";
import { Brand, DisplayTools } from "./top_bar.tsx";
import type { ViewEntry } from "./view_table.tsx";
import { SessionsView } from "./views/sessions.tsx";

/** The whole app over several sessions. */
export function SessionsApp({ sessions }: { sessions: SessionsSource }): VNode {
  const { session } = route.value;
  return (
    <SessionCards.Provider value={sessions.head.sessions}>
      {session === null
        ? <Home sessions={sessions} />
        : <OpenSession key={session} sessions={sessions} name={session} />}
    </SessionCards.Provider>
  );
}

function Home({ sessions: { head } }: { sessions: SessionsSource }): VNode {
  useEffect(() => {
    document.title = `Sessions · ${plainText(head.title)} · planloop`;
  }, [head.title]);
  return (
    <Frame title={head.title}>
      <SessionsView cards={head.sessions} />
    </Frame>
  );
}

const noViews: readonly ViewEntry[] = [];

function Frame({ title, children }: { title: string; children: VNode }): VNode {
  useGlobalKeys(noViews, null);
  useKeptFocus();
  return (
    <div class="app app-sessions">
      <a class="skip-link" href="#content" onClick={skipToContent}>
        Skip to content
      </a>
      <header class="topbar">
        <Brand />
        <div class="topbar-session">
          <h1>
            <Text value={title} max={160} bare />
          </h1>
        </div>
        <LiveButton />
        <QuickSearch />
        <DisplayTools />
      </header>
      <main class="content" id="content" tabIndex={-1}>
        <h2 class="offscreen">Sessions</h2>
        <LiveNote />
        {children}
      </main>
      <KeysHelp views={noViews} />
      <Notice />
    </div>
  );
}

/** What is known of the session that is being opened. */
type Opening = { source: DataSource } | { error: Error } | null;

function OpenSession({ sessions, name }: { sessions: SessionsSource; name: string }): VNode {
  const [opening, setOpening] = useState<Opening>(null);
  const opened = sessions.open(name);
  const shown = opening && "source" in opening ? opening.source : null;
  useEffect(() => {
    let live = true;
    opened?.then((source) => carryOver(shown, source)).then(
      (source) => live && setOpening({ source }),
      (error) =>
        live && setOpening({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => {
      live = false;
    };
  }, [opened]);
  if (opening && "source" in opening) return <App source={opening.source} />;
  const card = sessions.head.sessions.find(({ key }) => key === name);
  return (
    <Frame title={card?.title ?? sessions.head.title}>
      {opening
        ? (
          <div class="load-error" role="alert">
            <strong>This session could not be opened.</strong>
            <p>{opening.error.message}</p>
            <BackHome />
          </div>
        )
        : opened
        ? <p class="loading" role="status">Opening the session…</p>
        : (
          <div role="status">
            <EmptyState title="No such session">
              <p>
                This report has no session “<Text value={name} max={120} />”.
              </p>
              <BackHome />
            </EmptyState>
          </div>
        )}
    </Frame>
  );
}

function BackHome(): VNode {
  return (
    <p>
      <a href={homeAddress}>Go to all sessions</a>
    </p>
  );
}
