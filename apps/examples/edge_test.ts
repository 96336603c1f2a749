import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { madeContent } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { commandOf, ended, makePlace, type Place } from "./testing/example.ts";

const GOOD = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };

/** Starts `edge.ts` as `deno serve` does on a free port. */
async function start(
  place: Place,
  { api, files }: ServedEmulator,
  variables: Record<string, string> = GOOD,
): Promise<Deno.ChildProcess> {
  const hosts = {
    "api.xsignals.xpansiv.com": new URL(api).host,
    "datalake-xpansivprod-ng.s3.amazonaws.com": new URL(files).host,
  };
  const command = await commandOf("edge.ts", hosts);
  const onFreePort = command.replace("deno serve ", "deno serve --host=127.0.0.1 --port=0 ");
  const cwd = import.meta.dirname; // `deno serve` looks for a configuration from here, not from where the file is
  return place.start(onFreePort, { XSIGNALS_BASE_URL: api, ...variables }, cwd);
}

/** An edge function that runs. */
interface Edge {
  readonly origin: string;
  /** Ends it; resolves with what it printed since it listens. */
  end(): Promise<string>;
}

async function serve(...to: Parameters<typeof start>): Promise<Edge> {
  const child = await start(...to);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let at = -1; at < 0; at = text.indexOf("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`edge.ts ended: ${text}`);
    text += value;
  }
  const [line, origin = ""] = /^deno serve: Listening on (http:\/\/127\.0\.0\.1:\d+)\/.*\n/.exec(text) ?? [];
  return {
    origin,
    async end() {
      child.kill("SIGTERM");
      for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
      await child.stdin.close();
      await child.status;
      return text.slice(line?.length) + await new Response(child.stdout).text();
    },
  };
}

/** What a caller gets: status, body, `Retry-After`. */
async function ask(url: string, init?: RequestInit): Promise<[number, unknown, string | null]> {
  const response = await fetch(url, init);
  return [response.status, await response.json(), response.headers.get("retry-after")];
}

Deno.test("edge.ts answers from the API in two processes by one login, and sends it nothing of its callers'", async () => {
  await using place = await makePlace();
  const served = await serveEmulator({ assumptions: { rotation: "family" } });
  const { emulator, stop } = served;
  const edges = await Promise.all([serve(place, served), serve(place, served)]);
  const seen: string[] = [];
  emulator.faults.add({
    operation: "listFileGroups",
    stage: "after",
    times: Infinity,
    respond(request, answer) {
      seen.push([...request.headers.keys(), new URL(request.url).search].join(" "));
      return answer!;
    },
  });

  const headers = { authorization: "Bearer caller", cookie: "a=caller", "x-caller": "caller", accept: "text/caller" };
  const calls = edges.flatMap(({ origin }) => Array(10).fill(`${origin}/groups?size=1&caller`));
  const answers = await Promise.all(calls.map((url) => ask(url, { headers })));
  for (const [status, body] of answers) {
    assertEquals([status, Object(body).length], [200, 3], JSON.stringify(body));
    assertEquals(Object(body)[0], { name: "Market Notes", description: "Notes of the day" });
  }
  assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 0]);
  assertEquals(emulator.count("listFileGroups"), 20);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
  assert(seen.every((text) => !/cookie|caller/.test(text) && text.endsWith(" ?from=0&size=1000")), seen[0]);
  assertEquals(await Promise.all(edges.map(({ end }) => end())), ["", ""]);
  await stop();
});

Deno.test("edge.ts hands the newest file on as it comes, without its link and its address", async () => {
  await using place = await makePlace();
  const content = madeContent(12_000_000); // so large that it comes by link
  const files = [{
    groupName: "Market Notes",
    fid: "a",
    fileName: "a.html",
    content,
    arrivalTime: "2024-03-05T20:00:00",
  }];
  const served = await serveEmulator({ files });
  const { emulator, stop } = served;
  const { origin, end } = await serve(place, served);
  const response = await fetch(`${origin}/newest`, { headers: { range: "bytes=0-9", cookie: "a=caller" } });
  assertEquals([response.status, response.url, response.headers.get("location")], [200, `${origin}/newest`, null]);
  assertEquals(response.headers.get("content-disposition"), "attachment");
  let at = 0;
  for await (const bytes of response.body!) {
    assertEquals(bytes[0], content.chunk(at)[0]);
    at += bytes.length;
  }
  assertEquals(at, content.size);

  emulator.faults.add({ operation: "fetchLink", cutAfter: 5_000_000 });
  const cut = await fetch(`${origin}/newest`);
  await assertRejects(() => cut.bytes(), TypeError);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
  emulator.removeFile("a");
  assertEquals(await ask(`${origin}/newest`), [404, { error: "not_found" }, null]);
  assert(!(await end()).includes("127.0.0.1"));
  await stop();
});

