import type { StoreEngine } from "../types.ts";

/** A store to be tested, at a place where nothing else is. */
export interface StoreUnderTest {
  /** The store. */
  readonly store: StoreEngine;
  /**
   * A second store on the same place, as another process would open it: a connection of its own. Without it the first one
   * is used in its stead, and nothing is known of two processes.
   */
  readonly second?: StoreEngine;
  /** Frees what was opened, and removes the place; called once, also when the case failed. */
  readonly close?: () => void | Promise<void>;
}

/** One promise of the contract. */
export interface StoreCase {
  /** Which promise. */
  readonly name: string;
  /** Makes a store and holds it to the promise; rejects with an `Error` that says what was seen instead. */
  readonly run: () => Promise<void>;
}

/** A case's name, and what it does with the two stores; `over` aborts when its time is up or it has ended. */
export type Promised = readonly [
  name: string,
  hold: (store: StoreEngine, second: StoreEngine, over: AbortSignal) => Promise<void>,
];

/** Fails the case unless the promise was kept. */
export function demand(isKept: boolean, seen: string): asserts isKept {
  if (!isKept) throw new Error(`The store breaks its contract: ${seen}`);
}

/** Writes, and demands that it was done; resolves with the new version. */
export async function mustWrite(store: StoreEngine, data: Uint8Array | null, over: string | null): Promise<string> {
  const version: unknown = await store.write(data, over);
  const what = `write() ${data ? "" : "of null "}over ${
    over === null ? "null, where there was no record," : "the newest version"
  }`;
  demand(typeof version === "string", `${what} resolved with ${show(version)} instead of a text`);
  return version;
}

/** Writes, and demands that it was refused. */
export async function mustRefuse(
  store: StoreEngine,
  data: Uint8Array | null,
  over: string | null,
  why: string,
): Promise<void> {
  const version: unknown = await store.write(data, over);
  demand(version === false, `write() ${why} resolved with ${show(version)} instead of false`);
}

/** Demands that the record is those bytes, of that version. */
export async function mustHold(store: StoreEngine, data: Uint8Array, version: string, when: string): Promise<void> {
  const entry = await store.read();
  demand(entry !== null, `read() ${when} resolved with null`);
  demand(entry.data instanceof Uint8Array, `read() ${when} gave data that is no Uint8Array`);
  demand(entry.data.length === data.length, `read() ${when} gave ${entry.data.length} bytes instead of ${data.length}`);
  const at = data.findIndex((byte, index) => byte !== entry.data[index]);
  demand(at === -1, `read() ${when} gave ${entry.data[at]} instead of ${data[at]} as byte ${at}`);
  demand(entry.version === version, `read() ${when} gave another version than the write resolved with`);
}

/** Demands that there is no record. */
export async function mustBeEmpty(store: StoreEngine, when: string): Promise<void> {
  const entry: unknown = await store.read();
  demand(
    entry === null,
    `read() ${when} resolved with ${entry === undefined ? "undefined" : "a record"} instead of null`,
  );
}

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function show(value: unknown): string {
  return typeof value === "string" ? "a text" : String(value);
}
