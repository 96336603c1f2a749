import { assertEquals, assertThrows } from "@std/assert";
import { readArguments } from "./arguments.ts";

Deno.test("readArguments() leaves what is not said to the defaults", () => {
  const { options, ...rest } = readArguments([]);
  assertEquals(rest, { help: false, port: 8787, log: false, faults: [] });
  const { apiKeys, asPrinted, readings, ...unset } = options;
  assertEquals([apiKeys, asPrinted, readings], [{}, false, {}]);
  assertEquals(Object.values(unset).every((value) => value === undefined), true);
});

Deno.test("readArguments() reads every flag", () => {
  const { options, ...rest } = readArguments([
    ...["--port=0", "--log", "--as-printed", "--access-token-lifetime", "60", "--refresh-token-lifetime", "90"],
    ...["--user", "login:pass:word", "--user", "other:x", "--user", "__proto__:y", "--sso-user", "sso:z"],
    ...["--client", "ID:SE:CRET", "--client", "open", "--api-key", "login:key", "--api-key", "login:other"],
    ...["--reading", "rotation=off", "--fault", '{"operation":"authLogin","delay":1e999}'],
  ]);
  assertEquals(rest, { help: false, port: 0, log: true, faults: [{ operation: "authLogin", delay: Infinity }] });
  assertEquals(Object.entries(options.users ?? {}), [
    ["login", "pass:word"],
    ["other", "x"],
    ["__proto__", "y"],
    ["sso", { password: "z", ssoOnly: true }],
  ]);
  const { users: _, ...others } = options;
  assertEquals(others, {
    clients: { ID: "SE:CRET", open: null },
    apiKeys: { key: "login", other: "login" },
    asPrinted: true,
    accessTokenLifetime: 60_000,
    auth0AccessTokenLifetime: 60_000,
    refreshTokenLifetime: 90_000,
    readings: { rotation: "off" },
  });
});

Deno.test("readArguments() names a wrong flag, without its value", () => {
  const wrong: [args: string[], name: string][] = [
    [["--usr=SECRET:SECRET"], "--usr"],
    [["-u", "SECRET"], "-u"],
    [["--user"], "--user"],
    [["--user", "--log"], "--user"],
    [["--user", "SECRET"], "--user"],
    [["--user", ":SECRET"], "--user"],
    [["--sso-user", "SECRET:"], "--sso-user"],
    [["--client", "SECRET:"], "--client"],
    [["--api-key", "SECRET"], "--api-key"],
    [["--log=SECRET"], "--log"],
    [["--port", "80a"], "--port"],
    [["--port", "65534"], "--port"],
    [["--port="], "--port"],
    [["--port", "-1"], "--port: it must be a whole number"],
    [["--access-token-lifetime", "-1"], "--access-token-lifetime: it must be a whole number"],
    [["--log", "-1"], "--log"],
    [["-1"], "-1"],
    [["--user", "a:SECRET", "--user", "a:b"], "--user or --sso-user: the same is given twice"],
    [["--user", "a:SECRET", "--sso-user", "a:b"], "--user or --sso-user: the same is given twice"],
    [["--client", "a:SECRET", "--client", "a"], "--client: the same is given twice"],
    [["--api-key", "a:SECRET", "--api-key", "b:SECRET"], "--api-key: the same is given twice"],
    [["--reading", "a=SECRET", "--reading", "a=b"], "--reading: the same is given twice"],
    [["--access-token-lifetime", "1.5"], "--access-token-lifetime"],
    [["--refresh-token-lifetime", "-1"], "--refresh-token-lifetime"],
    [["--reading", "SECRET"], "--reading"],
    [["--fault", "SECRET"], "--fault"],
    [["--fault", "null"], "--fault"],
    [["--fault", '{"statuss":"SECRET"}'], "statuss"],
    [["SECRET"], "no flag"],
    [["--", "SECRET"], "no flag"],
  ];
  for (const [args, name] of wrong) {
    const { message } = assertThrows(() => readArguments(args), TypeError);
    assertEquals([message.includes(name), message.includes("SECRET")], [true, false], `${args}: ${message}`);
  }
});