Deno.test("edge.ts is not an open proxy: only GET of its two paths leads to the API", async () => {
  await using place = await makePlace();
  const served = await serveEmulator();
  const { origin, end } = await serve(place, served);
  const paths = ["/", "/groups/", "/file/group", "/auth/login", "/http://www.example.com/", "//www.example.com/groups"];
  for (const path of paths) assertEquals(await ask(origin + path), [404, { error: "not_found" }, null], path);
  const post = await fetch(`${origin}/groups`, { method: "POST", body: "x" });
  assertEquals([post.status, post.headers.get("allow"), await post.json()], [405, "GET", {
    error: "method_not_allowed",
  }]);
  assertEquals(served.emulator.log, []);
  assertEquals(await end(), "");
  await served.stop();
});

Deno.test("edge.ts says by its status who has to wait, and to its log what the operator must do", async () => {
  const served = await serveEmulator();
  const { emulator, stop } = served;

  async function failing(prepare: () => void, variables: Record<string, string>, code: string): Promise<string> {
    await using place = await makePlace();
    const { origin, end } = await serve(place, served, variables);
    prepare();
    const before = emulator.count("authLogin");
    const [status, body, retryAfter] = await ask(`${origin}/groups`);
    const again = await ask(`${origin}/groups`);
    assertEquals([again[0], again[1]], [status, body]);
    const log = await end();
    assert(!/wrong-password|eyJ/.test(log), log);
    assertMatch(log, new RegExp(`\\(${code}\\)\n$`));
    return `${status} ${Object(body).error} ${retryAfter} after ${emulator.count("authLogin") - before}`;
  }

  const busy = { operation: "authLogin", status: 429, headers: { "retry-after": "30" }, times: Infinity } as const;
  assertMatch(await failing(() => emulator.faults.add(busy), GOOD, "rate_limited"), /^503 busy (29|30) after 1$/);
  emulator.faults.clear();
  const wrong = { ...GOOD, XSIGNALS_PASSWORD: "wrong-password" };
  assertEquals(await failing(() => {}, wrong, "credentials_rejected"), "500 internal_error null after 1");
  const lost = { operation: "authLogin", drop: true, times: Infinity } as const;
  assertMatch(await failing(() => emulator.faults.add(lost), GOOD, "unreachable"), /^502 upstream_failed /);
  emulator.faults.clear();

  await using place = await makePlace();
  const { origin, end } = await serve(place, served);
  const failed: Awaited<ReturnType<typeof ask>> = [502, { error: "upstream_failed" }, null];
  const faults: [Parameters<typeof emulator.faults.add>[0], Awaited<ReturnType<typeof ask>>][] = [
    [{ status: 429, headers: { "retry-after": "7" } }, [503, { error: "busy" }, "7"]],
    [{ status: 500, body: "secrets of the API" }, failed],
    [{ status: 403 }, failed],
    [{ status: 302, headers: { location: "http://127.0.0.1:2/?signature=SECRET" } }, failed],
    [{ status: 200, body: "no JSON" }, failed],
  ];
  for (const [fault, answer] of faults) {
    emulator.faults.add({ operation: "listFileGroups", ...fault });
    assertEquals(await ask(`${origin}/groups`), answer);
  }
  assertEquals((await ask(`${origin}/groups`))[0], 200);
  const lines = (await end()).trimEnd().split("\n");
  assertEquals(lines.length, faults.length);
  assert(!/secrets|SECRET/.test(lines.join()), lines.join("\n"));
  await stop();
});

Deno.test("edge.ts does not start where a variable is missing", async () => {
  await using place = await makePlace();
  const served = await serveEmulator();
  const { code, stderr } = await ended(await start(place, served, { XSIGNALS_USERNAME: "login" }));
  assertEquals(code, 1);
  assertMatch(stderr, /TypeError: Cannot use login: XSIGNALS_PASSWORD is not set\n/);
  await served.stop();
});
