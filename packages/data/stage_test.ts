// What the tests of this folder share: `data` over the emulator, and over a connection that answers as a test says.
import { createData, type DataError, type DataEvent, type DataOptions, type FileEntry } from "@xsignals/data";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { createSession, type FetchLike, login } from "@xsignals/session";
import { type FakeClock, fakeClock } from "@xsignals/session/testing";
import { assertRejects } from "@std/assert";
import { DataError as DataErrorClass } from "./data_error.ts";

export const ORDERS = "CBL_Active Orders Voluntary Carbon";
export const NOTE = "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14";

/** `data` over a session of the emulator. */
export function emulated(emulation: EmulatorOptions = {}, options: DataOptions = {}) {
  const emulator = createEmulator({ users: { login: "password" }, ...emulation });
  const events: DataEvent[] = [];
  const strategy = login({ username: "login", password: "password" });
  const session = createSession({ strategy, fetch: (input, init) => emulator.fetch(input, init) });
  const linkFetch: FetchLike = (input, init) => emulator.fetch(input, init);
  const data = createData(session, { linkFetch, onEvent: (event) => events.push(event), random: () => 0, ...options });
  return { data, emulator, session, events, operations: () => emulator.log.map(({ operation }) => operation) };
}

/** A request as a scripted connection gets it. */
export interface Sent {
  readonly url: URL;
  readonly init: RequestInit;
}

/** `data` over a connection whose answers are made by `answer`, with a clock that `finish` moves until a call is over. */
export function scripted(
  answer: (sent: Sent, count: number) => Response | Promise<Response>,
  options: DataOptions = {},
) {
  const clock = fakeClock();
  const sent: Sent[] = [];
  const events: DataEvent[] = [];
  const fetch: FetchLike = async (input, init = {}) => {
    const one = { url: new URL(String(input)), init };
    sent.push(one);
    return await answer(one, sent.length);
  };
  const onEvent = (event: DataEvent) => events.push(event);
  const connection = { fetch, baseUrl: "https://api.example/v1" };
  const data = createData(connection, { clock, random: () => 0.5, linkFetch: fetch, onEvent, ...options });
  return { data, clock, sent, events, finish: <T>(call: Promise<T>) => finish(clock, call) };
}

/** Moves the clock, a second at a time, until the call is over; gives the seconds that it took along. */
export async function finish<T>(clock: FakeClock, call: Promise<T>): Promise<T> {
  let isOver = false;
  call.catch(() => {}).finally(() => isOver = true);
  for (let seconds = 0; !isOver && seconds < 1_000; seconds++) await clock.advance(1_000);
  return await call;
}

/** A page of a list of files, in the form of the API. */
export function page(fids: readonly string[], { from = 0, totalSize = fids.length, group = "G" } = {}): Response {
  const items = fids.map((fid) => fileEntry(fid, group));
  return Response.json({ from, totalSize, items });
}

/** A file whose time is that of its id, as in `f07`. */
export function fileEntry(fid: string, groupName = "G"): FileEntry {
  const arrivalTime = `2024-03-01T12:00:${fid.slice(1).padStart(2, "0")}`;
  return { fid, fileName: `${fid}.csv`, fileType: "SOURCE", groupName, arrivalTime };
}

/** The ids of a list. */
export async function fids(files: AsyncIterable<FileEntry>): Promise<string[]> {
  return await Array.fromAsync(files, ({ fid }) => fid);
}

/** The `DataError` that a call rejects with. */
export async function dataError(call: () => Promise<unknown>): Promise<DataError> {
  return await assertRejects(call, DataErrorClass);
}
