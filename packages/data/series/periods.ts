// A long period in pieces.
import { wallTime } from "../ncsv/wall_time.ts";

/** How long a piece is: a day, month or year of the calendar, but for the first and the last. */
export type PieceSize = "day" | "month" | "year";

/** From one local time to another, both of which count. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Cuts a period at the beginnings of days, months or years. Two pieces share their boundary, so that nothing falls between. */
export function periodsOf({ from, to }: Period, size: PieceSize): Period[] {
  const end = wallTime(to)!;
  const edges = [from];
  for (let edge = nextEdge(wallTime(from)!, size); edge < end; edge = nextEdge(edge, size)) {
    edges.push(new Date(edge).toISOString().slice(0, 19));
  }
  return edges.map((edge, index) => ({ from: edge, to: edges[index + 1] ?? to }));
}

function nextEdge(time: number, size: PieceSize): number {
  const edge = new Date(time);
  edge.setUTCHours(0, 0, 0, 0);
  if (size === "day") edge.setUTCDate(edge.getUTCDate() + 1);
  else if (size === "month") edge.setUTCMonth(edge.getUTCMonth() + 1, 1);
  else edge.setUTCFullYear(edge.getUTCFullYear() + 1, 0, 1);
  return edge.getTime();
}
