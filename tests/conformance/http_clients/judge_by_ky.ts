import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { bearer, createSession, login, type Session, SessionError, type Strategy } from "@xsignals/session";
import ky, { HTTPError, type KyInstance, NetworkError, type Options, TimeoutError } from "ky";
import type { Check, Judge } from "../judge.ts";
import { type Echo, LARGE, openEchoApi } from "./echo_api.ts";

interface Groups {
  readonly totalSize: number;
  readonly items: readonly { readonly name: string }[];
}

/** ky over a session: its retries, hooks, timeouts, bodies and streams, and a renewal in the middle of each. */
export const judgeByKy: Judge = {
  name: "ky",
  async judge(check, atEnd) {
    const opened = openKy();
    atEnd(opened.stop);
    for (const part of [calls, bodies, streams, retries, aborts, sessionsErrors]) await part(check, opened);
  },
};

type Opened = ReturnType<typeof openKy>;

function openKy() {
  const echo = openEchoApi();
  const { api, session } = connect(echo.origin);
  /** Runs the work while the session's token has been taken back, and returns how many renewals that cost. */
  async function renewals(work: () => Promise<unknown>): Promise<number> {
    await session.token();
    echo.emulator.revokeAccessTokens("login");
    const before = echo.emulator.count("authRefresh");
    await work();
    return echo.emulator.count("authRefresh") - before;
  }
  return { ...echo, api, session, renewals };
}

/** ky over a session, whose retries wait for no more than a millisecond. */
function connect(
  baseUrl: string,
  strategy: Strategy = login({ username: "login", password: "password" }),
): { readonly api: KyInstance; readonly session: Session } {
  const session = createSession({ baseUrl, strategy });
  const retry = { limit: 2, delay: () => 1, maxRetryAfter: 1 };
  return { session, api: ky.create({ baseUrl: `${session.baseUrl}/`, fetch: session.fetch, retry, timeout: 60_000 }) };
}

/** Calls that go well, renewals in the middle, and the API's own refusals. */
async function calls(check: Check, { api, session, emulator, renewals }: Opened): Promise<void> {
  await check("a path with parameters is read as JSON, after one login", async () => {
    const searchParams = { size: 1, sortBy: "name", sortOrder: "asc", query: "name=CBL_Trades Compliance" };
    const groups = await api.get("file/group", { searchParams }).json<Groups>();
    assertEquals([groups.totalSize, groups.items[0]?.name], [1, "CBL_Trades Compliance"]);
    assertEquals(emulator.count("authLogin"), 1);
  });
  await check("an address, a URL and a Request are taken as they are, and a prefix too", async () => {
    const address = `${session.baseUrl}/file/group`;
    for (const input of [address, new URL(address), new Request(address)]) {
      assertEquals((await api.get(input).json<Groups>()).totalSize, 3);
    }
    assertEquals((await api.extend({ prefix: "/file/" }).get("group").json<Groups>()).totalSize, 3);
  });
  await check("hooks see the request and the answer once each, and may add headers", async () => {
    const seen: unknown[] = [];
    const hooked = api.extend({
      hooks: {
        beforeRequest: [({ request }) => {
          seen.push(request.headers.has("authorization"));
          request.headers.set("x-mark", "mine");
        }],
        afterResponse: [({ response }) => void seen.push(response.status)],
        beforeRetry: [() => void seen.push("retry")],
      },
    });
    const spent = await renewals(async () => assertEquals((await hooked.get("echo").json<Echo>()).mark, "mine"));
    assertEquals([spent, seen], [1, [false, 200]]);
  });
  await check("50 calls with a token that was taken back are renewed once", async () => {
    const all = () => Promise.all(Array.from({ length: 50 }, () => api.get("file/group").json<Groups>()));
    assertEquals(await renewals(all), 1);
  });
  await check("a 404 is an HTTPError with the API's message", async () => {
    const error = await assertRejects(() => api.get("file/unknown").json(), HTTPError);
    assertEquals([error.response.status, Object.keys(Object(error.data))], [404, ["message"]]);
  });
  await check("a 405 has what is allowed", async () => {
    const { response } = await assertRejects(() => api.put("file/group", { json: {} }), HTTPError);
    assertEquals([response.status, response.headers.get("allow")], [405, "GET"]);
  });
  await check("a redirect to another host is handed over, not followed", async () => {
    const before = emulator.log.length;
    const error = await api.get("nothing").then(() => undefined, (error) => error);
    assertInstanceOf(error, HTTPError);
    const { status, headers } = error.response;
    assertEquals([status, new URL(headers.get("location") ?? "").host], [307, "www.xpansiv.com"]);
    assertEquals(emulator.log.length, before + 1);
  });
}

/** Bodies of every kind, sent again after a renewal. */
async function bodies(check: Check, { api, renewals }: Opened): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob(["content"], { type: "text/plain" }), "name.txt");
  const stream = () => ReadableStream.from(["some", "more"]).pipeThrough(new TextEncoderStream());
  const kinds: Readonly<Record<string, readonly [options: () => Options, type: RegExp, body: RegExp]>> = {
    JSON: [() => ({ json: { of: ["ä", 1] } }), /^application\/json/, /^{"of":\["ä",1\]}$/],
    "a text": [() => ({ body: "a text" }), /^text\/plain/, /^a text$/],
    "parameters of a form": [() => ({ body: new URLSearchParams({ a: "1 2" }) }), /urlencoded/, /^a=1\+2$/],
    "a form with a file": [
      () => ({ body: form }),
      /^multipart\/form-data; boundary=/,
      /filename="name.txt"[^]*content/,
    ],
    "a Blob": [() => ({ body: new Blob(["bytes"], { type: "text/csv" }) }), /^text\/csv/, /^bytes$/],
    "a stream": [() => ({ body: stream(), headers: { "content-type": "a/b" } }), /^a\/b$/, /^somemore$/],
  };
  for (const [what, [options, type, body]] of Object.entries(kinds)) {
    await check(`${what} is sent, and sent again whole when the token was taken back`, async () => {
      async function send(): Promise<void> {
        const found = await api.post("echo", options()).json<Echo>();
        assertEquals(found.method, "POST");
        assertMatch(`${found.type}`, type);
        assertMatch(found.body, body);
      }
      await send();
      assertEquals(await renewals(send), 1);
    });
  }
  await check("a body that is too long to be kept is sent once, and its 401 handed over", async () => {
    const body = "x".repeat(2 * 1024 * 1024);
    const send = () => api.post("echo", { body }).json<Echo>();
    assertEquals((await send()).body, body);
    const spent = await renewals(async () => {
      assertEquals((await assertRejects(send, HTTPError)).response.status, 401);
    });
    assertEquals(spent, 1);
    assertEquals((await send()).body, body);
  });
}

