/**
 * The demo's agent loop: take the next task, ask the model, run the tools that it asks for, note
 * how the task ended.
 *
 * @module
 */

import type { SessionState, Task, TaskStatus, TaskType } from "../lib/format/mod.ts";
import { taskTypes } from "../lib/format/mod.ts";
import type { Session } from "../lib/mod.ts";
import type { Message, ModelChoice, ModelClient } from "./model_client.ts";
import { planningTask } from "./model_script.ts";
import { runTool, type ToolBox, toolList } from "./tools.ts";

/** Most turns that a task may take. */
const turnsMax = 6;

const goal = "The checkout's check fails now and then. Find out why, repair it, and say so.";

const fast: ModelChoice = { provider: "openai", model: "gpt-4.1-mini", stream: false };
const streamed: ModelChoice = { ...fast, model: "gpt-4.1", stream: true };
const careful: ModelChoice = { provider: "anthropic", model: "claude-sonnet-4-5", stream: true };
const whole: ModelChoice = { ...careful, stream: false };

/** Which model works on a type of task. */
const models: Readonly<Partial<Record<TaskType, ModelChoice>>> = {
  investigate: careful,
  fix: whole,
  test: streamed,
  doc: careful,
};

/** An agent with its tools and its model. */
export interface Agent extends ToolBox {
  model: ModelClient;
}

/** Lets the model make a plan, and puts the tasks that are whole into the session's state. */
export function makePlan(agent: Agent): Promise<void> {
  const { session } = agent;
  return session.trace("plan", async () => {
    session.info("asking for a plan", { goal });
    const prompt =
      `[task ${planningTask}] ${goal} Answer with JSON: {"tasks": [{"title", "type", "depends_on"}]}`;
    const reply = await session.span(
      "ask_for_plan",
      { goal },
      () => agent.model.ask(fast, [{ role: "user", content: prompt }], []),
    );
    const tasks = session.span("check_plan", () => checkedTasks(session, reply.text));
    await session.updateState((state) => {
      state.tasks.push(...tasks);
      state.next_steps = tasks.slice(0, 2).map((task) => task.title);
    }, { operation: "add_tasks" });
    session.info(`the plan has ${tasks.length} tasks`, { tasks: tasks.length });
  }, { command: ["agent", "plan"] });
}

/** The tasks of the model's answer; one that is not whole is left out, and the log says why. */
function checkedTasks(session: Session, text: string): Task[] {
  const { tasks } = JSON.parse(text) as { tasks: Partial<Task>[] };
  const good: Task[] = [];
  tasks.forEach((task, index) => {
    if (typeof task.title !== "string") {
      session.validationFailed("llm response", [{
        path: `tasks[${index}].title`,
        expected: "text",
        found: "nothing",
        message: `Cannot take task ${index + 1} of the plan: tasks[${index}].title is missing, ` +
          "expected text",
      }]);
      return;
    }
    const type = task.type && taskTypes.includes(task.type) ? task.type : "feature";
    const depends_on = task.depends_on ?? [];
    good.push({
      id: good.length + 1,
      title: task.title,
      type,
      status: "TODO",
      depends_on,
      commit_sha: null,
      last_updated_at: null,
    });
  });
  return good;
}

/** The first task that waits for nothing. */
function nextTask(state: SessionState): Task | undefined {
  const done = new Set(state.tasks.filter((task) => task.status === "DONE").map((task) => task.id));
  return state.tasks.find((task) =>
    task.status === "TODO" && task.depends_on.every((id) => done.has(id))
  );
}

/**
 * Works until no task can be begun.
 *
 * @param tell Called with each task before it is begun.
 */
export async function workThroughPlan(agent: Agent, tell: (task: Task) => void): Promise<void> {
  for (;;) {
    const task = nextTask(agent.session.state());
    if (!task) return;
    tell(task);
    await agent.session.trace("work", () => workOn(agent, task), {
      command: ["agent", "work", "--task", String(task.id)],
    });
    agent.session.sampleMemory({ task: task.id });
  }
}

async function workOn(agent: Agent, task: Task): Promise<void> {
  const { session } = agent;
  await setStatus(session, task.id, "IN_PROGRESS");
  session.info(`begins: ${task.title}`, { task_id: task.id, type: task.type });
  const start = agent.runtime.clock.monotonic();
  const status = await session.span("task", { task_id: task.id }, async (span) => {
    span.set({ task });
    const outcome = await takeTurns(agent, task);
    span.metadata["outcome"] = outcome;
    return outcome;
  });
  await setStatus(session, task.id, status);
  const duration_ms = agent.runtime.clock.monotonic() - start;
  const line = `ends as ${status}: ${task.title}`;
  if (status === "DONE") session.info(line, { task_id: task.id }, { duration_ms });
  else session.warning(line, { task_id: task.id }, { duration_ms });
  session.metric("task.duration", duration_ms, { task_id: task.id, status });
}

/** Asks and acts until the model says how the task ended. */
async function takeTurns(agent: Agent, task: Task): Promise<TaskStatus> {
  const { session } = agent;
  const choice = models[task.type] ?? fast;
  const messages: Message[] = [
    {
      role: "user",
      content: `[task ${task.id}] ${task.title}. When you are done, begin with DONE.`,
    },
  ];
  for (let turn = 1; turn <= turnsMax; turn++) {
    const status = await session.span("turn", { turn, model: choice.model }, async () => {
      const reply = await agent.model.ask(choice, messages, toolList);
      session.debug(`the model says: ${reply.text}`, { turn, tools: reply.tools.length });
      messages.push({ role: "assistant", content: reply.text });
      const results: string[] = [];
      for (const call of reply.tools) results.push(`${call.name}: ${await runTool(agent, call)}`);
      if (results.length === 0) return outcomeOf(reply.text);
      messages.push({ role: "user", content: results.join("\n\n") });
      return undefined;
    });
    if (status) return status;
  }
  session.error(`no answer after ${turnsMax} turns`, { task_id: task.id });
  return "FAILED";
}

function outcomeOf(text: string): TaskStatus {
  const word = /^(DONE|FAILED|BLOCKED)\b/.exec(text)?.[1];
  return (word as TaskStatus | undefined) ?? "FAILED";
}

async function setStatus(session: Session, id: number, status: TaskStatus): Promise<void> {
  await session.updateState((state) => {
    const task = state.tasks.find((one) => one.id === id);
    if (!task) {
      throw new RangeError(`Cannot set task ${id} to ${status}: the plan has no such task`);
    }
    task.status = status;
  }, { operation: status === "IN_PROGRESS" ? "begin_task" : "end_task" });
}
