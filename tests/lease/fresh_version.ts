import type { State } from "./state.ts";

/** The record's next version: one that nobody remembers, so that the number of writes before makes no other state. */
export function freshVersion({ store, workers }: State): string {
  const remembered = new Set<unknown>([store?.version]);
  for (const { local, pending } of workers) {
    if (local.position.outcome) continue;
    for (const version of local.versions) remembered.add(version);
    for (const { answered } of pending) remembered.add(answered?.result);
  }
  let version = 1;
  while (remembered.has(`${version}`)) version++;
  return `${version}`;
}
