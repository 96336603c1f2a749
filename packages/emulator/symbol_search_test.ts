import { assertEquals } from "@std/assert";
import { basic, createCaller } from "./caller_test.ts";

const ORDERS = "CBL_Active Orders Voluntary Carbon";

/** Searches the sample's symbols; resolves with the order references that are found. */
function searcher() {
  const { get, status } = createCaller();
  const path = (parameters: Record<string, string>) => `/ts/symbol/search?${new URLSearchParams(parameters)}`;
  return {
    get: (parameters: Record<string, string> = {}) => get(path(parameters), basic()),
    status: (parameters: Record<string, string>) => status(get(path(parameters), basic())),
    async refs(query: string, more: Record<string, string> = {}): Promise<string[]> {
      const { items } = await (await get(path({ query, ...more }), basic())).json();
      return items.map(({ symbols }: { symbols: Record<string, string> }) => symbols["Order Ref"]);
    },
  };
}

const ALL = ["000012044", "000012051", "000012060", "000000730", "000000731", "000000732"];

Deno.test("GET /ts/symbol/search answers each series once, with its keys, its group and its value columns", async () => {
  const { get } = searcher();
  const { from, totalSize, items } = await (await get({ query: `groupName.keyword=${ORDERS}` })).json();
  assertEquals([from, totalSize, items.length], [0, 3, 3]);
  assertEquals(items[0], {
    symbols: { "Instrument": "GEO-V23", "Market": "SPOT", "Order Ref": "000012044", "Original": "1000", "Side": "BID" },
    groupName: ORDERS,
    columns: ["Balance", "Ccy", "Country", "Date In", "Price", "Project Type", "Quantity", "Type", "Vintage"],
  });
});

Deno.test("GET /ts/symbol/search finds by group, by keys with either prefix, and by text in names, columns and metadata", async () => {
  const { refs } = searcher();
  assertEquals(await refs(""), ALL);
  assertEquals(await refs(`groupName.keyword=${ORDERS}&symbol.Side=ASK`), ["000012051"]);
  assertEquals(await refs("symbols.Instrument=GEO-V23"), ["000012044", "000012051"]);
  assertEquals(await refs("symbol.Instrument=*GEO*"), ["000012044", "000012051", "000012060"]);
  assertEquals(await refs("symbol.Instrument=GEO"), []);
  assertEquals(await refs("symbol.None=x"), []);
  assertEquals(await refs("groupName.keyword=CBL*&Vintage*"), ["000012044", "000012051", "000012060"]);
  assertEquals(await refs("GEO*"), ["000012044", "000012051", "000012060"]);
  assertEquals(await refs("geo*"), []);
  assertEquals(await refs("America*"), ALL);
});

Deno.test("GET /ts/symbol/search sorts by pairs and answers pages", async () => {
  const { refs, get } = searcher();
  assertEquals(await refs("", { sortBy: "symbol.Order Ref=desc" }), [
    ...["000012060", "000012051", "000012044"],
    ...["000000732", "000000731", "000000730"],
  ]);
  const sortBy = "symbols.Instrument=asc&symbol.Order Ref=desc";
  assertEquals(await refs(`groupName.keyword=${ORDERS}`, { sortBy }), ["000012051", "000012044", "000012060"]);
  assertEquals(await refs("", { from: "2", size: "2" }), ["000012060", "000000730"]);
  assertEquals(await (await get({ from: "6" })).json(), { from: 6, totalSize: 6, items: [] });
});

Deno.test("GET /ts/symbol/search answers 400 to wrong numbers, orders and conditions, 406 to another format", async () => {
  const { status } = searcher();
  for (
    const wrong of [
      ...["1001", "-1", "1.5", ""].map((size) => ({ size })),
      ...["-1", "x", "9001"].map((from) => ({ from })),
      ...["symbol.Side", "symbol.Side=up", "Side=asc", "size=asc"].map((sortBy) => ({ sortBy })),
      ...["Side=ASK", "symbol.=x", "name=x"].map((query) => ({ query })),
    ]
  ) {
    assertEquals(await status(wrong), 400, JSON.stringify(wrong));
  }
  const { get } = createCaller();
  assertEquals((await get("/ts/symbol/search", basic(), { accept: "text/csv" })).status, 406);
});
