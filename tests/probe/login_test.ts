/** Logins of other kinds and in other states, and ends in the middle. */
import { assert, assertEquals } from "@std/assert";
import type { FetchLike } from "@xsignals/cli/run";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { type FakeClock, fakeClock } from "@xsignals/session/testing";
import { openPlace, type Report } from "./probing.ts";

const LOGIN = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
const SSO = { ...LOGIN, XSIGNALS_AUTH: "auth0", XSIGNALS_CLIENT_ID: "client", XSIGNALS_CLIENT_SECRET: "secret" };

async function open(options: EmulatorOptions = {}) {
  const clock: FakeClock = fakeClock(Date.UTC(2030, 0, 1));
  const emulator = createEmulator({ now: clock.now, ...options });
  const place = await openPlace(clock);
  const probe = (env: Record<string, string>, fetch: FetchLike = emulator.fetch, signal?: AbortSignal) =>
    place.run(["probe", "--yes", "--quiet", "-o", place.path], fetch, env, { signal });
  const [report, dispose] = [async () => (await place.report())!, () => place[Symbol.asyncDispose]()];
  return { clock, emulator, place, probe, report, [Symbol.asyncDispose]: dispose };
}

/** What was found, or why nothing was. */
function answers({ findings }: Report): Record<string, string> {
  return Object.fromEntries(findings.map(({ name, found, why = "" }) => [name, found ?? why]));
}

Deno.test("xsignals probe with SSO tells what a renewal at Auth0 changes, and sends no password to the API", async () => {
  for (const [auth0Rotation, found] of [["off", "no (off)"], ["on", "yes (family, on, overlap)"]] as const) {
    await using opened = await open({ assumptions: { auth0Rotation } });
    const { probe, report, emulator } = opened;
    assertEquals((await probe({ ...SSO, XSIGNALS_SCOPE: "offline_access" })).code, 0);
    const { auth0Rotation: told, rotation, refreshAuthorization, accessTokens, symbolPaging } = answers(await report());
    assertEquals([told, accessTokens, symbolPaging], [found, "jwt", "10000"]);
    assertEquals([rotation, refreshAuthorization], ["the login is an SSO login", "the login is an SSO login"]);
    assertEquals(emulator.log.filter(({ credential, host }) => credential === "basic" && host === "api"), []);
  }
});

Deno.test("xsignals probe with a token or Basic has no renewal, and asks all else", async () => {
  await using opened = await open();
  const { probe, report } = opened;
  assertEquals((await probe({ ...LOGIN, XSIGNALS_AUTH: "basic" })).code, 0);
  const { rotation, accessTokens, symbolPaging, csvForm } = answers(await report());
  assertEquals([rotation, accessTokens], ["the login cannot be renewed", "the login has no access token"]);
  assertEquals([symbolPaging, csvForm], ["10000", "lf"]);
});

Deno.test("xsignals probe with a stored login that has expired renews it once", async () => {
  await using opened = await open();
  const { clock, emulator, place, probe, report } = opened;
  const stored = { XSIGNALS_USERNAME: "login" };
  const login = await place.run(["login", "--password-stdin"], emulator.fetch, stored, { input: "password\n" });
  assertEquals(login.code, 0);
  await clock.advance(7_200_000);
  assertEquals((await probe(stored)).code, 0);
  const { rotation, accessTokens, correctionsText, tokenCaching } = answers(await report());
  assertEquals([correctionsText, tokenCaching], ["taken", "no-store"]);
  assertEquals([rotation, accessTokens, emulator.count("authRefresh")], ["yes (on, family, overlap)", "jwt", 1]);
});

Deno.test("xsignals probe does not blame the server when the login that was kept is too old to be renewed", async () => {
  await using opened = await open();
  const { emulator, probe, report } = opened;
  assertEquals((await probe(LOGIN)).code, 0);
  emulator.revokeRefreshTokens();
  emulator.revokeAccessTokens();
  assertEquals((await probe(LOGIN)).code, 0);
  const { refreshAuthorization, rotation } = answers(await report());
  assertEquals([refreshAuthorization, rotation], Array(2).fill("20 requests were sent"));
  assertEquals([emulator.count("authRefresh"), emulator.count("authLogin")], [2, 2]);
});

Deno.test("xsignals probe ends at 20 requests when the server refuses each token soon, and keeps the login", async () => {
  for (const every of [1, 2, 3]) {
    await using opened = await open();
    const { emulator, place, probe, report, clock } = opened;
    let calls = 0;
    const fetch: FetchLike = async (input, init) => {
      if (!String(input).includes("/auth/") && ++calls % (every + 1) === 0) emulator.revokeAccessTokens();
      return await emulator.fetch(input, init);
    };
    await probe(LOGIN, fetch);
    const { requests, complete } = await report();
    assertEquals([requests <= 20, requests, complete], [true, emulator.log.length, false], `every ${every}`);
    assertEquals(emulator.log.filter(({ violation }) => violation), []);
    await clock.advance(600_000);
    const logins = emulator.count("authLogin");
    assertEquals((await place.run(["groups"], emulator.fetch, { XSIGNALS_USERNAME: "login" })).code, 0);
    assertEquals(emulator.count("authLogin"), logins);
  }
});

Deno.test("xsignals probe goes on when an answer does not come, and writes what it has when it is interrupted", async () => {
  await using opened = await open();
  const { clock, emulator, probe, report } = opened;
  const interrupt = new AbortController();
  let queries = 0;
  const held = Promise.withResolvers<void>();
  const fetch: FetchLike = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname.endsWith("/download")) {
      held.resolve();
      return await new Promise((_, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal!.reason))
      );
    }
    if (pathname === "/ts" && ++queries === 3) interrupt.abort(new DOMException("interrupted", "AbortError"));
    return await emulator.fetch(input, init);
  };
  const running = probe(LOGIN, fetch, interrupt.signal);
  await held.promise;
  await clock.advance(30_000);
  assertEquals((await running).code, 130);
  const { fileLink, downloadBy, ranges, tsBody, tsExtra, csvForm } = answers(await report());
  assertEquals([fileLink, downloadBy, ranges], ["200", "no answer within 30 s", "files or both"]);
  assertEquals([tsBody, tsExtra, csvForm], ["both", "the probe was interrupted", "lf"]);
  assert(!(await report()).complete);
});

Deno.test("xsignals probe tells of the links' host only what cannot name a customer", async () => {
  const hosts: Readonly<Record<string, string>> = {
    "acme-data.s3.eu-central-1.amazonaws.com": "a bucket of S3 in eu-central-1",
    "acme-data.s3.amazonaws.com": "a bucket of S3",
    "s3.us-east-1.amazonaws.com": "a bucket of S3 in us-east-1",
    "acme.xpansiv.com": "another host of xpansiv.com",
    "files.acme.example": "another host",
  };
  for (const [host, told] of Object.entries(hosts)) {
    await using opened = await open({ origins: { files: [`https://${host}`] } });
    assertEquals((await opened.probe(LOGIN)).code, 0);
    assertEquals(answers(await opened.report()).linkHost, told);
    assert(!(await opened.place.text()).includes("acme"));
  }
});
