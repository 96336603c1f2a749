import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type Emulator, serveEmulator } from "@xsignals/emulator/serve";
import { bearer, createSession, login, SessionError, type Strategy } from "@xsignals/session";
import ky, { HTTPError, NetworkError, TimeoutError } from "ky";
import { type Check, judge } from "../judge.ts";

interface Groups {
  readonly totalSize: number;
  readonly items: readonly { readonly name: string }[];
}

/** ky over a session: its inputs, hooks, bodies, retries and timeouts, with a renewal in the middle. */
judge("ky", async (check, atEnd) => {
  const { emulator, api: origin, stop } = await serveEmulator({ users: { login: "password" } });
  atEnd(stop);
  emulator.faults.add({ path: "/echo", stage: "after", times: Infinity, respond: echo });
  const opened = { emulator, origin, ...connect(origin) };
  for (const part of [calls, bodies, retries, aborts, sessionsErrors]) await part(check, opened);
});

type Opened = ReturnType<typeof connect> & { readonly emulator: Emulator; readonly origin: string };

/** Answers what it was sent, with the type; 401 where the credential was not good, and else nothing was found. */
async function echo(request: Request, answer = new Response()): Promise<Response> {
  if (answer.status === 401) return answer;
  return new Response(`${request.headers.get("content-type")} ${await request.text()}`);
}

/** ky over a session, whose retries wait for no more than a millisecond and are counted. */
function connect(baseUrl: string, strategy: Strategy = login({ username: "login", password: "password" })) {
  const session = createSession({ baseUrl, strategy });
  let retries = 0;
  const api = ky.create({
    baseUrl: `${session.baseUrl}/`,
    fetch: session.fetch,
    retry: { limit: 2, delay: () => 1, maxRetryAfter: 1 },
    hooks: { beforeRetry: [() => void retries++] },
  });
  return { session, api, retries: () => retries };
}

/** Runs the work while the session's token has been taken back, which is to cost one renewal. */
async function renewed({ session, emulator }: Opened, work: () => Promise<unknown>): Promise<void> {
  await session.token();
  emulator.revokeAccessTokens("login");
  const before = emulator.count("authRefresh");
  await work();
  assertEquals(emulator.count("authRefresh"), before + 1);
}

/** Calls that go well, a renewal in the middle, and the API's own refusals. */
async function calls(check: Check, opened: Opened): Promise<void> {
  const { api, session, emulator } = opened;
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
          request.headers.set("content-type", "my/own");
        }],
        afterResponse: [({ response }) => void seen.push(response.status)],
        beforeRetry: [() => void seen.push("retry")],
      },
    });
    await renewed(opened, async () => assertEquals(await hooked.get("echo").text(), "my/own "));
    assertEquals(seen, [false, 200]);
  });
  await check("a 404 is an HTTPError with the API's message", async () => {
    const error = await assertRejects(() => api.get("file/unknown").json(), HTTPError);
    assertEquals([error.response.status, Object.keys(Object(error.data))], [404, ["message"]]);
  });
  await check("a redirect to another host is handed over, not followed", async () => {
    emulator.faults.add({ operation: "listFileGroups", status: 307, headers: { location: "https://example.com/" } });
    const before = emulator.log.length;
    const { response } = await assertRejects(() => api.get("file/group"), HTTPError);
    assertEquals([response.status, response.headers.get("location")], [307, "https://example.com/"]);
    assertEquals(emulator.log.length, before + 1);
  });
}

/** Bodies, sent again after a renewal; ky makes a Request of each, so that the session gets all kinds as streams. */
async function bodies(check: Check, opened: Opened): Promise<void> {
  const body = new FormData();
  body.set("file", new Blob(["content"], { type: "text/plain" }), "name.txt");
  for (
    const [what, options, sent] of [
      ["JSON", { json: { of: ["ä", 1] } }, /^application\/json.* {"of":\["ä",1\]}$/],
      ["a form with a file", { body }, /^multipart\/form-data; boundary=[^]*filename="name.txt"[^]*content/],
    ] as const
  ) {
    await check(`${what} is sent, and sent again whole when the token was taken back`, async () => {
      const send = async () => assertMatch(await opened.api.post("echo", options).text(), sent);
      await send();
      await renewed(opened, send);
    });
  }
}

/** What ky tries again, and what not. */
async function retries(check: Check, { api, emulator }: Opened): Promise<void> {
  for (const [status, headers] of [[503, {}], [429, { "retry-after": "60" }], [500, {}]] as const) {
    await check(`two answers of ${status} are tried again, and the third is good`, async () => {
      const before = emulator.log.length;
      emulator.faults.add({ operation: "listFileGroups", status, headers, times: 2 });
      assertEquals((await api.get("file/group")).status, 200);
      assertEquals(emulator.log.length, before + 3);
    });
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const nowhere = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  await check("a server that is not there is tried again, and then told as ky tells it", async () => {
    const { api, retries } = connect(nowhere, bearer("token"));
    await assertRejects(() => api.get("file/group"), NetworkError);
    assertEquals(retries(), 2);
  });
  await check("a login that finds no server is told by the session, and ky leaves it at that", async () => {
    const { api, retries } = connect(nowhere);
    const error = await assertRejects(() => api.get("file/group"), SessionError);
    assertEquals([error.code, error.sent, retries()], ["unreachable", false, 0]);
  });
}

/** Timeouts and aborts. */
async function aborts(check: Check, { api, origin, emulator: { faults } }: Opened): Promise<void> {
  const groups = () => api.get("file/group");
  await check("an answer that does not come is timed out, and the session goes on", async () => {
    faults.add({ operation: "listFileGroups", delay: Infinity });
    await assertRejects(() => api.get("file/group", { timeout: 50, retry: 0 }), TimeoutError);
    assertEquals((await groups()).status, 200);
  });
  await check("a call is aborted with the caller's reason, also while it waits for a login", async () => {
    const reason = new Error("enough");
    for (const [operation, { get }] of [["listFileGroups", api], ["authLogin", connect(origin).api]] as const) {
      const abort = new AbortController();
      faults.add({ operation, delay: Infinity });
      const call = get("file/group", { signal: abort.signal }).then(() => undefined, (error) => error);
      setTimeout(() => abort.abort(reason), 20);
      const error = await call;
      assert(error === reason || error.cause === reason, String(error));
    }
    assertEquals((await groups()).status, 200);
  });
}

/** What the session refuses, whatever is to be retried. */
async function sessionsErrors(check: Check, { api, session, emulator, retries }: Opened): Promise<void> {
  await check("what the session refuses is told as it tells it, and neither sent nor tried again", async () => {
    const before = [emulator.log.length, retries()];
    const headers = { authorization: "Bearer mine" };
    await assertRejects(() => api.get("file/group", { headers }), TypeError, "Authorization");
    const error = await assertRejects(() => api.get("https://example.com/"), SessionError);
    assertEquals([error.code, emulator.log.length, retries()], ["origin_refused", ...before]);
  });
  await check("after a logout the session says that a login is needed, once, whatever is to be retried", async () => {
    await session.logout();
    const before = [emulator.log.length, retries()];
    const error = await assertRejects(() => api.get("file/group"), SessionError);
    assertEquals([error.code, emulator.log.length, retries()], ["login_required", ...before]);
  });
}
