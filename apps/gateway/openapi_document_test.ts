import { assertEquals } from "@std/assert";
import { type TestApp, testApp, type TestAppOptions } from "./testing/test_app.ts";

const ISSUER = "https://tokens.invalid";

async function documentOf(app: TestApp) {
  const answer = await app.request("/openapi.json");
  assertEquals([answer.status, answer.headers.get("content-type")], [200, "application/json"]);
  return await answer.json();
}

function operationsOf(document: { paths: Record<string, object> }): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)
  ).sort();
}

for (const issuer of [ISSUER, undefined]) {
  Deno.test(`openApiDocument() has every route of the app and no other: issuer ${issuer}`, async () => {
    const app = testApp(issuer === undefined ? {} : { issuer });
    const routes = app.routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replace("/api/*", "/api/file/{path}")}`);

    assertEquals(operationsOf(await documentOf(app)), [...new Set(routes)].sort());
  });
}

Deno.test("openApiDocument() names the issuer as its server, never what a request says", async () => {
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example" };
  const servers = async (options: TestAppOptions) =>
    (await (await testApp(options).request("https://evil.example/openapi.json", { headers })).json()).servers[0].url;

  assertEquals(await servers({ issuer: ISSUER }), ISSUER);
  assertEquals(await servers({}), "/");
});

Deno.test("openApiDocument() is clean under Redocly's strict rules", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const paths: string[] = [];
    for (const options of [{}, { issuer: ISSUER }]) {
      const path = `${folder}/${paths.length}.json`;
      await Deno.writeTextFile(path, JSON.stringify(await documentOf(testApp(options))));
      paths.push(path);
    }
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "@redocly/cli", "lint", ...paths],
      cwd: new URL("../..", import.meta.url), // where the rules are
    });
    const { code, stdout, stderr } = await command.output();

    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""], new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