/** Answers that are streams. */
async function streams(check: Check, { api }: Opened): Promise<void> {
  await check("a long answer comes in pieces, with its progress", async () => {
    const told: number[] = [];
    const onDownloadProgress = ({ transferredBytes }: { transferredBytes: number }) => void told.push(transferredBytes);
    const bytes = await api.get("large", { onDownloadProgress }).bytes();
    assertEquals([bytes.length, told.at(-1)], [LARGE, LARGE]);
    assert(told.length > 2);
  });
  await check("an answer may be left in the middle", async () => {
    const reader = (await api.get("large")).body!.getReader();
    assert((await reader.read()).value!.length > 0);
    await reader.cancel();
  });
}

/** What ky tries again, and what not. */
async function retries(check: Check, { api, emulator }: Opened): Promise<void> {
  const groups = () => api.get("file/group");
  async function asked<T>(times: number, work: () => Promise<T>): Promise<T> {
    const before = emulator.log.length;
    const result = await work();
    assertEquals(emulator.log.length, before + times);
    return result;
  }
  for (const [status, headers] of [[503, {}], [429, { "retry-after": "60" }], [500, {}]] as const) {
    await check(`two answers of ${status} are tried again, and the third is good`, async () => {
      emulator.faults.add({ operation: "listFileGroups", status, headers, times: 2 });
      assertEquals((await asked(3, groups)).status, 200);
    });
  }
  await check("ky gives up after its limit, with the API's answer", async () => {
    const undo = emulator.faults.add({ operation: "listFileGroups", status: 503, times: Infinity });
    const error = await asked(3, () => assertRejects(groups, HTTPError));
    undo();
    assertEquals(error.response.status, 503);
  });
  await check("a POST is not tried again", async () => {
    emulator.faults.add({ operation: "listFileGroups", status: 503 });
    await asked(1, () => assertRejects(() => api.post("echo", { json: {} }), HTTPError));
  });
  await check("a server that is not there is tried again, and then told as ky tells it", async () => {
    const { get, retries } = lost(bearer("token"));
    await assertRejects(get, NetworkError);
    assertEquals(retries(), 2);
  });
  await check("a login that finds no server is told by the session, and ky leaves it at that", async () => {
    const { get, retries } = lost(login({ username: "login", password: "password" }));
    const error = await assertRejects(get, SessionError);
    assertEquals([error.code, error.sent, retries()], ["unreachable", false, 0]);
  });
}

/** Timeouts and aborts. */
async function aborts(check: Check, { api, origin }: Opened): Promise<void> {
  const groups = () => api.get("file/group");
  await check("an answer that does not come is timed out, and the session goes on", async () => {
    await assertRejects(() => api.get("slow", { timeout: 50, retry: 0 }), TimeoutError);
    assertEquals((await groups()).status, 200);
  });
  await check("a call is aborted with the caller's reason, also while it waits for a login", async () => {
    const reason = new Error("enough");
    for (const { get } of [api, connect(origin).api]) {
      const abort = new AbortController();
      const call = get("slow", { signal: abort.signal }).then(() => undefined, (error) => error);
      setTimeout(() => abort.abort(reason), 20);
      const error = await call;
      assert(error === reason || error.cause === reason, String(error));
    }
    assertEquals((await groups()).status, 200);
  });
}

/** What the session refuses, whatever is to be retried. */
async function sessionsErrors(check: Check, { api, origin, emulator }: Opened): Promise<void> {
  await check("a header of the caller's own credential is refused, and nothing is sent", async () => {
    const before = emulator.log.length;
    const headers = { authorization: "Bearer mine" };
    await assertRejects(() => api.get("file/group", { headers }), TypeError, "Authorization");
    assertEquals(emulator.log.length, before);
  });
  await check("another origin is refused, and nothing is sent", async () => {
    const error = await assertRejects(() => api.get("https://example.com/"), SessionError);
    assertEquals(error.code, "origin_refused");
  });
  await check("after a logout the session says that a login is needed, once, whatever is to be retried", async () => {
    const ended = connect(origin);
    await ended.api.get("file/group");
    await ended.session.logout();
    const before = emulator.log.length;
    const error = await assertRejects(() => ended.api.get("file/group"), SessionError);
    assertEquals([error.code, emulator.log.length], ["login_required", before]);
  });
}

/** ky over a session with a server that is not there. */
function lost(strategy: Strategy): { get(): Promise<Response>; retries(): number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { api } = connect(`http://127.0.0.1:${listener.addr.port}`, strategy);
  listener.close();
  let retries = 0;
  const counted = api.extend({ hooks: { beforeRetry: [() => void retries++] } });
  return { get: () => counted.get("file/group"), retries: () => retries };
}
