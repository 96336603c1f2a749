import type { Emulator } from "./emulator.ts";

/** Files that come into a group by themselves. */
export interface Arrival {
  readonly group: string;
  /** How many seconds pass before the first file and between two. */
  readonly seconds: number;
}

/**
 * Lets files arrive until the program ends: NCSV with one made-up row, all of the same name, as the vendor's are.
 *
 * @param now The time of their rows, in milliseconds since 1970.
 */
export function startArrivals(
  { addFile }: Pick<Emulator, "addFile">,
  arrivals: readonly Arrival[],
  now: () => number = Date.now,
): void {
  for (const { group, seconds } of arrivals) {
    let count = 0;
    setInterval(() => {
      count++;
      const time = new Date(now()).toISOString().slice(0, 23);
      const content = `Instrument,Order Ref,Date(UTC),Price\nEX-V24,${String(count).padStart(9, "0")},${time},${
        count / 100
      }\n`;
      addFile({ fileName: "arrived.csv", groupName: group, fileType: "NCSV", content });
    }, seconds * 1000);
  }
}
