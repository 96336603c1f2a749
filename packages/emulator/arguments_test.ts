import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readArguments, usage } from "./arguments.ts";
import { readSettings } from "./settings.ts";

Deno.test("readArguments() leaves missing options to the defaults", () => {
  const { options, ...rest } = readArguments([]);
  assertEquals(rest, { help: false, port: 8787, log: false, faults: [] });
  const { apiKeys, asPrinted, assumptions, ...unset } = options;
  assertEquals([apiKeys, asPrinted, assumptions], [{}, false, {}]);
  assertEquals(Object.values(unset).every((value) => value === undefined), true);
});

Deno.test("readArguments() reads every option", () => {
  const { options, ...rest } = readArguments([
    ...["--port=0", "--log", "--as-printed", "--access-token-lifetime", "60", "--refresh-token-lifetime", "90"],
    ...["--user", "login:pass:word", "--user", "other:x", "--user", "__proto__:y", "--sso-user", "sso:z"],
    ...["--client", "ID:SE:CRET", "--client", "open", "--api-key", "login:key", "--api-key", "login:other"],
    ...["--assume", "rotation=off", "--fault", '{"operation":"authLogin","delay":1e999}'],
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
    assumptions: { rotation: "off" },
  });
});

Deno.test("readArguments() names a wrong option, without its value", () => {
  const wrong: [args: string[], name: string][] = [
    [["--usr=SECRET:SECRET"], "--usr: it is not an option"],
    [["-u", "SECRET"], "-u"],
    [["--user"], "--user"],
    [["--user", "--log"], "--user"],
    [["--user", "SECRET"], "--user"],
    [["--user", ":SECRET"], "--user"],
    [["--sso-user", "SECRET:"], "--sso-user"],
    [["--client", "SECRET:"], "--client"],
    [["--api-key", "SECRET"], "--api-key"],
    [["--log=SECRET"], "--log: it does not take a value"],
    [["--port", "80a"], "--port"],
    [["--port", "65534"], "--port"],
    [["--port="], "--port"],
    [["--port", "-1"], "--port: its value is missing; write --port=VALUE if the value begins with -"],
    [["--port=-1"], "--port: it must be a whole number from 0 to 65533"],
    [["--access-token-lifetime=-1"], "--access-token-lifetime: it must be a whole number"],
    [["--log", "-1"], "-1: it is not an option"],
    [["-1"], "-1"],
    [["--user", "a:SECRET", "--user", "a:b"], "--user or --sso-user: the same name is given twice"],
    [["--user", "a:SECRET", "--sso-user", "a:b"], "--user or --sso-user: the same name is given twice"],
    [["--client", "a:SECRET", "--client", "a"], "--client: the same name is given twice"],
    [["--api-key", "a:SECRET", "--api-key", "b:SECRET"], "--api-key: the same name is given twice"],
    [["--assume", "a=SECRET", "--assume", "a=b"], "--assume: the same name is given twice"],
    [["--access-token-lifetime", "1.5"], "--access-token-lifetime"],
    [["--refresh-token-lifetime", "-1"], "--refresh-token-lifetime"],
    [["--assume", "SECRET"], "--assume"],
    [["--reading", "rotation=off"], "--reading: it is not an option"],
    [["--fault", "SECRET"], "--fault"],
    [["--fault", "null"], "--fault"],
    [["--fault", '{"statuss":"SECRET"}'], "statuss is not a member"],
    [["--fault", '{"operation":"SECRET","drop":true}'], "operation must be one of authLogin"],
    [["SECRET"], "every argument must be an option"],
    [["--", "SECRET"], "every argument must be an option"],
  ];
  for (const [args, name] of wrong) {
    const { message } = assertThrows(() => readArguments(args), TypeError);
    assertEquals([message.includes(name), message.includes("SECRET")], [true, false], `${args}: ${message}`);
  }
});

Deno.test("usage() has every option, and every assumption with its values and its default", () => {
  const text = usage();
  for (const option of ["port PORT", "user LOGIN:PASSWORD", "assume NAME=VALUE", "fault JSON", "log ", "help "]) {
    assertStringIncludes(text, `\n  --${option}`);
  }
  const { assumptions } = readSettings({});
  for (const [name, standard] of Object.entries(assumptions)) {
    const [, values = ""] = new RegExp(`^  ${name}=(.+)$`, "m").exec(text) ?? [];
    const [first] = values.split("|");
    assertEquals([String(standard), `NUMBER (default ${standard})`].includes(first!), true, name);
  }
});
