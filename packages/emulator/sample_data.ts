import type { EmulatorFile, EmulatorOptions } from "./options.ts";
import { SAMPLE_FILES, SAMPLE_GROUPS } from "./sample_files.ts";
import { SAMPLE_SERIES } from "./sample_series.ts";

const DAY = 86_400_000;

/** The last day of the sample data, and when the last of its files arrived. */
const LAST_DAY = Date.UTC(2024, 2, 5);
const LAST_ARRIVAL = "2024-03-05T20:00:00";

/** What an emulator has that was given no data. */
export const SAMPLE = { groups: SAMPLE_GROUPS, files: SAMPLE_FILES, series: SAMPLE_SERIES };

/**
 * The sample data with all days moved so that the last one is today, in UTC. A file that would arrive later today has
 * arrived just now; the order of the files stays.
 *
 * @param now Milliseconds since 1970.
 */
export function recentSample(now: number): Required<Pick<EmulatorOptions, "groups" | "files" | "series">> {
  const days = Math.floor(now / DAY) - LAST_DAY / DAY;
  const moved: typeof SAMPLE = JSON.parse(
    JSON.stringify(SAMPLE).replaceAll(/2024([-.])03\1(\d\d)/g, (_, separator, day) => {
      const date = new Date(Date.UTC(2024, 2, Number(day)) + days * DAY);
      return date.toISOString().slice(0, 10).replaceAll("-", separator);
    }),
  );
  return { ...moved, files: moved.files.map((file, at) => ({ ...file, arrivalTime: arrivalOf(SAMPLE_FILES[at]!) })) };

  function arrivalOf({ arrivalTime }: EmulatorFile): string {
    const time = Date.parse(`${arrivalTime}Z`);
    const hoursBefore = (Date.parse(`${LAST_ARRIVAL}Z`) - time) / 3_600_000;
    return new Date(Math.min(time + days * DAY, now - hoursBefore * 1000)).toISOString().slice(0, 19);
  }
}
