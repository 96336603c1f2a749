/** What the pages' tables say of the session, held to the code, where no block that runs would tell. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEmulator, type OperationId } from "@xsignals/emulator";
import { apiKey, assertion, auth0, basic, bearer, clientCredentials, createSession, login } from "@xsignals/session";
import { memoryStore } from "@xsignals/session";
import type { FetchLike } from "@xsignals/session";
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

Deno.test("docs/data.md has every code of a DataError", async () => {
  const [, union = ""] = /export type DataErrorCode =([^;]+);/.exec(await read("packages/data/data_error.ts")) ?? [];
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const told = rowsOf(readPage(await read("docs/data.md")), 3).flatMap(([codes]) => namesIn(codes));
  assert(codes.length > 0);
  assertEquals(told.filter((code) => /^[a-z_]+$/.test(code)).sort(), codes.sort());
});

Deno.test("docs/strategies.md and docs/from_python.md have the variables that are read, and no other", async () => {
  const asked = new Set<string>();
  const env = new Map(["LOGIN", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET"].map((name) => [name, "a"]));
  optionsFromEnv({ get: (name) => (asked.add(name), env.get(name)) }, { legacy: true });
  const ours = rowsOf(readPage(await read("docs/strategies.md")), 4);
  const theirs = rowsOf(readPage(await read("docs/from_python.md")), 4).filter(([, , read]) => read === "read");
  const told = ours.flatMap(([, , needed, optional]) => [...namesIn(needed), ...namesIn(optional)]);
  const names = ["AUTH", "BASE_URL", ...told].map((name) => `XSIGNALS_${name}`);
  assertEquals(new Set([...names, ...theirs.flatMap(([name]) => namesIn(name))]).symmetricDifference(asked), new Set());
  const { message } = assertThrows(() => optionsFromEnv(new Map([["XSIGNALS_AUTH", "none"]])), TypeError);
  assertEquals(ours.map(([kind]) => namesIn(kind)[0]).sort(), message.split("one of ")[1]?.split(", ").sort());
});

Deno.test("docs/strategies.md tells what each strategy does with store, password and logout", async () => {
  const user = { username: "login", password: "password" };
  const client = { clientId: "client", clientSecret: "secret" };
  const strategies = {
    login: login(user),
    auth0: auth0({ ...user, ...client, scope: "offline_access" }),
    clientCredentials: clientCredentials({ ...client, tokenUrl: "https://tokens.example/token" }),
    assertion: assertion({ tokenUrl: "https://tokens.example/token", assertion: () => "a.b.c" }),
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
    const session = createSession({ strategy, store, fetch: /^(assertion|clientC)/.test(name) ? gateway : fetch });
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
