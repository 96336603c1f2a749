/** What the pages say in tables and lists, held to the code. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEmulator, type OperationId } from "@xsignals/emulator";
import {
  apiKey,
  auth0,
  basic,
  bearer,
  clientCredentials,
  createSession,
  login,
  memoryStore,
  SessionError,
} from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { readPage, rowsOf } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url);

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** What is in backticks in a cell. */
function namesIn(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** The text of every file of the session that ships, one by one. */
async function sessionSources(folder = "packages/session/"): Promise<string[]> {
  const texts: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory) texts.push(...await sessionSources(`${folder}${name}/`));
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) texts.push(await read(folder + name));
  }
  return texts;
}

/** What is told of each code: its heading and the lines under it. */
async function codeSections(): Promise<{ code: string; text: string }[]> {
  const sections = (await read("docs/errors.md")).split(/^### /m).slice(1).map((text) => text.split(/^## /m)[0]!);
  return sections.map((text) => ({ code: text.split("\n")[0]!, text: text.replaceAll(/\s+/g, " ") }));
}

Deno.test("docs/errors.md has every code, in the code's own order, with state, cause and what to do", async () => {
  const [, union = ""] = /export type SessionErrorCode =([^;]+);/.exec(await read("packages/session/errors.ts")) ?? [];
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const sections = await codeSections();
  assert(codes.length > 0);
  assertEquals(sections.map(({ code }) => code), codes);
  for (const { code, text } of sections) {
    const parts = [...text.matchAll(/- \*\*(\w+):\*\* \S/g)].map(([, part]) => part);
    assertEquals(parts, ["State", "Cause", "Do"], code);
  }
});

/** Finds a state in source: whole up to where a text, or a part of one, ends; `…` is what a template puts in. */
function statePattern(state: string): RegExp {
  const parts = state.split("…").map((part) => part.replaceAll(/[()]/g, "\\$&"));
  return new RegExp(parts.join(String.raw`\$\{.*\}`) + /(?=["'`,;$(])/.source);
}

Deno.test("docs/errors.md quotes states that the code has", async () => {
  const sources = await sessionSources();
  for (const { code, text } of await codeSections()) {
    const [, states = ""] = /\*\*State:\*\* (.*?) - \*\*Cause/.exec(text) ?? [];
    const quoted = [...states.matchAll(/"([^"]+)"/g)].map(([, state = ""]) => state);
    assert(quoted.length > 0, code);
    for (const state of quoted) {
      const pattern = statePattern(state);
      const has = sources.some((source) => pattern.test(source));
      assert(has, `${code}: no message says "${state}"`);
    }
  }
});

Deno.test("docs/strategies.md has the variables that each kind needs and may have", async () => {
  const rows = rowsOf(readPage(await read("docs/strategies.md"))).filter((row) => row.length === 4);
  const kinds = rows.map(([kinds, , needed, optional]) => ({
    kind: namesIn(kinds)[0] ?? "",
    needed: namesIn(needed),
    optional: namesIn(optional),
  }));
  const all = new Set<string>();
  const given = new Map([["XSIGNALS_USERNAME", "a"], ["XSIGNALS_PASSWORD", "a"]]);
  optionsFromEnv({ get: (name) => (all.add(name.replace("XSIGNALS_", "")), given.get(name)) });
  for (const name of ["AUTH", "BASE_URL"]) assert(all.delete(name));
  const strategy = (kind: string, names: readonly string[]) => {
    const value = (name: string) => name === "TOKEN_URL" ? "https://tokens.example/token" : "a.example";
    return optionsFromEnv(
      new Map([["XSIGNALS_AUTH", kind], ...names.map((name) => [`XSIGNALS_${name}`, value(name)] as const)]),
    );
  };
  for (const { kind, needed, optional } of kinds) {
    strategy(kind, [...needed, ...optional]);
    for (const name of needed) {
      assertThrows(
        () => strategy(kind, needed.filter((one) => one !== name)),
        TypeError,
        `XSIGNALS_${name} is not set`,
      );
    }
    for (const name of [...all].filter((one) => !needed.includes(one) && !optional.includes(one))) {
      assertThrows(() => strategy(kind, [...needed, name]), TypeError, `Cannot use XSIGNALS_${name}`);
    }
  }
  const error = assertThrows(() => strategy("no such kind", []), TypeError);
  assertEquals(kinds.map(({ kind }) => kind).sort(), error.message.split("one of ")[1]?.split(", ").sort());
});

Deno.test("docs/strategies.md tells what each strategy does with store, password and logout", async () => {
  const rows = rowsOf(readPage(await read("docs/strategies.md"))).filter((row) => row.length === 5);
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
  assertEquals(rows.map(([name]) => namesIn(name)[0]), Object.keys(strategies));
  const ends: Record<string, OperationId> = { login: "authLogout", auth0: "oauthRevoke" };
  for (const [index, [name, strategy]] of Object.entries(strategies).entries()) {
    const emulator = createEmulator();
    const store = memoryStore();
    const session = createSession({
      strategy,
      store,
      fetch: emulator.fetch,
      ...(name === "clientCredentials"
        ? { tokenFetch: () => Promise.resolve(Response.json({ access_token: "a-token", token_type: "Bearer" })) }
        : {}),
    });
    await session.token();
    const isStored = await store.read() !== null;
    const changed = await session.changePassword("next").then(
      () => "yes",
      (error) => error instanceof SessionError ? `\`${error.code}\`` : "",
    );
    const before = emulator.log.length;
    await session.logout();
    const ended = emulator.log.slice(before).map(({ operation }) => operation);
    assertEquals([isStored ? "yes" : "no", changed], rows[index]!.slice(2, 4), name);
    assertEquals(ended, ends[name] ? [ends[name]] : [], name);
    assertEquals(rows[index]![4] === "nothing: only forgotten", ended.length === 0, name);
  }
});

/** What each kind takes of the variables that the Python SDK has too. */
const SHARED = {
  auth0: { USERNAME: "a", PASSWORD: "a", CLIENT_ID: "a", CLIENT_SECRET: "a", BASE_URL: "https://a.example" },
  bearer: { TOKEN: "a" },
  apikey: { API_KEY: "a" },
};

Deno.test("docs/from_python.md tells which of the SDK's variables are read, and as which of ours", async () => {
  const rows = rowsOf(readPage(await read("docs/from_python.md"))).filter(([, , read]) => /^(not )?read$/.test(read!));
  const asked = new Set<string>();
  for (const [kind, values] of Object.entries(SHARED)) {
    const own = new Map(Object.entries(values).map(([name, value]) => [`XSIGNALS_${name}`, value]));
    own.set("XSIGNALS_AUTH", kind);
    optionsFromEnv({ get: (name) => (asked.add(name), own.get(name)) }, { legacy: true });
    for (const [theirs, ours, read] of rows) {
      const [their = "", our = ""] = [...namesIn(theirs), ...namesIn(ours)];
      const env = new Map([...own, [their, "https://b.example"]]);
      if (read === "not read" || !own.has(our)) optionsFromEnv(env, { legacy: true });
      else assertThrows(() => optionsFromEnv(env, { legacy: true }), TypeError, `${our} and ${their}: they differ`);
    }
  }
  const told = rows.filter(([, , read]) => read === "read").flatMap(([theirs]) => namesIn(theirs));
  assertEquals(told.sort(), [...asked].filter((name) => !name.startsWith("XSIGNALS_")).sort());
});

Deno.test("docs/from_python.md tells of the order in which the SDK's variables count", () => {
  const kindOf = (...names: string[]) => {
    const env = new Map(names.map((name) => [name, "a"]));
    env.set("XSIGNALS_SCOPE", "a"); // which only auth0 takes; the error says what was chosen instead
    const { message } = assertThrows(() => optionsFromEnv(env, { legacy: true }), TypeError);
    return /means (\w+)/.exec(message)?.[1] ?? message;
  };
  const [password, client] = [["LOGIN", "PASSWORD"], ["CLIENT_ID", "CLIENT_SECRET"]] as const;
  assertEquals(kindOf(...password, ...client, "NG_API_KEY", "NG_API_AUTHTOKEN"), "bearer");
  assertEquals(kindOf(...password, ...client, "NG_API_KEY"), "apikey");
  assertEquals(kindOf(...password), "login");
  const sso = [...password, ...client, "XSIGNALS_SCOPE"].map((name) => [name, "a"] as const);
  optionsFromEnv(new Map<string, string>(sso), { legacy: true });
});
