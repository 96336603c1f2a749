// The file groups that the account can see.
import { type FileGroup, getFileGroup, listFileGroups } from "@xsignals/client";
import { ask } from "./ask.ts";
import { beginWork, type Calls, type Work } from "./calls.ts";
import { failed } from "./failure.ts";
import { checkNamed, checkOptions, FLAG, SIGNAL, TEXT } from "./options.ts";
import { askPage } from "./pages.ts";
import { printable } from "./printable.ts";
import type { Cancellable } from "./types.ts";
import { walk } from "./walk.ts";

/** Which groups. */
export interface GroupQuery extends Cancellable {
  /** A text to look for in name, description or fields. */
  readonly text?: string;
  /** `true`: only groups that the account may write to. */
  readonly writable?: boolean;
  /** `true`: only groups that have symbols, and so time series. */
  readonly withSymbols?: boolean;
}

/** Lists groups. */
export function listGroups(calls: Calls, query: GroupQuery): AsyncIterable<FileGroup> {
  checkOptions("list the groups", query, { ...SIGNAL, text: TEXT, writable: FLAG, withSymbols: FLAG });
  return groupsOf(calls, query);
}

async function* groupsOf(calls: Calls, { text, writable, withSymbols, signal }: GroupQuery): AsyncGenerator<FileGroup> {
  const work = beginWork(calls, "list the groups", { signal });
  const filter = {
    ...(text !== undefined && { query: text }),
    ...(writable && { writeOnly: true }),
    ...(withSymbols && { withSymbol: true }),
  };
  const pages = walk({
    what: work.what,
    idOf: ({ groupId, name }: FileGroup) => JSON.stringify([groupId, name]),
    read: (page) =>
      askPage(calls, work, (options) => listFileGroups({ ...options, query: { ...filter, ...page } }), isGroup, page),
  });
  for await (const page of pages) yield* page;
}

/** Gets one group by its exact name. */
export async function getGroup(calls: Calls, name: string, options: Cancellable): Promise<FileGroup> {
  checkNamed("get the group", "name", name, options);
  return await askGroup(calls, beginWork(calls, `get the group ${printable(name)}`, options), name);
}

/**
 * Asks for a group, as part of any work.
 *
 * @throws {DataError} `not_found` if it does not exist.
 */
export async function askGroup(calls: Calls, work: Work, name: string): Promise<FileGroup> {
  if (name === "." || name === "..") {
    throw failed(work, "name_not_searchable", "an address cannot carry this name of a group");
  }
  const { data, response } = await ask<unknown>(calls, work, (o) => getFileGroup({ ...o, path: { name } }));
  if (isGroup(data) && data.name === name) return data;
  throw failed(work, "bad_response", "the server's answer is not that group", { status: response.status });
}

function isGroup(entry: unknown): entry is FileGroup {
  return typeof Object(entry).name === "string";
}
