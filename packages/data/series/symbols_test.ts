import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError, type SymbolQuery } from "@xsignals/data";
import { emulated, ORDERS } from "./emulated_test.ts";

/** A group with so many series. */
function many(count: number) {
  const rows = Array.from({ length: count }, (_, index) => ({
    symbols: { Id: String(index).padStart(5, "0"), Kind: index % 2 ? "odd" : "even" },
    date: "2024-03-04T00:00:00Z",
    values: { Price: 1 },
  }));
  return { groupName: "G", keys: ["Id", "Kind"], columns: ["Price"], rows };
}

Deno.test("symbols() lists the series of a group, and those that have a text", async () => {
  const { data, sent } = emulated();
  const refs = async (query: SymbolQuery) =>
    (await Array.fromAsync(data.symbols(query))).map(({ symbols }) => symbols["Order Ref"]);

  assertEquals(await refs({ group: ORDERS }), ["000012044", "000012051", "000012060"]);
  assertEquals(await refs({ group: ORDERS, text: "NGEO" }), ["000012060"]);
  assertEquals(await refs({ group: ORDERS, text: "ngeo" }), []); // case counts
  assertEquals(sent[0]!.query.get("query"), `groupName.keyword=${ORDERS}`);
  const [first] = await Array.fromAsync(data.symbols({ group: ORDERS, text: "000012044" }));
  assertEquals([first!.groupName, first!.columns?.includes("Price")], [ORDERS, true]);
});

Deno.test("symbols() reads all pages, each symbol once", async () => {
  const { data, sent } = emulated({ series: [many(2_100), { ...many(3), groupName: "Other" }] });
  const ids = (await Array.fromAsync(data.symbols({ group: "G" }))).map(({ symbols }) => symbols.Id);

  assertEquals([ids.length, new Set(ids).size], [2_100, 2_100]);
  assertEquals(sent.length, 3);
});

Deno.test("symbols() drops what is of another group, warns of a nextPageToken, and refuses what is not a list", async () => {
  const entry = (groupName?: string) => ({ symbols: { Id: groupName ?? "" }, ...(groupName && { groupName }) });
  const items = [entry("G"), entry("GG"), entry()];
  const page = { items, totalSize: items.length, nextPageToken: "more" };
  const { data, events } = emulated({}, { answer: () => Response.json(page) });
  assertEquals((await Array.fromAsync(data.symbols({ group: "G" }))).map(({ symbols }) => symbols.Id), ["G", ""]);
  assertEquals(events.filter(({ type }) => type === "next_page_token").length, 1);

  for (const wrong of [{}, { items: [{ symbols: { Id: 1 } }] }, { items: ["G"] }, []]) {
    const { data } = emulated({}, { answer: () => Response.json(wrong) });
    const error = await assertRejects(() => Array.fromAsync(data.symbols({ group: "G" })), DataError);
    assertEquals(error.code, "bad_response");
  }
});

Deno.test("symbols() tells a group that does not exist, and a name or text that cannot be searched for", async () => {
  const { data, sent } = emulated();
  const code = async (query: SymbolQuery) =>
    (await assertRejects(() => Array.fromAsync(data.symbols(query)), DataError)).code;

  assertEquals(await code({ group: "Nope" }), "not_found");
  assertEquals(await Array.fromAsync(data.symbols({ group: "Market Notes" })), []);
  const before = sent.length;
  for (const query of [{ group: "R&D" }, { group: "A*" }, { group: ORDERS, text: "a=b" }]) {
    assertEquals(await code(query), "name_not_searchable");
  }
  assertEquals(sent.length, before);
});

Deno.test("symbols() refuses wrong options at once", () => {
  const { data } = emulated();
  for (
    const [option, query] of [["group", {}], ["text", { group: "G", text: "" }], ["size", {
      group: "G",
      size: 1,
    }]] as const
  ) {
    assertThrows(() => data.symbols(query as never), TypeError, option);
  }
});
