import { assertEquals } from "@std/assert";
import * as api from "@xsignals/client";
import * as sso from "@xsignals/client/auth0";
import { documentedAnswers, type MediaType } from "../../answers/documented.ts";
import { judge } from "../judge.ts";
import { startPrism } from "./start_prism.ts";

const SPECS = ["xsignals", "auth0"] as const;
const FILE = { fileId: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11" };

/** What an operation of the client resolves with, as far as it is judged. */
interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response?: Response;
}

/** Prism as a mock of both servers, for every operation of the generated client and every answer that it may get. */
judge("prism-mock", async (check, atEnd) => {
  const mocks = await Promise.all(SPECS.map((spec) => startPrism(spec)));
  for (const { stop } of mocks) atEnd(stop);
  const [forApi, forAuth0] = mocks.map(({ origin }) => origin);
  const calls = (status: number) =>
    callsOf(`${forApi}`, `${forAuth0}`, (input, init) => {
      const request = new Request(input, init);
      request.headers.set("prefer", `code=${status}`);
      return fetch(request);
    });

  const texts = SPECS.map((spec) => Deno.readTextFile(new URL(`../../../spec/${spec}.yaml`, import.meta.url)));
  const documented = (await Promise.all(texts)).flatMap((text) => Object.entries(documentedAnswers(text)));
  await check("every operation is called", () => {
    assertEquals(Object.keys(calls(200)).toSorted(), documented.map(([operation]) => operation).toSorted());
  });
  for (const [operation, responses] of documented) {
    for (const [code, { content = {} }] of Object.entries(responses)) {
      const status = Number(code);
      // A redirect leads to the vendor's web site, and some operations follow it.
      if (status >= 300 && status < 400) continue;
      await check(`${operation} understands its ${status}`, async () => {
        await assertUnderstood(await calls(status)[operation]!(), status, Object.values(content)[0]);
      });
    }
  }
  await check("no call breaks a spec", async () => {
    for (const { seen } of mocks) assertEquals((await seen()).violations, []);
  });
});

/** The example is the operation's `data` when it succeeded, and else its `error`. Of an answer without one the status counts. */
async function assertUnderstood({ data, error, response }: Result, status: number, media?: MediaType): Promise<void> {
  assertEquals(response?.status, status);
  const example = media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
  if (example === undefined) return;
  const [given, other] = status < 300 ? [data, error] : [error, data];
  assertEquals(given instanceof ReadableStream ? await new Response(given).text() : given, example);
  assertEquals(other, undefined);
}

/** A call of every operation of the client, by its name, with all that it can be given. */
function callsOf(
  forApi: string,
  forAuth0: string,
  fetch: api.FetchLike,
): Readonly<Record<string, () => Promise<Result>>> {
  const client = api.connect({ fetch, baseUrl: forApi });
  const auth0 = sso.connect({ fetch, baseUrl: forAuth0 });
  const auth = ({ scheme }: { readonly scheme?: string }) =>
    scheme === "basic" ? "login:password" : "your access token";
  const body = { refreshToken: "your refresh token" };
  const by = { query: "Carbon", sortOrder: "asc" } as const;
  const token = {
    username: "somebody",
    password: "the first password",
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    realm: "Username-Password-Authentication",
    audience: "https://xpansiv/platform",
    client_id: "a-client",
    client_secret: "its secret",
  } as const;
  const groups = { ...by, from: 0, size: 5, writeOnly: false, withSymbol: true, sortBy: "name" } as const;
  const files = { ...by, from: 0, size: 1, sortBy: "arrivalTime" } as const;
  const series: api.TimeSeriesQuery = {
    keys: [{ symbols: { Instrument: "*" }, groupName: "Example Group", columns: [], pattern: true }],
    startDate: null,
    endDate: "2018-01-31T23:59:59",
    formatType: "NCSV",
    corrections: "history",
  };
  return {
    authLogin: () => api.authLogin({ client, auth, headers: { "Cache-Control": "no-store" } }),
    authRefresh: () => api.authRefresh({ client, body }),
    authLogout: () => api.authLogout({ client, auth, body }),
    authChangePassword: () => api.authChangePassword({ client, auth, body: { password: "new user password" } }),
    listFileGroups: () => api.listFileGroups({ client, auth, query: groups }),
    getFileGroup: () => api.getFileGroup({ client, auth, path: { name: "Example Group" } }),
    searchFiles: () => api.searchFiles({ client, auth, query: files }),
    getFile: () => api.getFile({ client, auth, path: FILE }),
    downloadFile: () => api.downloadFile({ client, auth, path: FILE, headers: { Range: "bytes=1024-" } }),
    queryTimeSeries: () => api.queryTimeSeries({ client, auth, body: series }),
    searchSymbols: () => api.searchSymbols({ client, auth, query: { query: "GEO*", from: 0, size: 10 } }),
    oauthToken: () => sso.oauthToken({ client: auth0, body: token }),
    oauthRevoke: () => sso.oauthRevoke({ client: auth0, body: { token: "your token", client_id: token.client_id } }),
    openidConfiguration: () => sso.openidConfiguration({ client: auth0 }),
  };
}
