// The symbols of a group: which series it has.
import { searchSymbols, type SymbolEntry } from "@xsignals/client";
import { ask } from "../ask.ts";
import { beginWork, type Calls } from "../calls.ts";
import { failed } from "../failure.ts";
import { askGroup } from "../groups.ts";
import { checkArgument, checkOptions, SIGNAL, TEXT } from "../options.ts";
import { pageOptions, readPage } from "../pages.ts";
import { printable } from "../printable.ts";
import type { Cancellable } from "../types.ts";
import { walk } from "../walk.ts";
import { isSymbolEntry, symbolQuery } from "./keys.ts";

/** Which symbols. */
export interface SymbolQuery extends Cancellable {
  /** The exact name of the group. */
  readonly group: string;
  /** A text to look for in names, columns and metadata; case counts. */
  readonly text?: string;
}

/** Lists symbols. */
export function listSymbols(calls: Calls, query: SymbolQuery): AsyncIterable<SymbolEntry> {
  checkOptions("list the symbols", query, { ...SIGNAL, group: TEXT, text: TEXT });
  checkArgument("list the symbols", "group", query.group, TEXT);
  return symbolsOf(calls, query);
}

async function* symbolsOf(calls: Calls, query: SymbolQuery): AsyncGenerator<SymbolEntry> {
  const { group, text } = query;
  const work = beginWork(calls, `list the symbols of ${printable(group)}`, query);
  const [found] = /[&=*]/.exec(group + (text ?? "").replaceAll("*", "")) ?? [];
  if (found !== undefined) {
    const why =
      `the query that lists symbols cannot carry a name or text with ${found}, and the vendor documents no escape for it`;
    throw failed(work, "name_not_searchable", why);
  }
  let isEmpty = true;
  const pages = walk({
    what: work.what,
    idOf: ({ symbols, groupName }: SymbolEntry) => JSON.stringify([groupName, Object.entries(symbols).sort()]),
    keyOf: () => "", // the vendor documents no order
    read: async (from, size) => {
      const search = { query: symbolQuery(group, text), from, size };
      const asked = await ask<unknown>(
        calls,
        work,
        (options) => searchSymbols({ ...options, query: search }),
        pageOptions(from, size),
      );
      if (Object(asked.data).nextPageToken) calls.emit({ type: "next_page_token", at: calls.clock.now() });
      return readPage(calls, work, asked, isSymbolEntry);
    },
  });
  for await (const page of pages) {
    const own = page.filter(({ groupName = group }) => groupName === group);
    isEmpty &&= own.length === 0;
    yield* own;
  }
  if (isEmpty) await askGroup(calls, work, group);
}
