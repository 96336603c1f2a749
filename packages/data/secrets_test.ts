import { assert, assertEquals } from "@std/assert";
import { createData, DataError, type DataEvent } from "@xsignals/data";
import { createEmulator } from "@xsignals/emulator";
import { createSession, type FetchLike, login } from "@xsignals/session";
import { NOTE, ORDERS } from "./stage_test.ts";

Deno.test("no event, error, response or text of ours has a link, a token or a password (6.3, 20)", async () => {
  const emulator = createEmulator({ users: { login: "PASSWORD-SECRET" } });
  const secrets = new Set(["PASSWORD-SECRET"]);
  const shown: unknown[] = [];
  const fetch: FetchLike = async (input, init) => {
    const response = await emulator.fetch(input, init);
    const link = response.headers.get("location");
    if (link) {
      for (const secret of [link, new URL(link).search, new URL(link).searchParams.get("X-Amz-Signature")!]) {
        secrets.add(secret);
      }
    }
    if (new URL(new Request(input).url).pathname.startsWith("/auth/")) {
      for (const token of Object.values(await response.clone().json())) secrets.add(String(token));
    }
    return response;
  };
  const session = createSession({ strategy: login({ username: "login", password: "PASSWORD-SECRET" }), fetch });
  let isBroken = false;
  /** Fails as runtimes do: with the address in its message. */
  const linkFetch: FetchLike = async (input, init) => {
    if (isBroken) throw new TypeError(`error sending request for url (${input})`, { cause: { input } });
    return await emulator.fetch(input, init);
  };
  const data = createData(session, {
    linkFetch,
    retries: 1,
    random: () => 0,
    onEvent: (event: DataEvent) => shown.push(event),
  });

  async function show(call: () => Promise<unknown>): Promise<void> {
    shown.push(await call().catch((error) => error));
  }
  await show(() => Array.fromAsync(data.files(ORDERS)));
  await show(() => data.arrivals(ORDERS));
  await show(() => data.file(NOTE));
  for (const times of [0, 1, 2, 0]) {
    if (times > 0) emulator.faults.add({ operation: "fetchLink", expire: true, times });
    await show(async () => {
      const response = await data.open(NOTE);
      shown.push([...response.headers], response.url);
      await response.text();
      return response;
    });
    isBroken = times === 2;
  }
  emulator.faults.clear();
  const echo = {
    respond: (request: Request) => Response.json({ message: [...request.headers].join(" ") }, { status: 400 }),
  };
  emulator.faults.add({ operation: "searchFiles", ...echo });
  await show(() => data.newest(ORDERS));
  emulator.faults.add({
    operation: "downloadFile",
    respond: async (request) => {
      const answer = await emulator.fetch(request.url.replace("/download", ""), { headers: request.headers });
      return Response.json({ message: `try ${answer.headers.get("location")}` }, { status: 400 });
    },
  });
  await show(async () => data.open({ ...await data.file(NOTE) }));
  shown.push(data, session);

  const codes = shown.flatMap((one) => one instanceof DataError ? [one.code] : []);
  assertEquals(codes, ["link_refused", "unreachable", "http_error", "http_error"]);
  assert(secrets.size >= 8, `${secrets.size} secrets`);
  for (const one of shown) {
    const texts = [Deno.inspect(one, { depth: 20, showHidden: true }), JSON.stringify(one), String(one)];
    for (const text of texts) for (const secret of secrets) assert(!text?.includes(secret), text);
  }
});
