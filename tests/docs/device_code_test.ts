/** The device-code strategy of docs/strategies.md, at a server that others wrote: npm `oidc-provider`. */
import type { RequestListener } from "node:http";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HttpServer } from "oauth2-mock-server";
import { createSession, type FetchLike, memoryStore, SessionError, type Strategy, type Token } from "@xsignals/session";
import { movableClock } from "../conformance/oauth_servers/movable_clock.ts";
import { importBlock } from "./markdown.ts";

type Device = { readonly deviceUrl: string; readonly tokenUrl: string; readonly clientId: string };

/** What the page's block exports. */
interface Block {
  askPerson(
    device: Device,
    show: (address: string, code: string) => void,
    wait: (ms: number) => Promise<unknown>,
  ): Promise<Token>;
  deviceCode(device: Device, tokens: Token): Strategy;
}

/** What of npm `oidc-provider`, which has no types, is used here. */
interface Provider {
  callback(): RequestListener;
  readonly Grant: new (of: { accountId: string; clientId: string }) => {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  };
  readonly AccessToken: { find(value: string): Promise<{ accountId: string } | undefined> };
  readonly DeviceCode: { findByUserCode(code: string): Promise<{ save(): Promise<string> }> };
}

const LIFETIME = 3_600_000;
const SCOPE = "openid offline_access";

/** The provider, and an API that takes its tokens. */
async function openProvider() {
  const { default: Library } = await import("oidc-provider");
  const server = new HttpServer((request, response) => provider.callback()(request, response));
  await server.start(0, "127.0.0.1");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const clientId = "television";
  const provider: Provider = new Library(origin, {
    clients: [{
      client_id: clientId,
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
      redirect_uris: [],
      response_types: [],
    }],
    features: { deviceFlow: { enabled: true } },
    ttl: { AccessToken: LIFETIME / 1000, DeviceCode: 600, Grant: 86_400, RefreshToken: 86_400 },
  });
  return {
    device: { deviceUrl: `${origin}/device/auth`, tokenUrl: `${origin}/token`, clientId },
    async api(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const value = new Request(input, init).headers.get("authorization")?.replace("Bearer ", "") ?? "";
      const token = await provider.AccessToken.find(value);
      return token ? Response.json({ of: token.accountId }) : new Response(null, { status: 401 });
    },
    /** Does what the provider's pages do when a person types the code, logs in and agrees. */
    async approve(userCode: string): Promise<void> {
      const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll("-", ""));
      const grant = new provider.Grant({ accountId: "ann", clientId });
      grant.addOIDCScope(SCOPE);
      await Object.assign(code, { accountId: "ann", grantId: await grant.save(), scope: SCOPE }).save();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

Deno.test("docs/strategies.md: the device code gets tokens, and renews each once for all callers and sessions", async () => {
  const { askPerson, deviceCode }: Block = await importBlock("docs/strategies.md", "deviceCode", 40);
  await using opened = await openProvider();
  const { device, api, approve } = opened;
  const shown = Promise.withResolvers<string>();
  const waits: number[] = [];
  const tokens = await askPerson(device, (_address, code) => shown.resolve(code), async (ms) => {
    assert(waits.push(ms) <= 2, "the code was approved");
    if (waits.length === 2) await approve(await shown.promise);
  });
  assertEquals(waits, [5_000, 5_000]);
  const nobody = askPerson({ ...device, clientId: "nobody" }, () => {}, () => Promise.resolve());
  await assertRejects(() => nobody, Error, "Cannot get tokens: invalid_client");

  const clock = movableClock();
  const sent: (string | null)[] = [];
  let isLost = false;
  const tokenFetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    sent.push(new URLSearchParams(await request.clone().text()).get("grant_type"));
    const response = await fetch(request);
    assertEquals(response.status, 200);
    if (!isLost) return response;
    await response.body?.cancel();
    throw new TypeError("error sending request");
  };
  const common = { fetch: api, tokenFetch, clock, store: memoryStore() };
  const sessions = [1, 2].map(() => createSession({ ...common, strategy: deviceCode(device, tokens) }));
  const values = new Set([tokens.value]);
  for (let round = 0; round < 3; round++) {
    const calls = Array.from({ length: 50 }, (_, index) => sessions[index % 2]!.fetch("/file/group"));
    for (const answer of await Promise.all(calls)) assertEquals(await answer.json(), { of: "ann" });
    for (const session of sessions) values.add((await session.token()).value);
    // The approved token works in the first round.
    assertEquals([values.size, sent], [1 + round, Array(round).fill("refresh_token")]);
    clock.advance(LIFETIME);
  }
  isLost = true; // the provider has done its work: to send the token a second time would end the login
  for (let call = 0; call < 3; call++) {
    const error = await assertRejects(() => sessions[0]!.fetch("/file/group"), SessionError);
    assertEquals([error.code, error.tried], ["login_required", ["refresh: outcome unknown"]]);
  }
  assertEquals(sent, Array(3).fill("refresh_token"));
});
