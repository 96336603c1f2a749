import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { HTTPError } from "ky";
import type { Check } from "../judge.ts";
import type { OpenKy } from "./open_ky.ts";

interface Groups {
  readonly totalSize: number;
  readonly items: readonly { readonly name: string }[];
}

/** Calls that go well, renewals in the middle, and the API's own refusals. */
export async function kyCalls(check: Check, { api, session, emulator, renewals }: OpenKy): Promise<void> {
  await check("a path with parameters is read as JSON, after one login", async () => {
    const searchParams = { size: 1, sortBy: "name", sortOrder: "asc", query: "name=CBL_Trades Compliance" };
    const groups = await api.get("file/group", { searchParams }).json<Groups>();
    assertEquals([groups.totalSize, groups.items[0]?.name], [1, "CBL_Trades Compliance"]);
    assertEquals(emulator.count("authLogin"), 1);
  });
  await check("an address, a URL and a Request are taken as they are, and a prefix too", async () => {
    const address = `${session.baseUrl}/file/group`;
    for (const input of [address, new URL(address), new Request(address)]) {
      assertEquals((await api.get(input).json<Groups>()).totalSize, 3);
    }
    assertEquals((await api.extend({ prefix: "/file/" }).get("group").json<Groups>()).totalSize, 3);
  });
  await check("hooks see the request and the answer once each, and may add headers", async () => {
    const seen: unknown[] = [];
    const hooked = api.extend({
      hooks: {
        beforeRequest: [({ request }) => {
          seen.push(request.headers.has("authorization"));
          request.headers.set("x-mark", "mine");
        }],
        afterResponse: [({ response }) => void seen.push(response.status)],
        beforeRetry: [() => void seen.push("retry")],
      },
    });
    const spent = await renewals(async () => {
      assertEquals((await hooked.get("echo").json<{ mark: string }>()).mark, "mine");
    });
    assertEquals([spent, seen], [1, [false, 200]]);
  });
  await check("50 calls with a token that was taken back are renewed once", async () => {
    const all = () => Promise.all(Array.from({ length: 50 }, () => api.get("file/group").json<Groups>()));
    assertEquals(await renewals(async () => assertEquals((await all()).length, 50)), 1);
  });
  await check("a 404 is an HTTPError with the API's message", async () => {
    const error = await assertRejects(() => api.get("file/unknown").json(), HTTPError);
    assertEquals([error.response.status, Object.keys(Object(error.data))], [404, ["message"]]);
  });
  await check("a 405 has what is allowed", async () => {
    const error = await assertRejects(() => api.put("file/group", { json: {} }), HTTPError);
    assertEquals([error.response.status, error.response.headers.get("allow")], [405, "GET"]);
  });
  await check("a redirect to another host is handed over, not followed", async () => {
    const before = emulator.log.length;
    const error = await api.get("nothing").then(() => undefined, (error) => error);
    assertInstanceOf(error, HTTPError);
    const { status, headers } = error.response;
    assertEquals([status, new URL(headers.get("location") ?? "").host], [307, "www.xpansiv.com"]);
    assertEquals(emulator.log.length, before + 1);
  });
}
