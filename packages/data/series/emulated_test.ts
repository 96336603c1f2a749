// What the tests of this folder share: the package over an emulator, with a record of what was sent.
import { createData, type DataOptions } from "@xsignals/data";
import { createEmulator, type EmulatorOptions, type EmulatorSeries } from "@xsignals/emulator";
import type { DataEvent } from "../types.ts";
import { createSession, type FetchLike, login } from "@xsignals/session";

/** The sample group of orders. */
export const ORDERS = "CBL_Active Orders Voluntary Carbon";

/** Makes `data` over an emulator; `answer` may answer a call in its place, told which one of its path it is, from 1. */
export function emulated(
  options: EmulatorOptions = {},
  { answer, ...others }: DataOptions & {
    answer?: (path: string, count: number) => Response | Promise<Response> | void;
  } = {},
) {
  const emulator = createEmulator({ users: { login: "password" }, ...options });
  const sent: {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: Headers;
    readonly body: unknown;
  }[] = [];
  const events: DataEvent[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    const { pathname: path, searchParams: query } = new URL(request.url);
    if (path.startsWith("/auth/")) return await emulator.fetch(request);
    const text = await request.clone().text();
    sent.push({ path, query, headers: request.headers, body: text === "" ? undefined : JSON.parse(text) });
    return await answer?.(path, sent.filter((one) => one.path === path).length) ?? await emulator.fetch(request);
  };
  const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch });
  const data = createData(session, { onEvent: (event) => events.push(event), ...others });
  return {
    data,
    emulator,
    events,
    sent,
    bodies: () => sent.filter(({ path }) => path === "/ts").map(({ body }) => body),
  };
}

/** A group `G` with one key, whose rows are given as time, price and, maybe, time of insertion, in UTC. */
export function prices(
  rows: readonly (readonly [time: string, price: number | string | null, inserted?: string])[],
): EmulatorSeries {
  return {
    groupName: "G",
    keys: ["Id"],
    columns: ["Price", "Unit(MD-S)"],
    rows: rows.map(([time, price, inserted = time]) => ({
      symbols: { Id: "0042" },
      date: `${time}Z`,
      values: { Price: price, Unit: "t" },
      inserted: `${inserted}Z`,
    })),
  };
}
