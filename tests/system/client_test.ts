import { assert, assertEquals, assertRejects } from "@std/assert";
import * as xsignals from "@xsignals/client";
import { connect, downloadFile, getFile, listFileGroups, searchFiles } from "@xsignals/client";
import * as atAuth0 from "@xsignals/client/auth0";
import { createEmulator } from "@xsignals/emulator";
import { createSession, login, SessionError } from "@xsignals/session";

const USER = { username: "login", password: "password" };

// Naive use of the generated `auth`: it is not called for an operation without `security`, two alternatives both run and
// the last one wins, and a token that is missing sends the request without one.
Deno.test("connect() lets the session put its credential on every call, and sends none without (public bug 4)", async () => {
  const emulator = createEmulator();
  const session = createSession({ strategy: login(USER), fetch: emulator.fetch });
  const client = connect(session);
  const { data } = await searchFiles({ client, query: { size: 1 } });
  const path = { fileId: data?.items?.[0]?.fid ?? "" };
  await listFileGroups({ client });
  await getFile({ client, path });
  await downloadFile({ client, path });
  const calls = emulator.log.slice(1).map(({ operation, credential, status }) =>
    `${operation} ${credential} ${status}`
  );
  const operations = ["searchFiles", "listFileGroups", "getFile", "downloadFile"];
  assertEquals(calls, operations.map((operation) => `${operation} bearer 200`));

  await session.logout();
  const refused = createSession({ strategy: login({ ...USER, password: "wrong" }), fetch: emulator.fetch });
  for (const [one, code] of [[session, "login_required"], [refused, "credentials_rejected"]] as const) {
    const client = connect(one);
    const { error, response } = await listFileGroups({ client });
    assert(error instanceof SessionError);
    assertEquals([error.code, response], [code, undefined]);
    const thrown = await assertRejects(() => listFileGroups({ client, throwOnError: true }), xsignals.ClientError);
    assertEquals(thrown.code, code);
  }
  assertEquals(emulator.count({ operation: "listFileGroups" }), 1, "no call went out without a credential");
});

Deno.test("getFile() leads to the content whichever way the server tells of it, over a session (found 134)", async () => {
  for (const fileLink of [200, 307] as const) {
    const emulator = createEmulator({ assumptions: { fileLink } });
    const client = connect(createSession({ strategy: login(USER), fetch: emulator.fetch }));
    const query = { query: "groupName=Market Notes" };
    const fileId = (await searchFiles({ client, query, throwOnError: true })).data.items?.[0]?.fid ?? "";
    const { data, response } = await getFile({ client, path: { fileId }, throwOnError: true });
    const content = await emulator.fetch(response.headers.get("location") ?? "");
    assertEquals([response.status, data.fid, (await content.text()).slice(0, 5)], [fileLink, fileId, "Quiet"]);
  }
});

// The generator's default is a client in the module, which `setConfig` changes for everybody.
Deno.test("connect() shares nothing between the users of a server (public bug 22)", async () => {
  const emulator = createEmulator({ users: { first: "password", second: "password" } });
  emulator.faults.add({
    operation: "listFileGroups",
    times: Infinity,
    respond({ headers }) {
      const [, payload = ""] = headers.get("authorization")?.split(".") ?? [];
      const { sub } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
      return Response.json({ from: 0, totalSize: 0, items: [], sub });
    },
  });
  const clients = ["first", "second"].map((username) =>
    connect(createSession({ strategy: login({ ...USER, username }), fetch: emulator.fetch }))
  );
  const answers = await Promise.all(clients.map((client) => listFileGroups({ client })));
  assertEquals(answers.map(({ data }) => Object(data).sub), ["first", "second"]);
  const shared = [xsignals, atAuth0].flatMap(Object.entries).filter(([, value]) => typeof value !== "function");
  assertEquals(shared, []);
});
