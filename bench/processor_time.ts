/** How often `/proc` counts in a second, on Linux. */
const TICKS = 100;

/** The processor time that a process used so far, in ms. Linux only: it reads `/proc`. */
export function processorMs(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold anything
  return (Number(fields[11]) + Number(fields[12])) * (1000 / TICKS);
}
