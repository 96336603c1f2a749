import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BASE_URL, ENV, HOST, openStage, type Stage } from "./stage_test.ts";

const PLAIN = { env: { XSIGNALS_BASE_URL: BASE_URL } };
const LOGIN = ["login", "--username", "login", "--password-stdin"];
const IN = "not logged in: run xsignals login\n";

async function logIn({ run }: Stage, args: readonly string[] = []) {
  assertEquals((await run([...LOGIN, ...args], { ...PLAIN, input: "password\n" })).code, 0);
}

Deno.test("login keeps tokens and settings for this user only, and no password", async () => {
  await using stage = await openStage();
  const folder = `${stage.home}/.local/state/xsignals/default`;
  Deno.mkdirSync(folder, { recursive: true }); // another program's, which others may read
  Deno.writeTextFileSync(`${folder}/settings.json.new`, "{}");
  const { code, stdout, stderr } = await stage.run(LOGIN, { ...PLAIN, input: "password\r\n" });
  const said = `Logged in as login at ${HOST}; kept in ~/.local/state/xsignals/default, for this user only.\n`;
  assertEquals([code, stdout, stderr], [0, "", said]);
  assertEquals(Deno.statSync(folder).mode! & 0o777, 0o700);
  for (const { name } of Deno.readDirSync(folder)) {
    assertEquals(Deno.statSync(`${folder}/${name}`).mode! & 0o777, 0o600, name);
    assertEquals(Deno.readTextFileSync(`${folder}/${name}`).includes("password"), false, name);
  }
  assertEquals(JSON.parse(Deno.readTextFileSync(`${folder}/settings.json`)), {
    kind: "login",
    baseUrl: BASE_URL,
    username: "login",
  });
  const later = { env: {} }; // the address is kept, too
  assertEquals((await stage.run(["groups"], later)).code, 0);
  assertEquals((await stage.run(["status"], later)).stdout.startsWith(`login at ${HOST}, active until `), true);
  assertEquals(stage.calls(), ["authLogin", "listFileGroups"]);
  const texts = Array.from(Deno.readDirSync(folder), ({ name }) => Deno.readTextFileSync(`${folder}/${name}`));
  assertEquals(texts.filter((text) => text.includes("eyJ")).length, 1); // the tokens are in one file
});

Deno.test("login asks for what it was not told, the password as a secret, and 130 is for who gives up", async () => {
  await using stage = await openStage();
  assertEquals((await stage.run(["login"], { ...PLAIN, answers: ["login", "password"] })).code, 0);
  assertEquals(stage.questions.map(({ isSecret }) => isSecret), [false, true]);
  assertEquals((await stage.run(["login"], { ...PLAIN, answers: ["login", undefined] })).code, 130);
  assertEquals((await stage.run(["login", "--no-input"], { ...PLAIN, answers: ["login"] })).code, 2);
  assertEquals(stage.questions.length, 4);
  assertEquals((await stage.run(LOGIN, { ...PLAIN, input: "x".repeat(70_000) })).code, 2);
  assertEquals(stage.calls(), ["authLogin"]);
});

Deno.test("login logs in although the tokens that are kept still work, and ends another user's", async () => {
  await using stage = await openStage({ users: { login: "password", other: "word" } });
  await logIn(stage);
  assertEquals((await stage.run(LOGIN, { ...PLAIN, input: "wrong" })).code, 4);
  assertEquals((await stage.run(["groups"], PLAIN)).code, 0);
  const other = ["login", "--username", "other", "--password-stdin"];
  assertEquals((await stage.run(other, { ...PLAIN, input: "word" })).code, 0);
  assertMatch((await stage.run(["status", "--json"], PLAIN)).stdout, /"username":"other"/);
  assertEquals(stage.calls(), ["authLogin", "authLogin", "listFileGroups", "authLogin", "authLogout"]);
});

