import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { StoredSession } from "../../lib/store/mod.ts";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "planloop-store-"));
  folders.push(folder);
  return folder;
}

/** What is put where: text or bytes; an object as JSON. A name that ends in `/` is a folder. */
export type Tree = Record<string, string | Uint8Array | object>;

/** Writes files below a folder. */
export function writeTree(root: string, tree: Tree): string {
  for (const [name, content] of Object.entries(tree)) {
    const path = join(root, name);
    mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (name.endsWith("/")) continue;
    const isData = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(path, isData ? content : JSON.stringify(content));
  }
  return root;
}

/** Takes the right to read a file away; false where the user may read everything anyway. */
export function makeUnreadable(path: string): boolean {
  chmodSync(path, 0o000);
  return process.getuid?.() !== 0;
}

/** A session folder with these files. */
export function sessionWith(tree: Tree, id = "demo-20251116T041455Z-c7d4"): StoredSession {
  const path = writeTree(join(temporaryFolder(), id), { "logs/": "", ...tree });
  return new StoredSession(id, path);
}

/** Everything that a generator gives; batches are joined. */
export async function all<T>(items: AsyncIterable<T | T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    if (Array.isArray(item)) found.push(...item);
    else found.push(item);
  }
  return found;
}

/** A valid `state.json`. */
export function state(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema_version: 1,
    version: 1,
    session: "demo-20251116T041455Z-c7d4",
    name: "Demo",
    title: "A demo",
    purpose: "",
    created_at: "2025-11-16T04:14:55.826478",
    last_updated_at: "2025-11-16T04:22:51.306742",
    project_root: "/repo",
    branch: null,
    prompts: { set: "core-v1", goal_version: null, handshake_version: null, summary_version: null },
    environment: { os: "unknown", python: null, xcode: null, node: null },
    tags: [],
    tasks: [{
      id: 1,
      title: "First",
      type: "feature",
      status: "TODO",
      depends_on: [],
      commit_sha: null,
      last_updated_at: null,
    }],
    signals: [],
    next_steps: [],
    context_notes: [],
    artifacts: [],
    now: { reason: "task", task_id: 1, signal_id: null },
    done: false,
    final_summary: null,
    ...more,
  };
}
