/** What the pages' tables say of the session, held to the code, where no block that runs would tell. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEmulator, type OperationId } from "@xsignals/emulator";
import {
  apiKey,
  auth0,
  basic,
  bearer,
  clientCredentials,
  createSession,
  type FetchLike,
  login,
  memoryStore,
} from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { readPage, rowsOf } from "./markdown.ts";

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

/** What is in backticks in a cell. */
function namesIn(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

Deno.test("docs/errors.md has every code, in the code's own order", async () => {
  const [, union = ""] = /export type SessionErrorCode =([^;]+);/.exec(await read("packages/session/errors.ts")) ?? [];
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert(codes.length > 0);
  assertEquals([...(await read("docs/errors.md")).matchAll(/^### (\w+)$/gm)].map(([, code]) => code), codes);
});

Deno.test("docs/strategies.md has the variables that each kind needs and may have", async () => {
  const kinds = rowsOf(readPage(await read("docs/strategies.md")), 4).map(([kinds, , needed, optional]) => ({
    kind: namesIn(kinds)[0] ?? "",
    needed: namesIn(needed),
    optional: namesIn(optional),
  }));
  const use = (kind: string, names: readonly string[]) => {
    const variables = names.map((name) => [`XSIGNALS_${name}`, name === "TOKEN_URL" ? "https://a.test" : "a.test"]);
    optionsFromEnv(new Map([["XSIGNALS_AUTH", kind], ...variables] as [string, string][]));
  };
  const { message } = assertThrows(() => use("no such kind", []), TypeError);
  assertEquals(kinds.map(({ kind }) => kind).sort(), message.split("one of ")[1]?.split(", ").sort());
  const all = new Set(kinds.flatMap(({ needed, optional }) => [...needed, ...optional]));
  for (const { kind, needed, optional } of kinds) {
    use(kind, [...needed, ...optional]);
    for (const name of needed) assertThrows(() => use(kind, needed.filter((one) => one !== name)), TypeError, name);
    for (const name of all.difference(new Set([...needed, ...optional]))) {
      assertThrows(() => use(kind, [...needed, name]), TypeError, `Cannot use XSIGNALS_${name}`);
    }
  }
});

Deno.test("docs/strategies.md tells what each strategy does with store, password and logout", async () => {
  const user = { username: "login", password: "password" };
  const client = { clientId: "client", clientSecret: "secret" };
  const strategies = {
    login: login(user),
    auth0: auth0({ ...user, ...client, scope: "offline_access" }),
    clientCredentials: clientCredentials({ ...client, tokenUrl: "https://tokens.example/token" }),
    bearer: bearer(() => "a-token"),
    apiKey: apiKey("a-key"),
    basic: basic(user),
  };
  const ends: Record<string, OperationId> = { login: "authLogout", auth0: "oauthRevoke" };
  const found: string[][] = [];
  for (const [name, strategy] of Object.entries(strategies)) {
    const { fetch, log } = createEmulator();
    const gateway: FetchLike = () => Promise.resolve(Response.json({ access_token: "a-token", token_type: "Bearer" }));
    const store = memoryStore();
    const session = createSession({ strategy, store, fetch: name === "clientCredentials" ? gateway : fetch });
    await session.token();
    const isStored = await store.read() !== null;
    const changed = await session.changePassword("next").then(() => "yes", ({ code }) => `\`${code}\``);
    const before = log.length;
    await session.logout();
    assertEquals(log.slice(before).map(({ operation }) => operation), ends[name] ? [ends[name]] : [], name);
    found.push([name, isStored ? "yes" : "no", changed, String(ends[name] === undefined)]);
  }
  const rows = rowsOf(readPage(await read("docs/strategies.md")), 5);
  const told = rows.map(([name, , stored = "", changed = "", end]) => {
    return [...namesIn(name), stored, changed, String(end === "nothing: only forgotten")];
  });
  assertEquals(told, found);
});

Deno.test("docs/from_python.md tells which of the SDK's variables are read", async () => {
  const asked = new Set<string>();
  const env = new Map(["LOGIN", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET"].map((name) => [name, "a"]));
  optionsFromEnv({ get: (name) => (asked.add(name), env.get(name)) }, { legacy: true });
  const rows = rowsOf(readPage(await read("docs/from_python.md")), 4).filter(([, , read]) => read === "read");
  const told = rows.flatMap(([theirs]) => namesIn(theirs));
  assertEquals(told.sort(), [...asked].filter((name) => !name.startsWith("XSIGNALS_")).sort());
});
