/**
 * The report's views, in the order of the rail.
 *
 * @module
 */

import type { ComponentType } from "preact";
import type { Counts } from "../lib/bundle/header.ts";
import type { IconName } from "./components/icon.tsx";
import { AboutView } from "./views/about.tsx";
import { ChangesView } from "./views/changes.tsx";
import { ErrorsView } from "./views/errors.tsx";
import { LlmView } from "./views/llm.tsx";
import { LocksView } from "./views/locks.tsx";
import { LogsView } from "./views/logs.tsx";
import { OverviewView } from "./views/overview.tsx";
import { PerformanceView } from "./views/performance.tsx";
import { PlanView } from "./views/plan.tsx";
import { ProblemsView } from "./views/problems.tsx";
import { TasksView } from "./views/tasks.tsx";
import { TraceView } from "./views/trace.tsx";
import { TracesView } from "./views/traces.tsx";

/** One view of the report. */
export interface ViewEntry {
  /** As in the address. */
  id: string;
  /** Goes here after the key `g`. */
  letter: string;
  title: string;
  icon: IconName;
  View: ComponentType;
  /** A page of its own for one record, where the address has a key. */
  Page?: ComponentType<{ id: string }>;
  /** Records that the view shows; absent where counting says nothing. */
  count?(counts: Counts): number;
  /** Whether its records have times, so that a time window chooses among them. */
  timed?: boolean;
  /** Records that went wrong, for a mark in the rail. */
  failed?(counts: Counts): number;
}

/** Every view. */
export const viewTable: readonly ViewEntry[] = [
  { id: "overview", letter: "o", title: "Overview", icon: "overview", View: OverviewView },
  {
    id: "tasks",
    letter: "t",
    title: "Tasks",
    icon: "tasks",
    View: TasksView,
    count: (c) => c.tasks,
  },
  { id: "plan", letter: "p", title: "Plan", icon: "plan", View: PlanView },
  {
    id: "logs",
    letter: "l",
    title: "Logs",
    icon: "logs",
    View: LogsView,
    timed: true,
    count: (c) => c.logs,
  },
  {
    id: "llm",
    letter: "m",
    title: "LLM calls",
    icon: "llm",
    View: LlmView,
    timed: true,
    count: (c) => c.llm_calls,
    failed: (c) => c.llm_failed,
  },
  {
    id: "performance",
    letter: "f",
    title: "Performance",
    icon: "performance",
    View: PerformanceView,
    timed: true,
    count: (c) => c.metrics,
  },
  {
    id: "traces",
    letter: "r",
    title: "Traces",
    icon: "traces",
    View: TracesView,
    Page: TraceView,
    timed: true,
    count: (c) => c.traces,
    failed: (c) => c.traces_failed,
  },
  {
    id: "errors",
    letter: "e",
    title: "Errors",
    icon: "errors",
    View: ErrorsView,
    timed: true,
    count: (c) => c.errors,
    failed: (c) => c.errors,
  },
  {
    id: "locks",
    letter: "k",
    title: "Locks",
    icon: "locks",
    View: LocksView,
    timed: true,
    count: (c) => c.lock_requests,
  },
  {
    id: "changes",
    letter: "c",
    title: "Changes",
    icon: "changes",
    View: ChangesView,
    timed: true,
    count: (c) => c.changes,
  },
  {
    id: "problems",
    letter: "d",
    title: "Data problems",
    icon: "problems",
    View: ProblemsView,
    count: (c) => c.problems,
    failed: (c) => c.problems,
  },
  { id: "about", letter: "a", title: "About", icon: "info", View: AboutView },
];

/** The view of an address; undefined where there is none of that name. */
export function viewOf(id: string): ViewEntry | undefined {
  return viewTable.find((view) => view.id === id);
}
