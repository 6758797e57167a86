/**
 * The page's first script, so small that it costs no time before the first rows are painted. The
 * app comes as inert text in front of the data; it starts once a frame with the static first view
 * was painted. Until then the calls after chunks of data only note what they stand behind.
 *
 * @module
 */

import "./styles/first.css";
import { decodeWide } from "../lib/bundle/wide_text.ts";
import { inflate } from "./data/decompress.ts";
import { showFailure } from "./load_failure.ts";
import { type AppCall, appKind, styleEnd } from "./page_call.ts";
import { showKeptTheme } from "./state/kept_theme.ts";

/**
 * When the app starts without a frame, in milliseconds: nothing is painted in a frame that is out of
 * sight.
 */
const frameWaitMax_ms = 1000;

// Before the first frame, or its colours would change under the reader's eyes.
showKeptTheme();

const waiting: HTMLElement[] = [];

const planloop: AppCall = () => {
  const script = document.currentScript!;
  const element = script.previousElementSibling as HTMLElement;
  element.remove();
  script.remove();
  if (element.dataset["kind"] === appKind) afterPaint(() => start(element));
  else waiting.push(element);
};
planloop.waiting = waiting;
Object.assign(globalThis, { planloop });

/** Unpacks the app and starts it: the policy knows the hashes of its style and its script. */
async function start({ textContent, dataset }: HTMLElement): Promise<void> {
  try {
    const inflated = Number(dataset["inflated"]);
    const bytes = await inflate({ bytes: decodeWide(textContent), inflated });
    const [style, script] = new TextDecoder().decode(bytes).split(styleEnd, 2);
    document.head.append(make("style", style!));
    const app = make("script", script!);
    document.body.append(app);
    app.remove();
  } catch (error) {
    showFailure(error);
  }
}

function make(name: "style" | "script", text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Calls back once: after the next frame, or where none comes. */
function afterPaint(then: () => void): void {
  let isDone = false;
  const once = () => {
    if (!isDone) then();
    isDone = true;
  };
  if (document.hidden) return void setTimeout(once);
  setTimeout(once, frameWaitMax_ms);
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes("paint")) {
    return void requestAnimationFrame(() => setTimeout(once));
  }
  // Said once the frame is on screen: to start when it is drawn would take the time from showing it.
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName("first-contentful-paint").length === 0) return;
    observer.disconnect();
    once();
  }).observe({ type: "paint", buffered: true });
}
