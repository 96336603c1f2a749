/** Shared by the tests of time series: series of numbers, and short forms of queries for them. Has no test. */
import type { Assumptions } from "./assumptions.ts";
import { basic, createCaller } from "./caller_test.ts";
import type { EmulatorRow, EmulatorSeries } from "./options.ts";

/** One series of numbers by time; all are inserted a minute later, unless a row says when. */
export function numbers(rows: readonly (readonly [date: string, price: number | string | null, inserted?: string])[]) {
  return {
    groupName: "G",
    keys: ["Id"],
    columns: ["Price", "Note(S)", "Unit(MD-S)"],
    rows: rows.map(([date, price, inserted]): EmulatorRow => ({
      symbols: { Id: "0042" },
      date,
      values: { Price: price, Unit: "t" },
      inserted: inserted ?? date,
    })),
  };
}

export function key(members: Record<string, unknown> = {}) {
  return { symbols: { Id: "0042" }, groupName: "G", columns: ["Price"], ...members };
}

export function query(members: Record<string, unknown> = {}) {
  return { keys: [key()], startDate: null, endDate: null, formatType: "NCSV", timeZone: "UTC", ...members };
}

/** Asks an emulator that has these series alone. */
export function asker(series: EmulatorSeries, assumptions: Partial<Assumptions> = {}) {
  const { post, emulator, clock } = createCaller({ series: [series], assumptions });
  return {
    emulator,
    clock,
    ask: (body: unknown, search = "") => post(`/ts${search}`, body, basic()),
    async lines(members: Record<string, unknown> = {}): Promise<string[]> {
      const answer = await post("/ts", query(members), basic());
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
      return text.split("\n").slice(0, -1);
    },
  };
}