Deno.test("login keeps profiles apart", async () => {
  await using stage = await openStage();
  await logIn(stage, ["--profile", "a.b-C_1"]);
  assertEquals((await stage.run(["groups"], PLAIN)).stderr, IN);
  assertEquals((await stage.run(["groups", "--profile", "a.b-C_1"], PLAIN)).code, 0);
  const other = await stage.run(["groups", "--profile", "default.lock"], PLAIN);
  assertEquals(other.stderr, "not logged in: run xsignals login --profile default.lock\n");
});

Deno.test("a login that is kept goes to no other address, and to no other user", async () => {
  await using stage = await openStage();
  await logIn(stage);
  stage.calls();
  const other = ["groups", "--base-url", "http://127.0.0.1:9999"];
  const there = "not logged in at 127.0.0.1:9999: run xsignals login";
  const stderr = `${there} --base-url http://127.0.0.1:9999\n`;
  assertEquals(await stage.run(other, PLAIN), { code: 4, stdout: "", stderr });
  const elsewhere = { env: { ...PLAIN.env, XSIGNALS_BASE_URL: "http://127.0.0.1:9999" } };
  assertEquals(await stage.run(["groups"], elsewhere), { code: 4, stdout: "", stderr: `${there}\n` });
  const user = { env: { ...PLAIN.env, XSIGNALS_USERNAME: "other" } };
  assertEquals(await stage.run(["groups"], user), { code: 4, stdout: "", stderr: IN });
  assertEquals(stage.emulator.log.slice(1), []);
});

Deno.test("the environment's login counts more than the one that is kept, and status says so", async () => {
  await using stage = await openStage({ users: { login: "password", other: "word" } });
  await logIn(stage);
  const env = { XSIGNALS_BASE_URL: BASE_URL, XSIGNALS_TOKEN: "token-of-mine" };
  const { code, stdout } = await stage.run(["status"], { env });
  const wins = "from the environment, which counts more than the login of login that is kept";
  assertEquals([code, stdout], [0, `bearer at ${HOST}, active; ${wins}\n`]);
  assertEquals((await stage.run(["token"], { env })).stdout, "token-of-mine\n");
  const user = { env: { ...ENV, XSIGNALS_USERNAME: "other", XSIGNALS_PASSWORD: "word" } };
  assertEquals((await stage.run(["groups"], user)).code, 0);
  assertEquals((await stage.run(["groups"], PLAIN)).code, 0);
  assertEquals(stage.calls(), ["authLogin", "authLogin", "listFileGroups", "listFileGroups"]);
  const { stderr } = await stage.run(LOGIN, { env: ENV, input: "password" });
  assertStringIncludes(stderr, "The environment has a login, too");
  Deno.writeTextFileSync(`${stage.home}/.local/state/xsignals/default/settings.json`, "{");
  assertEquals((await stage.run(["status"], { env })).stdout, `bearer at ${HOST}, active; from the environment\n`);
  assertMatch((await stage.run(["status"], PLAIN)).stderr, /settings\.json is damaged; run xsignals login\n$/);
});

Deno.test("login --sso logs in at Auth0, and later runs go on with what is kept", async () => {
  await using stage = await openStage({ clients: { id: "secret" } });
  const env = { ...PLAIN.env, XSIGNALS_CLIENT_ID: "id", XSIGNALS_CLIENT_SECRET: "secret" };
  const { code } = await stage.run([...LOGIN, "--sso"], { env, input: "password" });
  assertEquals(code, 0);
  assertEquals((await stage.run(["groups"], { env })).code, 0);
  assertMatch((await stage.run(["status", "--json"], { env })).stdout, /"kind":"auth0"/);
  assertEquals(stage.calls(), ["oauthToken", "listFileGroups"]);
});

