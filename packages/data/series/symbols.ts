// The symbols of a group: which series it has.
import type { SymbolEntry } from "@xsignals/client";
import { beginWork, type Calls } from "../calls.ts";
import { askGroup } from "../groups.ts";
import { checkNamed, TEXT } from "../options.ts";
import { checkSearchable } from "../pages.ts";
import { printable } from "../printable.ts";
import type { Cancellable } from "../types.ts";
import { walk } from "../walk.ts";
import { askSymbols, symbolQuery } from "./keys.ts";

/** Which symbols. */
export interface SymbolQuery extends Cancellable {
  /** The exact name of the group. */
  readonly group: string;
  /** A text to look for in names, columns and metadata; case counts. */
  readonly text?: string;
}

/** Lists symbols. */
export function listSymbols(calls: Calls, query: SymbolQuery): AsyncIterable<SymbolEntry> {
  checkNamed("list the symbols", "group", query?.group, query, { group: TEXT, text: TEXT });
  return symbolsOf(calls, query);
}

async function* symbolsOf(calls: Calls, query: SymbolQuery): AsyncGenerator<SymbolEntry> {
  const { group, text } = query;
  const work = beginWork(calls, `list the symbols of ${printable(group)}`, query);
  checkSearchable(work, group + (text ?? "").replaceAll("*", ""));
  let isEmpty = true;
  const pages = walk({
    what: work.what,
    idOf: ({ symbols, groupName }: SymbolEntry) => JSON.stringify([groupName, Object.entries(symbols).sort()]),
    read: (page) => askSymbols(calls, work, symbolQuery(group, text), page),
  });
  for await (const page of pages) {
    const own = page.filter(({ groupName = group }) => groupName === group);
    isEmpty &&= own.length === 0;
    yield* own;
  }
  if (isEmpty) await askGroup(calls, work, group);
}
