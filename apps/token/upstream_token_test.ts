import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { basic, bearer, login } from "@xsignals/session";
import { testApp } from "./testing/test_app.ts";

const HOUR = 3_600_000;

function logins(app: ReturnType<typeof testApp>): number {
  return app.emulator.log.filter((entry) => entry.operation === "authLogin").length;
}

Deno.test("upstreamToken() hands the one token of the session to all who ask, with its whole seconds", async () => {
  const app = testApp();
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.ask().then((answer) => answer.json())));
  app.advance(1_500);
  const later = await (await app.ask()).json();

  assertEquals(new Set(answers.map((answer) => answer.access_token)).size, 1);
  assertEquals(answers[0], { access_token: later.access_token, token_type: "Bearer", expires_in: 3_600 });
  assertEquals(later.expires_in, 3_598);
  assertEquals(logins(app), 1);
});

Deno.test("upstreamToken() hands out a token that the API takes", async () => {
  const app = testApp();
  const { access_token } = await (await app.ask()).json();
  const response = await app.emulator.fetch("https://api.xsignals.xpansiv.com/", {
    headers: { authorization: `Bearer ${access_token}` },
  });

  assertEquals(response.status, 404); // let in: without the token it is 401
  await response.body?.cancel();
});

Deno.test("upstreamToken() renews a token with less than the minimum left", async () => {
  const app = testApp({ minValidMs: 600_000 });
  const first = await (await app.ask()).json();
  app.advance(HOUR - 600_000);
  const same = await (await app.ask()).json();
  app.advance(1);
  const next = await (await app.ask()).json();

  assertEquals(same, { ...first, expires_in: 600 });
  assertEquals(next.expires_in, 3_600);
  assertEquals(next.access_token === first.access_token, false);
});

Deno.test("upstreamToken() says nothing of an expiry that nobody knows", async () => {
  const app = testApp({ strategy: bearer("opaque") });

  assertEquals(await (await app.ask()).json(), { access_token: "opaque", token_type: "Bearer" });
});

Deno.test("upstreamToken() hands out the held token while the upstream is down, then refuses until it is back", async () => {
  const app = testApp();
  const { access_token } = await (await app.ask()).json();
  app.intercept(() => Promise.reject(new TypeError("swordfish")));

  app.advance(HOUR - 30_000);
  const held = await app.ask();
  assertEquals(await held.json(), { access_token, token_type: "Bearer", expires_in: 30 });

  app.advance(30_000);
  const refused = await app.ask();
  assertEquals(refused.status, 503);
  assertEquals(await refused.json(), {
    error: "temporarily_unavailable",
    error_description: "Cannot answer now: the service behind this one cannot be used",
  });

  app.intercept();
  app.advance(60_000);
  assertEquals((await app.ask()).status, 200);
  assertFalse(JSON.stringify(app.log).includes("swordfish"));
  assertEquals(app.log.filter((entry) => entry.event === "alert"), []);
});

Deno.test("upstreamToken() passes on how long to wait, and not the upstream's words", async () => {
  const app = testApp();
  app.intercept(() => Promise.resolve(new Response("swordfish", { status: 429, headers: { "retry-after": "7" } })));
  const answer = await app.ask();

  assertEquals([answer.status, answer.headers.get("retry-after")], [503, "7"]);
  assertFalse((await answer.text()).includes("swordfish"));
  assertFalse(JSON.stringify(app.log).includes("swordfish"));
});

Deno.test("upstreamToken() writes one alert an incident when the upstream refuses the account", async () => {
  const app = testApp({ strategy: login({ username: "login", password: "swordfish" }) });
  for (let i = 0; i < 3; i++) {
    const answer = await app.ask();
    assertEquals([answer.status, (await answer.json()).error], [503, "temporarily_unavailable"]);
  }
  const alerts = app.log.filter((entry) => entry.event === "alert");

  assertEquals(alerts, [{
    at: "2030-01-01T00:00:00.000Z",
    event: "alert",
    reason: "credentials_rejected",
    message: "Cannot get a token: waiting will not help, see to the account and the configuration",
  }]);
  assertEquals(logins(app), 1);
  assertFalse(JSON.stringify(app.log).includes("swordfish"));
});

Deno.test("upstreamToken() writes another alert after a token could be had again", async () => {
  let password = "wrong";
  const app = testApp({ strategy: login({ username: "login", password: () => password }) });
  assertEquals((await app.ask()).status, 503);
  password = "password";
  app.advance(1_000); // the upstream is left alone for a second after a failure
  assertEquals((await app.ask()).status, 200);
  password = "wrong";
  app.advance(31 * 24 * HOUR); // the refresh token ends too
  assertEquals((await app.ask()).status, 503);

  assertEquals(app.log.filter((entry) => entry.event === "alert").length, 2);
});

Deno.test("upstreamToken() refuses a credential that is no token: it is the account itself", async () => {
  const app = testApp({ strategy: basic({ username: "login", password: "password" }) });
  const answer = await app.ask();
  const text = await answer.text();

  assertEquals(answer.status, 503);
  assertFalse(text.includes(btoa("login:password")));
  assert(app.log.some((entry) => entry.event === "alert" && entry.reason === "not_bearer"));
});

Deno.test("upstreamToken() refuses a token that is over, or has less than a second left", async () => {
  const exp = Date.UTC(2030, 0, 1) / 1000 + 10;
  const jwt = ["{}", JSON.stringify({ exp }), ""].map((part) => btoa(part)).join(".");
  const app = testApp({ strategy: bearer(jwt) });

  assertEquals((await (await app.ask()).json()).expires_in, 10);
  app.advance(9_000);
  assertEquals((await (await app.ask()).json()).expires_in, 1);
  app.advance(1);
  const answer = await app.ask();
  assertEquals(answer.status, 503);
  assertMatch(JSON.stringify(app.log.at(-1)), /"reason":"expired"/);
  await answer.body?.cancel();
});

/** Lets what goes to `/auth/*` wait until it is let go. */
function holdRenewals(app: ReturnType<typeof testApp>): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  app.intercept(async (input, init) => {
    if (new URL(new Request(input, init).url).pathname.startsWith("/auth/")) await promise;
    return await app.emulator.fetch(input, init);
  });
  return resolve;
}

Deno.test("upstreamToken() lets nobody wait for a renewal while the held token lasts for the minimum", async () => {
  const app = testApp();
  const token = await app.token();
  const letGo = holdRenewals(app);
  app.advance(HOUR - 100_000);
  assertEquals(await Promise.all([app.token(), app.token(), app.token()]), [token, token, token]);
  letGo();
  await app.quiet();

  assertFalse(await app.token() === token);
  assertEquals(app.emulator.log.map(({ path }) => path), ["/auth/login", "/auth/refresh"]);
});

Deno.test("the gateway lets no call wait for a renewal while the account's token is valid", async () => {
  const app = testApp({ mode: "gateway" });
  await (await app.call("/api/file/group", await app.token())).body?.cancel();
  app.advance(HOUR - 5_000);
  const token = await app.token();
  const letGo = holdRenewals(app);
  assertEquals((await app.call("/api/file/group", token)).status, 200);
  letGo();
  await app.quiet();

  assertEquals(app.emulator.log.map(({ path }) => path), [
    "/auth/login",
    "/file/group",
    "/file/group",
    "/auth/refresh",
  ]);
});
