import { assert, assertEquals, assertFalse } from "@std/assert";
import { Buffer } from "node:buffer";
import { serveGateway } from "./testing/served_gateway.ts";

const CSV = "a,b\n".repeat(1_000);

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

Deno.test("apiRoute() hands on an object that is stored encoded as it is, in ranges too (found 152)", async () => {
  const stored = await gzip(CSV);
  await using gateway = await serveGateway(({ headers }) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.get("range") ?? "")?.[1] ?? 0);
    const part = stored.slice(start);
    return new Response(part, {
      status: start === 0 ? 200 : 206,
      headers: {
        "content-type": "text/csv",
        "content-encoding": "gzip",
        "content-length": String(part.length),
        "accept-ranges": "bytes",
        etag: '"stored"',
        ...(start === 0 ? {} : { "content-range": `bytes ${start}-${stored.length - 1}/${stored.length}` }),
      },
    });
  });
  const read = async (headers: Record<string, string>) => {
    const answer = await gateway.call("/api/file/1/download", {
      headers: { "accept-encoding": "identity", ...headers },
    });
    assertEquals([answer.headers.get("content-encoding"), answer.headers.get("etag")], ["gzip", '"stored"']);
    return await answer.bytes();
  };
  const [whole, rest] = [await read({}), await read({ range: "bytes=20-", "if-range": '"stored"' })];
  assertEquals([Buffer.from(whole).equals(stored), Buffer.from(rest).equals(stored.slice(20))], [true, true]);
  assertEquals(await (await gateway.call("/api/file/1/download")).text(), CSV);
});

Deno.test("apiRoute() passes on every precondition (found 153)", async () => {
  const conditions = ["if-match", "if-unmodified-since", "if-none-match", "if-modified-since", "if-range"];
  await using gateway = await serveGateway(({ headers }) => {
    return Response.json(conditions.filter((name) => headers.get(name) === `"${name}"`), { status: 200 });
  });
  const headers = Object.fromEntries(conditions.map((name) => [name, `"${name}"`]));
  assertEquals(await (await gateway.call("/api/file/1", { headers })).json(), conditions);
});

