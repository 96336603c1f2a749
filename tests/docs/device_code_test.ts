/** The device-code strategy of docs/strategies.md, at a server that others wrote: npm `oidc-provider`. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { memoryStore, SessionError, type Strategy, type Token } from "@xsignals/session";
import { HttpServer } from "oauth2-mock-server";
import { loadOidcProvider, type Provider } from "../conformance/oauth_servers/oidc_provider.ts";
import { watch } from "../conformance/oauth_servers/watched_session.ts";
import { readPage } from "./markdown.ts";

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

const PAGE = new URL("../../docs/strategies.md", import.meta.url);
const LIFETIME = 3_600_000;

/** The page's block, as the module that somebody who copies it gets. */
async function pageBlock(): Promise<Block> {
  const { blocks } = readPage(await Deno.readTextFile(PAGE));
  const text = blocks.map(({ text }) => text).find((text) => text.includes("deviceCode"));
  assert(text !== undefined, "the page shows no device-code strategy");
  assert(text.trim().split("\n").length <= 40, "the page's device-code strategy has more than 40 lines");
  return await import(`data:text/typescript,${encodeURIComponent(text)}`);
}

/** The provider with its own pages for people, and an API that takes its tokens. */
async function openProvider() {
  const { default: Library } = await loadOidcProvider();
  const server = new HttpServer((request, response) => provider.callback()(request, response));
  await server.start(0, "127.0.0.1");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider: Provider = new Library(origin, {
    clients: [{
      client_id: "television",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
      redirect_uris: [],
      response_types: [],
    }],
    features: { deviceFlow: { enabled: true } },
    ttl: { AccessToken: LIFETIME / 1000, DeviceCode: 600, Grant: 86_400, Interaction: 600, RefreshToken: 86_400 },
  });
  const api = async (input: string | URL | Request, init?: RequestInit) => {
    const value = new Request(input, init).headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const token = await provider.AccessToken.find(value);
    return token ? Response.json({ of: token.accountId }) : new Response(null, { status: 401 });
  };
  const device: Device = { deviceUrl: `${origin}/device/auth`, tokenUrl: `${origin}/token`, clientId: "television" };
  return { device, provider, api, [Symbol.asyncDispose]: () => server.stop() };
}

/** A browser with which a person types the code, logs in and agrees. */
function person(name: string) {
  const cookies = new Map<string, string>();

  async function open(address: string, form?: Record<string, string>): Promise<{ address: string; text: string }> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(address, {
      redirect: "manual",
      headers: { cookie },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(key, value);
    }
    const text = await response.text();
    const location = response.headers.get("location");
    return location === null ? { address, text } : await open(new URL(location, address).href);
  }

  return {
    async approve(address: string, code: string): Promise<string> {
      const xsrf = /name="xsrf" value="(\w+)"/.exec((await open(address)).text)?.[1] ?? "";
      await open(address, { xsrf, user_code: code });
      const login = await open(address, { xsrf, user_code: code, confirm: "yes" });
      const consent = await open(login.address, { prompt: "login", login: name, password: "any" });
      return (await open(consent.address, { prompt: "consent" })).text;
    },
  };
}

/** The tokens of a person who approves the code after the program has asked for them once. */
async function approvedTokens({ askPerson }: Block, device: Device): Promise<Token> {
  const shown = Promise.withResolvers<readonly [address: string, code: string]>();
  const waits: number[] = [];
  const tokens = await askPerson(device, (...what) => shown.resolve(what), async (ms) => {
    waits.push(ms);
    if (waits.length === 2) assert(/success/i.test(await person("ann").approve(...await shown.promise)));
  });
  assertEquals(waits, [5_000, 5_000]);
  return tokens;
}

Deno.test("docs/strategies.md: the device code gets tokens, and renews them once for all callers and sessions", async () => {
  const block = await pageBlock();
  await using opened = await openProvider();
  const tokens = await approvedTokens(block, opened.device);
  const store = memoryStore();
  const accounts = [1, 2].map(() => watch(opened.api, block.deviceCode(opened.device, tokens), store));
  const allCall = () =>
    Promise.all(accounts.flatMap(({ session }) =>
      Array.from({ length: 25 }, async () => {
        assertEquals(await (await session.fetch("/file/group")).json(), { of: "ann" });
      })
    ));
  const sent = () => accounts.flatMap(({ since }) => since());

  await allCall();
  assertEquals(sent(), []); // the approved token works
  for (let round = 0; round < 2; round++) {
    const { value } = await accounts[0]!.session.token();
    for (const { clock } of accounts) clock.advance(LIFETIME);
    await (await opened.provider.AccessToken.find(value))?.destroy(); // the provider's clock stays
    await allCall();
    assertEquals(sent(), ["refresh_token"]);
    assertNotEquals((await accounts[1]!.session.token()).value, value);
  }
});

Deno.test("docs/strategies.md: the device code sends a refresh token once, even if the answer is lost", async () => {
  const block = await pageBlock();
  await using opened = await openProvider();
  const { session, clock, log, since, loseNext } = watch(
    opened.api,
    block.deviceCode(opened.device, await approvedTokens(block, opened.device)),
  );
  clock.advance(LIFETIME);
  loseNext();
  for (let call = 0; call < 3; call++) {
    const error = await assertRejects(() => session.fetch("/file/group"), SessionError);
    assertEquals([error.code, error.tried], ["login_required", ["refresh: outcome unknown"]]);
  }
  assertEquals(since(), ["refresh_token"]);
  assertEquals(log[0]?.status, 200); // the provider did its work: a second time would end the login
});

Deno.test("docs/strategies.md: the device code says what a server refused", async () => {
  const block = await pageBlock();
  await using opened = await openProvider();
  const unknown = { ...opened.device, clientId: "nobody" };
  const refused = block.askPerson(unknown, () => {}, () => Promise.resolve());
  await assertRejects(() => refused, Error, "Cannot get tokens: invalid_client");
});
