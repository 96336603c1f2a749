import { type EmulatorOptions, type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import type { Check, Judge } from "../judge.ts";
import { expectAnswer, type Expected } from "./answer.ts";
import { commands } from "./commands.ts";
import { type RunCurl, withCurl } from "./run_curl.ts";

/** The names and passwords that the page's examples have. */
const PEOPLE: EmulatorOptions = {
  users: {
    login: "password",
    username: "password",
    "your username": { password: "password", auth0Password: "your Auth0 password" },
  },
  clients: { "your client ID": "your client secret" },
};

const TOKENS: Expected = { status: 200, members: { token: "string", refreshToken: "string" } };
const DONE: Expected = { status: 200 };
const REFUSED: Expected = { status: 401, members: { message: "string" } };
const MALFORMED: Expected = { status: 400, members: { message: "string" } };
/** The page calls `/` and does not say what is there: what counts is that the credential was taken. */
const NOTHING_THERE: Expected = { status: 404, members: { message: "string" } };
const AUTH0_TOKEN: Expected = {
  status: 200,
  members: { access_token: "string", token_type: "string", expires_in: "number", scope: "string" },
};
const AUTH0_ERROR = { error: "string", error_description: "string" } as const;

/** The curl commands of the vendor's page against the emulator, once as a server that takes them as printed. */
export const judgeByCurl: Judge = {
  name: "curl",
  async judge(check) {
    const [lenient, strict] = await Promise.all([serveEmulator({ ...PEOPLE, asPrinted: true }), serveEmulator(PEOPLE)]);
    try {
      await withCurl(async (run) => {
        await asPrinted(checkedBy(run, check), lenient);
        await withTheRightType(checkedBy(run, check), strict);
      });
    } finally {
      await Promise.all([lenient.stop(), strict.stop()]);
    }
  },
};

/** Runs a command, checks its answer, and resolves with the texts of its members. */
type Checked = (what: string, command: string, expected: Expected) => Promise<(name: string) => string>;

function checkedBy(run: RunCurl, check: Check): Checked {
  return async (what, command, expected) => {
    let members: Readonly<Record<string, unknown>> = {};
    await check(what, async () => {
      members = expectAnswer(await run(command), expected);
    });
    return (name) => String(members[name]);
  };
}

async function asPrinted(checked: Checked, { api, auth0 }: ServedEmulator): Promise<void> {
  const page = commands({ api, auth0 });
  await checked("a call with a password", page.callWithPassword("username:password"), NOTHING_THERE);
  await checked("a call with a wrong password", page.callWithPassword("username:wrong"), REFUSED);
  await checked("a call with a wrong token", page.callWithToken("yourAccessToken"), REFUSED);

  const first = await checked("login", page.logIn("login:password"), TOKENS);
  await checked("a login with a wrong password", page.logIn("login:wrong"), REFUSED);
  await checked("a call with the token", page.callWithToken(first("token")), NOTHING_THERE);

  const second = await checked("refresh", page.refresh(first("refreshToken")), TOKENS);
  await checked("a refresh with the spent token", page.refresh(first("refreshToken")), REFUSED);
  await checked("a call with the new token", page.callWithToken(second("token")), NOTHING_THERE);

  await checked("logout", page.logOut(second("token"), second("refreshToken")), DONE);
  await checked("a refresh after logout", page.refresh(second("refreshToken")), REFUSED);

  await checked("a password change without a credential, as printed", page.changePassword(), REFUSED);
  await checked("a password change", page.changePassword("-u login:password"), DONE);
  await checked("a login with the old password", page.logIn("login:password"), REFUSED);
  await checked("a login with the new password", page.logIn("login:new user password"), TOKENS);

  const sso = await checked("single sign-on", page.signOn("your username", "your Auth0 password"), AUTH0_TOKEN);
  await checked("a call with Auth0's token", page.callWithToken(sso("access_token")), NOTHING_THERE);
  await checked("single sign-on with a wrong password", page.signOn("your username", "wrong"), {
    status: 403,
    members: AUTH0_ERROR,
  });
}

/** curl says that what `-d` sends is a form. A server that minds the type refuses the page's commands until it is told. */
async function withTheRightType(checked: Checked, { api, auth0 }: ServedEmulator): Promise<void> {
  const page = commands({ api, auth0 });
  const json = (command: string) => `${command} -H "Content-Type: application/json"`;
  const signOn = page.signOn("your username", "your Auth0 password");
  const pair = await checked("login at a server that minds the type", page.logIn("login:password"), TOKENS);
  const refresh = page.refresh(pair("refreshToken"));

  await checked("a refresh that says it is a form", refresh, MALFORMED);
  await checked("a refresh that says it is JSON", json(refresh), TOKENS);
  await checked("a password change that says it is a form", page.changePassword("-u login:password"), MALFORMED);
  await checked("a password change that says it is JSON", json(page.changePassword("-u login:password")), DONE);
  await checked("single sign-on that says it is a form", signOn, { status: 400, members: AUTH0_ERROR });
  await checked("single sign-on that says it is JSON", json(signOn), AUTH0_TOKEN);
}
