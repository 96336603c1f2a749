/** What was counted. */
export interface Ways {
  /** How many ways lead from the first node to one that leads nowhere. */
  readonly schedules: number;
  /** A node that leads back to itself; there is no counting then. */
  readonly onCircle?: number;
}

/**
 * Counts the ways through a graph.
 *
 * @param targets Where each node leads; a target that is named twice is two ways.
 */
export function countWays(targets: readonly (readonly number[])[]): Ways {
  const left = new Uint32Array(targets.length);
  for (const ones of targets) for (const target of ones) left[target]!++;
  const ways = new Float64Array(targets.length);
  ways[0] = 1;
  let schedules = 0;
  const ready = [0];
  let seen = 0;
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    seen++;
    if (targets[node]!.length === 0) schedules += ways[node]!;
    for (const target of targets[node]!) {
      ways[target]! += ways[node]!;
      if (--left[target]! === 0) ready.push(target);
    }
  }
  return seen === targets.length ? { schedules } : { schedules: Infinity, onCircle: circleIn(targets, left) };
}

/** Walks back among the nodes that are left, each of which is led to by another of them, until one comes again. */
function circleIn(targets: readonly (readonly number[])[], left: Uint32Array): number {
  const before = new Int32Array(targets.length).fill(-1);
  targets.forEach((ones, node) => {
    if (left[node]! > 0) { for (const target of ones) if (left[target]! > 0) before[target] = node; }
  });
  const passed = new Set<number>();
  let node = left.findIndex((count) => count > 0);
  while (!passed.has(node)) {
    passed.add(node);
    node = before[node]!;
  }
  return node;
}
