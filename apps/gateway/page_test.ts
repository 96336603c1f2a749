import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { needing } from "@xsignals/tests/has_program";
import { examples } from "./page_examples.ts";
import { testApp } from "./testing/test_app.ts";

const ISSUER = "https://tokens.invalid";

/** What a browser shows of a text, from the page's source. */
function shown(source: string): string {
  return source.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** The examples on the page, by the language. */
function examplesIn(source: string): Record<string, string> {
  const blocks = source.matchAll(/<pre [^>]*aria-label="Example in (\w+)"><code>([^<]*)<\/code><\/pre>/g);
  return Object.fromEntries([...blocks].map(([, language, code]) => [language, shown(code!)]));
}

Deno.test("pageRoute() lets the page run no script, load nothing and stand in no frame", async () => {
  const answer = await testApp().request("/");
  const source = await answer.text();
  const style = /<style>([^<]*)<\/style>/.exec(source)?.[1];
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style)));

  assertEquals(
    answer.headers.get("content-security-policy"),
    `default-src 'none'; style-src 'sha256-${digest.toBase64()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  assertEquals(answer.headers.get("referrer-policy"), "no-referrer");
  assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertFalse(answer.headers.has("strict-transport-security"));
  assertEquals(answer.headers.get("content-type"), "text/html; charset=UTF-8");
  assertFalse(/<(script|img|link|iframe|form|base)\b|\s(style|src|on\w+)=|url\(|@import/i.test(source));
  assertEquals([...source.matchAll(/href="([^"]*)"/g)].map(([, to]) => to).filter((to) => !/^[/#]/.test(to!)), []);
});

Deno.test("pageRoute() tells whether the app works and nothing of the account", async () => {
  const app = testApp();
  assertMatch(await (await app.request("/")).text(), /It works: account and store were tried\./);
  app.advance(3_600_000);
  app.intercept(() => Promise.reject(new TypeError("down")));
  const source = await (await app.request("/")).text();

  assertMatch(source, /It does not work at the moment\./);
  for (const word of ["login", "down", "unreachable", "client:"]) assertFalse(source.includes(word), word);
});

Deno.test("pageRoute() makes a page whose headings go by one step and whose links lead somewhere", async () => {
  const source = await (await testApp({ issuer: ISSUER }).request("/")).text();
  const levels = [...source.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
  const ids = [...source.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);

  assertEquals(levels.filter((level) => level === 1), [1]);
  levels.forEach((level, i) => assert(i === 0 || level <= levels[i - 1]! + 1));
  assertEquals(ids.length, new Set(ids).size);
  for (const [, name, id] of source.matchAll(/(href="#|labelledby=")([^"]+)"/g)) {
    assert(ids.includes(id!), `${name}${id}`);
  }
  assertMatch(source, /^\s*<!DOCTYPE html>\s*<html lang="en">/);
  for (const tag of ["title", "header", "main", "footer"]) assertMatch(source, new RegExp(`<${tag}[ >]`));
});

Deno.test("pageRoute() writes its examples for the issuer, else for the origin that was asked (found 167)", async () => {
  const at = async (url: string, options = {}, headers = {}) =>
    Object.values(examplesIn(await (await testApp(options).request(url, { headers })).text()));
  const has = (codes: string[], base: string) =>
    codes.length === 3 && codes.every((code) => code.includes(`${base}/token`) || code.includes(`"${base}"\n`));

  assert(has(await at("https://evil.example/", { issuer: ISSUER }), ISSUER));
  assert(has(await at("http://10.0.0.5:8080/"), "http://10.0.0.5:8080"));
  assert(has(await at("http://[::1]:8080/"), "http://[::1]:8080"));
  for (const host of ["$(id)", "a'b", 'a"b', "a`b`", "a;b", "a&b"]) {
    assert(has(await at(`http://${host}/`), "https://HOST"), host);
  }
  assert(has(await at("http://127.0.0.1/"), "http://127.0.0.1"));
  const behind = { "x-forwarded-proto": "https" }; // a proxy that speaks TLS
  assert(has(await at("http://gateway.example/", {}, behind), "https://gateway.example"));
  assert(has(await at("http://a'b/", {}, behind), "https://HOST"));
  assert(has(await at("http://a.example/", {}, { "x-forwarded-proto": "javascript" }), "http://a.example"));
});

Deno.test("pageRoute() names no address that leads to 404 (found 167)", async () => {
  const app = testApp({ issuer: ISSUER });
  const token = await app.token();
  const source = shown(await (await app.request("/")).text());
  const addresses = source.matchAll(/(?:https:\/\/tokens\.invalid|\{base\}|href=")(\/[\w./…]*)/g);
  const paths = new Set([...addresses].map(([, path]) => path!.replace("…", "group")));
  paths.delete("/api"); // the session's base URL: it adds paths
  assertEquals([...paths].sort(), ["/api/file/group", "/api/ts", "/openapi.json", "/readyz", "/token"]);
  for (const path of paths) {
    const answers = await Promise.all(["GET", "POST"].map((method) => app.call(path, token, { method })));
    assert(answers.some(({ status }) => [200, 400, 403].includes(status)), path);
  }
});

Deno.test("README.md has the examples of the page", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  for (const { code } of examples("http://127.0.0.1:8080")) assert(readme.includes(`\n${code}\n\`\`\`\n`), code);
});

const RUNNERS: Record<string, { file: string; command: string[]; needs: string[]; probe?: string[] }> = {
  curl: { file: "example.sh", command: ["sh", "-e"], needs: ["curl", "jq"] },
  "Python with requests": {
    file: "example.py",
    command: ["python3"],
    needs: ["python3"],
    probe: ["python3", "-c", "import requests"],
  },
  TypeScript: {
    file: "example.ts",
    command: [Deno.execPath(), "run", "-A", `--config=${new URL("../../deno.json", import.meta.url).pathname}`],
    needs: [],
  },
};

function run([command, ...args]: readonly string[], env: Record<string, string> = {}): Promise<Deno.CommandOutput> {
  return new Deno.Command(command!, { args, env }).output();
}

for (const [language, { file, command, needs, probe }] of Object.entries(RUNNERS)) {
  const test = needing(needs, `pageRoute() has an example for ${language} that reads files through the gateway`);
  Deno.test({
    ...test,
    ignore: test.ignore || (probe !== undefined && !(await run(probe)).success),
    async fn() {
      const app = testApp();
      const answer = ({ url, method, headers, body }: Request) => app.request(url, { method, headers, body });
      await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
      const source = await (await fetch(`http://127.0.0.1:${server.addr.port}/`)).text();
      const folder = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${folder}/${file}`, examplesIn(source)[language.split(" ")[0]!]!);
        const env = { XSIGNALS_CLIENT_ID: "client", XSIGNALS_CLIENT_SECRET: "secret", NO_PROXY: "127.0.0.1" };
        const { code, stdout, stderr } = await run([...command, `${folder}/${file}`], env);

        assertEquals(code, 0, new TextDecoder().decode(stderr));
        assertMatch(new TextDecoder().decode(stdout), /\bitems\b/);
        assertEquals(app.emulator.log.map(({ path }) => path), ["/auth/login", "/file/group"]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