Deno.test("logout ends the login here and at the server, even if the server cannot be told", async () => {
  await using stage = await openStage();
  await logIn(stage);
  assertEquals((await stage.run(["logout"], PLAIN)).stderr, `Logged out at ${HOST}.\n`);
  const names = Array.from(Deno.readDirSync(`${stage.home}/.local/state/xsignals/default`), ({ name }) => name);
  assertEquals(names.includes("settings.json"), false);
  for (const command of ["groups", "status", "token", "logout"]) {
    assertEquals(await stage.run([command], PLAIN), { code: 4, stdout: "", stderr: IN }, command);
  }
  assertEquals(stage.calls(), ["authLogin", "authLogout"]);
  await logIn(stage);
  stage.emulator.faults.add({ operation: "authLogout", status: 500 });
  assertEquals((await stage.run(["logout"], PLAIN)).code, 75);
  assertEquals((await stage.run(["groups"], PLAIN)).code, 4);
});

Deno.test("token prints the token alone, renewed if need be", async () => {
  await using stage = await openStage();
  const { stdout } = await stage.run(["token"]);
  const json = JSON.parse((await stage.run(["token", "--json"])).stdout);
  assertEquals([json.token, json.scheme], [stdout.trim(), "Bearer"]);
  assertEquals(new Date(json.expiresAt).toISOString(), json.expiresAt);
  assertEquals(stage.calls(), ["authLogin"]);
});

Deno.test("xsignals works by the environment where there is no home, and says that no login can be kept", async () => {
  await using stage = await openStage();
  const run = (args: readonly string[], env: Record<string, string>) =>
    stage.run(args, { env: { ...env, XDG_STATE_HOME: "relative" }, hasNoHome: true, input: "password" });
  assertEquals((await run(["groups"], ENV)).code, 0);
  assertEquals((await run(["groups"], PLAIN.env)).stderr, IN);
  const { code, stderr } = await run(LOGIN, PLAIN.env);
  assertEquals([code, stderr.includes("set HOME or XDG_STATE_HOME")], [2, true]);
});

Deno.test("xsignals tells that what is kept is damaged, or is not a settings file", async () => {
  await using stage = await openStage();
  await logIn(stage);
  const path = `${stage.home}/.local/state/xsignals/default/settings.json`;
  for (const text of ["", "{", "null", '{"kind":"login"}', '{"kind":"x","baseUrl":"a","username":"b"}']) {
    await Deno.writeTextFile(path, text);
    const { code, stderr } = await stage.run(["groups"], PLAIN);
    assertEquals([code, stderr.endsWith("settings.json is damaged; run xsignals login\n")], [1, true], text);
  }
  await Deno.remove(path);
  await Deno.mkdir(path);
  assertEquals((await stage.run(["groups"], PLAIN)).code, 1);
  await Deno.remove(path);
  await logIn(stage);
});

Deno.test("xsignals tells which folder cannot be used for the login, or for files", async () => {
  await using stage = await openStage();
  const [env, place] = [{ ...ENV, XDG_STATE_HOME: "/proc" }, "/proc/xsignals/default"];
  const login = await stage.run(LOGIN, { env, input: "password" });
  assertEquals([login.code, login.stderr.includes(place)], [1, true], login.stderr);
  stage.calls();
  for (const times of [1, 2]) { // with a read-only file system the environment's login works, once for each command
    const { code, stdout, stderr } = await stage.run(["groups", "Notes"], { env });
    assertEquals([code, JSON.parse(stdout).name, times], [0, "Market Notes", times], stderr);
    assertMatch(stderr, /^Cannot keep the login in \/proc\/xsignals\/default: .*, so each command logs in anew\n$/);
    assertEquals(stage.calls(), ["authLogin", "listFileGroups"]);
  }
  const basic = await stage.run(["groups", "Notes"], { env: { ...env, XSIGNALS_AUTH: "basic" } });
  assertEquals([basic.code, basic.stderr], [0, ""]);
  const { code, stderr } = await stage.run(["newest", "Market Notes", "-d", "/proc/nowhere"]);
  assertEquals([code, stderr.includes("/proc/nowhere")], [1, true], stderr);
});
