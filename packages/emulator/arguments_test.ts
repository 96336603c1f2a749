import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readArguments as read, usage } from "./arguments.ts";
import { readSettings } from "./settings.ts";

const NOW = Date.UTC(2030, 6, 1, 10);

function readArguments(args: string[], text = "{}") {
  return read(args, { readText: () => text, now: () => NOW });
}

Deno.test("readArguments() leaves missing options to the defaults", () => {
  const { options, ...rest } = readArguments([]);
  assertEquals(rest, { help: false, port: 8787, log: false, faults: [], arrivals: [] });
  const { apiKeys, asPrinted, assumptions, ...unset } = options;
  assertEquals([apiKeys, asPrinted, assumptions], [{}, false, {}]);
  assertEquals(Object.values(unset).every((value) => value === undefined), true);
});

Deno.test("readArguments() reads every option", () => {
  const { options, ...rest } = readArguments([
    ...["--port=0", "--log", "--as-printed", "--access-token-lifetime", "60", "--refresh-token-lifetime", "90"],
    ...["--user", "login:pass:word", "--user", "other:x", "--user", "__proto__:y", "--sso-user", "sso:z"],
    ...["--client", "ID:SE:CRET", "--client", "open", "--api-key", "login:key", "--api-key", "login:other"],
    ...[
      "--arrive",
      "Market Notes=0.5",
      "--assume",
      "rotation=off",
      "--fault",
      '{"operation":"authLogin","delay":1e999}',
    ],
  ]);
  assertEquals(rest, {
    help: false,
    port: 0,
    log: true,
    faults: [{ operation: "authLogin", delay: Infinity }],
    arrivals: [{ group: "Market Notes", seconds: 0.5 }],
  });
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
    [["--assume", "rotation=SECRET"], "--assume: rotation: its value must be one of on, family, overlap, off"],
    [["--assume", "rotatoin=SECRET"], "--assume: rotatoin: the name must be one of rotation, auth0Rotation"],
    [["--arrive", "Market Notes"], "--arrive: it must be two parts with = between them"],
    [["--arrive", "=5"], "--arrive: it must be two parts"],
    [["--arrive", "Market Notes="], "--arrive: what comes after = must be a number of seconds from 0.001 to 2000000"],
    [["--arrive", "Market Notes=0"], "--arrive: what comes after ="],
    [["--arrive", "Market Notes=-1"], "--arrive: what comes after ="],
    [["--arrive", "Market Notes=1e3"], "--arrive: what comes after ="],
    [["--arrive", "Market Notes=2000001"], "--arrive: what comes after ="],
    [["--arrive", "Market Notes=SECRET"], "--arrive: what comes after ="],
    [["--arrive", "SECRET=1"], "--arrive: there is no such group"],
    [["--arrive", "Market Notes=1", "--arrive", "Market Notes=2"], "--arrive: the same name is given twice"],
    [["--recent", "--data", "SECRET"], "--recent: it is about the sample, and --data replaces that"],
    [["--recent=SECRET"], "--recent: it does not take a value"],
    [["--data"], "--data: its value is missing"],
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

Deno.test("readArguments() plays what a probe has found", () => {
  const found = { probe: 1, assumptions: { etag: "weak", clockSkew: -1000 }, linkLifetime: 60, findings: [] };
  const read = (members: object, ...args: string[]) =>
    readArguments(["--assumptions", "FILE", ...args], JSON.stringify({ ...found, ...members })).options;
  const { assumptions, linkLifetime, accessTokenLifetime } = read({ accessTokenLifetime: 90 });
  assertEquals(assumptions, { etag: "weak", clockSkew: "-1000" });
  assertEquals([linkLifetime, accessTokenLifetime], [60_000, 90_000]);
  assertEquals(read({ accessTokenLifetime: 90 }, "--access-token-lifetime=7").accessTokenLifetime, 7_000);
  assertThrows(
    () => read({ probe: 2 }),
    TypeError,
    "Cannot use --assumptions: the file is of a probe of another version",
  );
  assertThrows(() => read({ linkLifetime: "x" }), TypeError, "linkLifetime must be whole seconds");
  assertThrows(() => read({ assumptions: { etag: "no" } }), TypeError, "etag: its value must be one of");
});

Deno.test("readArguments() reads data and assumptions from files, which tell what is wrong in them", () => {
  const json = '{"groups":[{"name":"A=B"}],"files":[{"fileName":"f","groupName":"A=B","size":5}]}';
  const { options, arrivals } = readArguments(["--data", "data.json", "--arrive", "A=B=2"], json);
  assertEquals([options.groups, options.files?.[0]?.fileName, options.series], [[{ name: "A=B" }], "f", []]);
  assertEquals(arrivals, [{ group: "A=B", seconds: 2 }]);
  const assumed = '{"rotation":"off","lockoutAfter":3,"fileList":"files"}';
  assertEquals(
    readArguments(["--assumptions", "FILE", "--assume", "rotation=family"], assumed).options.assumptions,
    { rotation: "family", lockoutAfter: "3", fileList: "files" },
  );
  const wrong: [args: string[], text: string, message: string][] = [
    [["--data", "FILE"], "{", "Cannot use --data: it is not JSON"],
    [["--data", "FILE"], '{"groups":[{}]}', "Cannot use --data: groups[0].name is missing"],
    [["--data", "FILE", "--arrive", "Market Notes=1"], "{}", "Cannot use --arrive: there is no such group"],
    [["--assumptions", "FILE"], "[]", "Cannot use --assumptions: it must be a JSON object"],
    [
      ["--assumptions", "FILE"],
      '{"rotation":"SECRET"}',
      "Cannot use --assumptions: rotation: its value must be one of",
    ],
    [["--assumptions", "FILE"], '{"a\\nb":"on"}', "Cannot use --assumptions: a b: the name must be one of"],
    [["--assumptions", "FILE"], '{"rotation":["on"]}', "the value of an assumption must be a string or a number"],
  ];
  for (const [args, text, message] of wrong) {
    const error = assertThrows(() => readArguments(args, text), TypeError, message);
    assertEquals([error.message.includes("SECRET"), error.message.includes("\n")], [false, false]);
  }
});

Deno.test("readArguments() moves the sample's days with recent, so that the last one is today", () => {
  const { options: { groups, files = [], series = [] } } = readArguments(["--recent"]);
  assertEquals(groups?.length, 3);
  assertEquals(files.map(({ arrivalTime }) => arrivalTime), [
    "2030-06-30T18:00:00",
    "2030-07-01T09:59:58", // Nothing arrives later today, and the order stays.
    "2030-07-01T09:59:59",
    "2030-07-01T10:00:00",
  ]);
  assertEquals(files[1]?.fields, { market: "carbon", tradeDate: "2030-07-01" });
  const text = JSON.stringify([files, series]);
  assertEquals([text.includes("2024-03"), text.includes("2024.03"), text.includes("2030.07.01")], [false, false, true]);
  const evening = read(["--recent"], { readText: () => "", now: () => Date.UTC(2030, 6, 1, 22) });
  assertEquals(evening.options.files?.map(({ arrivalTime }) => arrivalTime?.slice(8)), [
    "30T18:00:00",
    "01T18:00:00",
    "01T19:00:00",
    "01T20:00:00",
  ]);
});

Deno.test("usage() has every option, and every assumption with its values and its default", () => {
  const text = usage();
  for (
    const option of [
      "port PORT",
      "user LOGIN:PASSWORD",
      "data FILE",
      "recent",
      "arrive GROUP=SECONDS",
      "assume NAME=VALUE",
      "assumptions FILE",
      "fault JSON",
      "log ",
      "help ",
    ]
  ) {
    assertStringIncludes(text, `\n  --${option}`);
  }
  const { assumptions } = readSettings({});
  for (const [name, standard] of Object.entries(assumptions)) {
    const [, values = ""] = new RegExp(`^  ${name}=(.+)$`, "m").exec(text) ?? [];
    const [first] = values.split("|");
    assertEquals([String(standard), `NUMBER (default ${standard})`].includes(first!), true, name);
  }
});
