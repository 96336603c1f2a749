import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as xsignals from "@xsignals/client";
import { connect, downloadFile, getFile, listFileGroups, searchFiles } from "@xsignals/client";
import * as atAuth0 from "@xsignals/client/auth0";
import { createEmulator } from "@xsignals/emulator";
import { auth0, createSession, login, SessionError } from "@xsignals/session";
import { Hono } from "hono";

const USER = { username: "login", password: "password" };

// Naive use of the generated `auth`: it is not called for an operation without `security`, two alternatives both run and
// the last one wins, and a token that is missing sends the request without one.
Deno.test("connect() lets the session put its credential on every call, and sends none without (public bug 4)", async () => {
  const emulator = createEmulator();
  const session = createSession({ strategy: login(USER), fetch: emulator.fetch });
  const client = connect(session);
  const { data } = await searchFiles({ client, query: { size: 1 } });
  const fileId = data?.items?.[0]?.fid ?? "";
  await listFileGroups({ client });
  await getFile({ client, path: { fileId } });
  await downloadFile({ client, path: { fileId } });
  assertEquals(emulator.log.slice(1).map(({ operation, credential, status }) => [operation, credential, status]), [
    ["searchFiles", "bearer", 200],
    ["listFileGroups", "bearer", 200],
    ["getFile", "bearer", 200],
    ["downloadFile", "bearer", 200],
  ]);

  await session.logout();
  const refused = createSession({ strategy: login({ ...USER, password: "wrong" }), fetch: emulator.fetch });
  const before = emulator.count({ operation: "listFileGroups" });
  for (const [one, code] of [[session, "login_required"], [refused, "credentials_rejected"]] as const) {
    const { error, response } = await listFileGroups({ client: connect(one) });
    assert(error instanceof SessionError);
    assertEquals([error.code, response], [code, undefined]);
    const thrown = await assertRejects(
      () => listFileGroups({ client: connect(one), throwOnError: true }),
      xsignals.ClientError,
    );
    assertEquals(thrown.code, code);
  }
  assertEquals(emulator.count({ operation: "listFileGroups" }), before, "no call went out without a credential");
});

// The generator's default is a client in the module, which `setConfig` changes for everybody.
Deno.test("connect() shares nothing between the users of a server (public bug 22)", async () => {
  const emulator = createEmulator({ users: { first: "password", second: "password" } });
  const secondIsDone = Promise.withResolvers<void>();
  emulator.faults.add({
    operation: "listFileGroups",
    times: Infinity,
    async respond({ headers }) {
      const [, payload = ""] = headers.get("authorization")?.split(".") ?? [];
      const { sub } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
      if (sub === "first") await secondIsDone.promise;
      return Response.json({ from: 0, totalSize: 0, items: [], sub });
    },
  });
  const sessions = new Map(
    ["first", "second"].map((username) => [
      username,
      createSession({ strategy: login({ username, password: "password" }), fetch: emulator.fetch }),
    ]),
  );
  const app = new Hono().get("/groups/:user", async (c) => {
    const session = sessions.get(c.req.param("user"));
    if (!session) return c.notFound();
    const { data } = await listFileGroups({ client: connect(session), throwOnError: true });
    return c.json({ ...data });
  });
  const ask = async (user: string) => (await (await app.request(`/groups/${user}`)).json()).sub;
  const first = ask("first");
  assertEquals(await ask("second"), "second");
  secondIsDone.resolve();
  assertEquals(await first, "first");

  for (const module of [xsignals, atAuth0]) {
    for (const [name, value] of Object.entries(module)) {
      assert(typeof value === "function", `${name} is something to share`);
    }
  }
  assertThrows(() => (listFileGroups as (options: unknown) => unknown)({}), TypeError); // none is there by default
});

// Without care the generator's output has a slow type an operation, and imports that JSR cannot follow.
Deno.test("the client can be published without slow types (public bug 23)", async () => {
  const publish = async (cwd: string | URL) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
      cwd,
      env: { NO_COLOR: "1" },
    }).output();
    return { code, output: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n") };
  };
  const client = new URL("../../packages/client/", import.meta.url);
  const { code, output } = await publish(client);
  assertEquals(code, 0, output);
  assertMatch(output, /gen\/xsignals\/sdk\.gen\.ts/);
  const sdk = await Deno.readTextFile(new URL("gen/xsignals/sdk.gen.ts", client));
  assertEquals(sdk.match(/from '\.[^']*(?<!\.ts)'/g), null);

  const naive = await Deno.makeTempDir();
  try {
    const deno = { name: "@example/naive", version: "1.0.0", license: "MIT", exports: "./mod.ts" };
    await Deno.writeTextFile(`${naive}/deno.json`, JSON.stringify(deno));
    await Deno.writeTextFile(
      `${naive}/mod.ts`,
      "const make = (a: number) => ({ a });\nexport const client = make(1);\n",
    );
    const refused = await publish(naive);
    assert(refused.code !== 0 && refused.output.includes("missing-explicit-type"), refused.output);
  } finally {
    await Deno.remove(naive, { recursive: true });
  }
});

// The generator ignores a path's own `servers`: a password meant for Auth0 goes to the API.
Deno.test("nothing that is meant for Auth0 goes to the API, nor the other way round (public bug 24)", async () => {
  let now = Date.now();
  const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
  const emulator = createEmulator({ now: clock.now });
  const { fetch } = emulator;
  const client = { clientId: "client", clientSecret: "secret", scope: "offline_access" };
  const sso = createSession({ strategy: auth0({ ...USER, ...client }), fetch, clock });
  const native = createSession({ strategy: login(USER), fetch, clock });
  for (let day = 0; day < 2; day++) {
    for (const session of [sso, native]) await (await session.fetch("/file/group?size=1")).body?.cancel();
    now += 25 * 3_600_000;
  }
  await sso.logout();
  await native.changePassword("another password");
  await native.logout();
  const grant = {
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    ...USER,
    realm: "Username-Password-Authentication",
    audience: "https://xpansiv/platform",
    client_id: "client",
    client_secret: "secret",
  } as const;
  const given = await atAuth0.oauthToken({ client: atAuth0.connect({ fetch }), body: grant });
  assertEquals(given.response?.status, 200);
  const mixed = { client: connect({ fetch }), body: grant } as never;
  await assertRejects(async () => await atAuth0.oauthToken(mixed), TypeError);

  const asked = new Set(emulator.log.map(({ host, path }) => `${host} ${path}`));
  assertEquals([...asked].sort(), [
    "api /auth/changePassword",
    "api /auth/login",
    "api /auth/logout",
    "api /auth/refresh",
    "api /file/group",
    "auth0 /oauth/revoke",
    "auth0 /oauth/token",
  ]);
  assertEquals(emulator.log.filter(({ violation }) => violation !== undefined), []);
});
