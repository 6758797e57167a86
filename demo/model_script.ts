/**
 * What the demo's model says: one turn after another, for each task.
 *
 * @module
 */

import { paymentAfter, paymentFile } from "./project.ts";

/** A tool that the model asks for. */
export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

/** One answer of the model. */
export interface Turn {
  text: string;
  tools?: ToolCall[];
  usage: { input: number; output: number; cacheRead?: number; cacheWrite?: number };
}

/** What the answer to the planning prompt holds: seven good tasks, and one without a title. */
const plan = {
  tasks: [
    { title: "Reproduce the failing checkout check", type: "investigate" },
    { title: "Find out why some orders are charged twice", type: "investigate", depends_on: [1] },
    { title: "Send one idempotency key per order", type: "fix", depends_on: [2] },
    { title: "Have the retried payment reviewed and checked", type: "test", depends_on: [3] },
    { title: "Round order totals in cents", type: "fix", depends_on: [1] },
    { title: "Roll the fix out to staging", type: "chore", depends_on: [4] },
    { title: "Describe the retry policy in the README", type: "doc", depends_on: [3] },
    { title: "Remove the old retry helper", type: "refactor", depends_on: [5, 6] },
    { type: "feature", depends_on: [8] },
  ],
};

/** The task number of the planning prompt. */
export const planningTask = 0;

/** The turns of each task. The last turn of a task asks for no tool. */
export const modelScript: Readonly<Record<number, readonly Turn[]>> = {
  [planningTask]: [
    { text: JSON.stringify(plan), usage: { input: 612, output: 241 } },
  ],
  1: [
    {
      text: "I will look at what is there and run the check once before I change anything.",
      tools: [{ name: "list_files", input: { folder: "." } }, { name: "run_check", input: {} }],
      usage: { input: 704, output: 58 },
    },
    {
      text: "DONE The check fails every time on this machine: some orders are charged twice. The " +
        "failing orders are nine apart, which points at something periodic in the gateway and not " +
        "at the data.",
      usage: { input: 1460, output: 63 },
    },
  ],
  2: [
    {
      text: "The two suspects are the client's retry and the gateway itself. I read both, and I " +
        "would like to see the deployment's settings.",
      tools: [
        { name: "read_file", input: { path: paymentFile } },
        { name: "read_file", input: { path: "src/gateway.mjs" } },
        { name: "read_file", input: { path: "../deploy/settings.env" } },
      ],
      usage: { input: 811, output: 94, cacheRead: 0, cacheWrite: 640 },
    },
    {
      text:
        "DONE The gateway books the charge and then loses its answer. `pay` takes the timeout " +
        "for a failure and charges again, with nothing that tells the gateway that both are the " +
        "same payment. An idempotency key per order closes the gap; a shorter timeout would only " +
        "make it rarer.",
      usage: { input: 233, output: 88, cacheRead: 1451, cacheWrite: 512 },
    },
  ],
  3: [
    {
      text: "One key per order, made before the loop, so that every attempt sends the same one.",
      tools: [
        { name: "write_file", input: { path: paymentFile, text: paymentAfter } },
        { name: "run_check", input: {} },
      ],
      usage: { input: 298, output: 312, cacheRead: 1963, cacheWrite: 0 },
    },
    {
      text:
        "DONE All orders are charged once, and the retry still runs: the gateway timed out and " +
        "the second attempt was answered from the first charge.",
      usage: { input: 540, output: 47, cacheRead: 1963, cacheWrite: 702 },
    },
  ],
  4: [
    {
      text: "Three reviewers look at the change while I run the check again.",
      tools: [{ name: "ask_reviewers", input: { count: 3 } }, { name: "run_check", input: {} }],
      usage: { input: 902, output: 40 },
    },
    {
      text:
        "DONE The reviewers agree with the key per order. One of them asks to say in the README " +
        "how long the gateway remembers a key.",
      usage: { input: 1711, output: 52 },
    },
  ],
  5: [
    {
      text: "I compute the total of the order that support complained about.",
      tools: [{ name: "total_order", input: { order: "o-1834" } }],
      usage: { input: 655, output: 31 },
    },
    {
      text: "FAILED The cart of order o-1834 holds a gift card without a price, and the total " +
        "cannot be computed from it. What a gift card costs is a decision for the shop, so I stop " +
        "here.",
      usage: { input: 1120, output: 57 },
    },
  ],
  6: [
    {
      text: "The change is reviewed. I start the roll-out to staging.",
      tools: [{ name: "deploy", input: { target: "staging" } }],
      usage: { input: 590, output: 29 },
    },
    {
      text:
        "BLOCKED The deployment's process was killed while it uploaded the build. Nobody knows " +
        "what staging runs now; a person has to look before anything is sent there again.",
      usage: { input: 702, output: 45 },
    },
  ],
  7: [
    {
      text: "I read the README and add a section on retries.",
      tools: [
        { name: "read_file", input: { path: "README.md" } },
        {
          name: "write_file",
          input: {
            path: "README.md",
            text:
              "# Checkout\n\nTakes a cart, asks the gateway for the money, and writes a receipt.\n\n" +
              "## Retries\n\nA payment is sent up to three times. Every attempt carries the same " +
              "idempotency key, so that an order is charged once however often it is sent. The " +
              "gateway remembers a key for 24 hours.\n",
          },
        },
      ],
      usage: { input: 402, output: 188, cacheRead: 1963, cacheWrite: 0 },
    },
    {
      text: "DONE The README says how often a payment is sent, and why that is safe.",
      usage: { input: 388, output: 24, cacheRead: 2665, cacheWrite: 0 },
    },
  ],
};

/** What the model streams to a deployment that will not live to read all of it. */
export const deployNotes =
  "Release notes for staging. The checkout now sends one idempotency key " +
  "per order, so that a payment whose answer was lost is not booked again. Watch the rate of " +
  "repeated keys for the first hour: it should follow the gateway's time-outs. To roll back, deploy " +
  "the previous build; keys that were sent stay valid for a day and do no harm. ";
