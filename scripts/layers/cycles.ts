/**
 * Finds the cycles of a graph.
 *
 * @param graph What each file imports.
 * @returns Each cycle once, from its first file in order of names back to it.
 */
export function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  function visit(path: string, trail: string[]): void {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const cycle = [...trail.slice(at), path];
      if (!cycle.every((one) => one.includes("/gen/"))) cycles.push(cycle); // the generator's own are not ours to mend
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  }
  for (const path of [...graph.keys()].sort()) visit(path, []);
  return cycles;
}
