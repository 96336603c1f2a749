/** The device-code strategy of docs/strategies.md, at a server that others wrote: npm `oidc-provider`. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HttpServer } from "oauth2-mock-server";
import { memoryStore, SessionError, type Strategy, type Token } from "@xsignals/session";
import { loadOidcProvider, type Provider } from "../conformance/oauth_servers/oidc_provider.ts";
import { LIFETIME, watch } from "../conformance/oauth_servers/watched_session.ts";
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

interface DeviceProvider extends Provider {
  readonly DeviceCode: { findByUserCode(code: string): Promise<{ save(): Promise<string> }> };
}

const SCOPE = "openid offline_access";

/** The provider, and an API that takes its tokens. */
async function openProvider() {
  const { default: Library } = await loadOidcProvider();
  const server = new HttpServer((request, response) => provider.callback()(request, response));
  await server.start(0, "127.0.0.1");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const clientId = "television";
  const provider = new Library(origin, {
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
  }) as DeviceProvider;
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

  const store = memoryStore();
  const accounts = [1, 2].map(() => watch(api, deviceCode(device, tokens), store));
  const values = new Set([tokens.value]);
  for (let round = 0; round < 3; round++) {
    const calls = Array.from({ length: 50 }, (_, index) => accounts[index % 2]!.session.fetch("/file/group"));
    for (const answer of await Promise.all(calls)) assertEquals(await answer.json(), { of: "ann" });
    for (const { session } of accounts) values.add((await session.token()).value);
    assertEquals(values.size, 1 + round);
    // The approved token works in the first round.
    assertEquals(accounts.flatMap(({ since }) => since()), round === 0 ? [] : ["refresh_token"]);
    for (const { clock } of accounts) clock.advance(LIFETIME);
  }
  const { session, log, since, loseNext } = accounts[0]!;
  loseNext();
  for (let call = 0; call < 3; call++) {
    const error = await assertRejects(() => session.fetch("/file/group"), SessionError);
    assertEquals([error.code, error.tried], ["login_required", ["refresh: outcome unknown"]]);
  }
  // The provider has done its work: to send the token a second time would end the login.
  assertEquals([since(), log.at(-1)?.status], [["refresh_token"], 200]);
});