Deno.test("apiRoute() tells no length of a HEAD that the API tells none of (found 154)", async () => {
  await using gateway = await serveGateway(({ url }) => {
    return url.endsWith("/long")
      ? new Response(null, { headers: { "content-length": "7" } })
      : new Response(new Blob(["x"]).stream());
  });
  const token = await gateway.token();
  const length = async (path: string) => {
    const head = await gateway.raw(
      `HEAD ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
    );
    assert(head.startsWith("HTTP/1.1 200 "), head);
    return /content-length: (\d+)/i.exec(head)?.[1];
  };
  assertEquals([await length("/api/file/1"), await length("/api/file/long")], [undefined, "7"]);
});

Deno.test("apiRoute() maps a redirect within the API to its own path, and hands on any other (found 155)", async () => {
  const link = "https://files.example/x?signature=y";
  await using gateway = await serveGateway(({ url }) => {
    const { pathname, origin } = new URL(url);
    const to = {
      "/file/a": "/file/group/",
      "/file/b": `${origin}/file/group?size=1`,
      "/file/c/d": "../e",
      "/file/f": link,
    };
    const location = Reflect.get(to, pathname) ?? "/auth/logout";
    return new Response(null, { status: 302, headers: { location } });
  });
  const seen = [];
  for (const path of ["a", "b", "c/d", "f", "g"]) {
    const answer = await gateway.call(`/api/file/${path}`);
    await answer.body?.cancel();
    seen.push(answer.headers.get("location"));
  }
  assertEquals(seen, ["/api/file/group/", "/api/file/group?size=1", "/api/file/e", link, null]);
});

Deno.test("apiRoute() reads the API's wish to wait as the session does, a day at most (found 156)", async () => {
  const wishes = ["7", "172800", new Date(Date.UTC(2030, 0, 1, 0, 2)).toUTCString(), "soon"];
  const asked = { date: new Date(Date.UTC(2030, 0, 1)).toUTCString() };
  for (const [index, expected] of ["7", "86400", "120", "5"].entries()) {
    await using gateway = await serveGateway(() => {
      return new Response("x", { status: 500, headers: { ...asked, "retry-after": wishes[index]! } });
    });
    const answer = await gateway.call("/api/file/1");
    await answer.body?.cancel();
    assertEquals([answer.status, answer.headers.get("retry-after")], [503, expected], wishes[index]);
  }
});

Deno.test("createApp() lets a page at an allowed origin read what a client needs (found 157)", async () => {
  await using gateway = await serveGateway(() => new Response("x"), { GATEWAY_CORS_ORIGINS: "https://a.example" });
  const answer = await gateway.call("/api/file/1", { headers: { origin: "https://a.example" } });
  await answer.body?.cancel();
  const exposed = answer.headers.get("access-control-expose-headers")?.split(",") ?? [];
  const needed = ["content-disposition", "content-range", "etag", "retry-after", "ratelimit", "www-authenticate"];
  assertEquals([...needed, "x-request-id"].filter((name) => !exposed.includes(name)), []);
});

Deno.test("serverHandler() refuses what is not a Host before it routes (found 159)", async () => {
  await using gateway = await serveGateway(() => new Response("x"));
  for (const host of ["a b", "x/token?", "x/healthz#", "a@b", "a:b", "a,b"]) {
    const answer = await gateway.raw(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    assert(answer.startsWith("HTTP/1.1 400 "), `${host}: ${answer}`);
  }
  for (const host of ["a", "a.b:80", "[::1]:8080", "my_host", ""]) {
    const answer = await gateway.raw(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    assert(answer.startsWith("HTTP/1.1 200 "), `${host}: ${answer}`);
  }
});

Deno.test("apiRoute() has no path of the session's own, and none that becomes one when it is normalised (found 162, 165)", async () => {
  const asked: string[] = [];
  await using gateway = await serveGateway(({ url }) => {
    asked.push(new URL(url).pathname);
    return new Response("x");
  });
  const own = ["auth/login", "group/auth/refresh", "oauth/token", "auth/Logout"];
  const odd = [
    "%EF%BC%8E%EF%BC%8E%EF%BC%8Fauth/x",
    "%EF%BC%8E%EF%BC%8E/auth/x",
    "a%EF%BC%85b",
    "%E2%80%8B..%E2%80%8B/x",
    "%E2%80%A4%E2%80%A4/x",
    "..%20/x",
    "%20/x",
  ];
  for (const path of [...own, ...odd]) {
    const answer = await gateway.call(`/api/file/${path}`);
    await answer.body?.cancel();
    assertEquals(answer.status, 404, path);
  }
  assertEquals(asked, []);
  const names = ["CO₂", "EU ETS™", "Cafe\u0301", "🌱", "a.b", "…x"].map(encodeURIComponent);
  for (const name of names) assertEquals(await (await gateway.call(`/api/file/${name}`)).text(), "x", name);
  assertEquals(asked, names.map((name) => `/file/${name}`));
});

Deno.test("guardApi() hands on no refusal that has the account's credential in any form (found 164)", async () => {
  const forms: [string, (secret: string) => string][] = [
    ["as it is", (secret) => secret],
    ["percent-encoded", (secret) => [...secret].map((one) => `%${one.charCodeAt(0).toString(16)}`).join("")],
    ["JSON", (secret) => [...secret].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join("")],
    ["base64", (secret) => btoa(`Bearer ${secret}`)],
    ["base64url", (secret) => Buffer.from(`{"x":"${secret}"}`).toString("base64url")],
    ["base64 of a pair", (secret) => btoa(`a:${secret}!`)],
  ];
  for (const [name, encode] of forms) {
    await using gateway = await serveGateway(({ headers, url }) => {
      const secret = headers.get("authorization")!.slice("Bearer ".length);
      const inHead = url.endsWith("/head");
      return new Response(inHead ? "x" : `you sent ${encode(secret)}`, {
        status: 403,
        headers: inHead ? { "content-disposition": `x="${encode(secret)}"` } : {},
      });
    });
    for (const path of ["/api/file/1", "/api/file/head"]) {
      const answer = await gateway.call(path);
      assertEquals([answer.status, (await answer.json()).error], [403, "access_denied"], name);
      assertFalse(answer.headers.has("content-disposition"));
    }
  }
  const large = "x".repeat(65_537);
  await using gateway = await serveGateway(({ url }) =>
    new Response(url.endsWith("/large") ? large : "no such file", { status: 404 })
  );
  assertEquals(await (await gateway.call("/api/file/1")).text(), "no such file");
  assertEquals((await (await gateway.call("/api/file/large")).json()).error, "invalid_request");
});
