/**
 * Takes measurements in turn, so many rounds: one list for each, with a result for each round.
 *
 * On a shared machine only ratios count, so results of one round are compared. Every other round goes backwards.
 */
export async function interleave<T>(
  rounds: number,
  measurements: readonly (() => T | Promise<T>)[],
  warmUps = 0,
): Promise<T[][]> {
  const results = measurements.map((): T[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    const order = [...measurements.entries()];
    for (const [index, measure] of round % 2 === 0 ? order : order.reverse()) {
      const result = await measure();
      if (round >= 0) results[index]!.push(result);
    }
  }
  return results;
}
