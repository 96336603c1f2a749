import { assertEquals } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { judge } from "./judge.ts";

/** A machine's own settings, its proxy and its progress meter are not to change what is judged. */
const CURLRC = ["silent", "show-error", "max-time = 60", 'noproxy = "*"', 'write-out = "\\n%{http_code}"'].join("\n");

/** The names and passwords that the page's examples have. */
const PEOPLE = {
  users: { login: "password", "your username": { password: "password", auth0Password: "your Auth0 password" } },
  clients: { "your client ID": "your client secret" },
};

/**
 * The seven curl commands of the vendor's page, word for word but for hosts and credentials: as printed, at a server that
 * takes them so, and with the content type that the others want. The page leaves the credential out of the password
 * change "for brevity", and calls `/`, where nothing is: that it is found out shows that the credential was taken.
 *
 * @see {@link https://developer.xpansiv.com/developer-portal/xsignals/authorization | The vendor's page on authorization}
 */
judge("curl", async (check, atEnd) => {
  const home = await Deno.makeTempDir();
  atEnd(() => Deno.remove(home, { recursive: true }));
  await Deno.writeTextFile(`${home}/.curlrc`, CURLRC); // so that the commands stay as they are

  for (const asPrinted of [true, false]) {
    const { api, auth0, stop } = await serveEmulator({ ...PEOPLE, asPrinted });
    atEnd(stop);
    let told: Record<string, string> = {};
    const send = (what: string, command: string, status = 200) =>
      check(`${what}, ${asPrinted ? "as printed" : "with the right content type"}`, async () => {
        const json = asPrinted || !command.includes(" -d ") ? "" : ' -H "Content-Type: application/json"';
        const args = ["-c", command + json];
        const { stdout, stderr } = await new Deno.Command("sh", { args, env: { CURL_HOME: home } }).output();
        const [body = "", code] = new TextDecoder().decode(stdout).split(/\n(?=\d+$)/);
        assertEquals(code, `${status}`, `${body}${new TextDecoder().decode(stderr)}`);
        if (body.startsWith("{")) told = { ...told, ...JSON.parse(body) };
      });

    await send("a call with a password", `curl "${api}/" -u login:password`, 404);
    await send("a login", `curl -u 'login:password' ${api}/auth/login`);
    await send("a call with its token", `curl "${api}/" -H "Authorization: Bearer ${told.token}"`, 404);
    await send("a refresh", `curl -X POST ${api}/auth/refresh -d '{ "refreshToken": "${told.refreshToken}" }'`);
    const held = `-H "Authorization: Bearer ${told.token}" -d '{ "refreshToken": "${told.refreshToken}" }'`;
    await send("a logout", `curl -X POST ${api}/auth/logout ${held}`);
    const change = `curl -X POST ${api}/auth/changePassword -u login:password -d '{ "password": "new user password" }'`;
    await send("a password change", change);
    await send(
      "single sign-on",
      `curl -X POST ${auth0}/oauth/token -d '{
          "username": "your username",
          "password": "your Auth0 password",
          "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
          "realm": "Username-Password-Authentication",
          "scope": "SCOPE",
          "audience": "https://xpansiv/platform",
          "client_id": "your client ID",
          "client_secret": "your client secret"
        }'`,
    );
    await send("a call with Auth0's token", `curl "${api}/" -H "Authorization: Bearer ${told.access_token}"`, 404);
  }
});
