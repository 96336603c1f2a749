/**
 * The shortest programs that get a token and use it.
 *
 * @param base The gateway's base URL, without characters that mean something to a shell, Python or TypeScript.
 */
export function examples(base: string): { readonly language: string; readonly needs: string; readonly code: string }[] {
  return [
    {
      language: "curl",
      needs: "with jq, in a shell",
      code: `token=$(curl -sSf -u "$XSIGNALS_CLIENT_ID:$XSIGNALS_CLIENT_SECRET" \\
  -d grant_type=client_credentials \\
  ${base}/token | jq -r .access_token)

curl -sSf -H "Authorization: Bearer $token" \\
  ${base}/api/file/group`,
    },
    {
      language: "TypeScript",
      needs: "with @xsignals/session, which renews in time",
      code: `import process from "node:process";
import { clientCredentials, createSession } from "@xsignals/session";

const session = createSession({
  baseUrl: "${base}/api",
  strategy: clientCredentials({
    tokenUrl: "${base}/token",
    clientId: process.env.XSIGNALS_CLIENT_ID ?? "",
    clientSecret: process.env.XSIGNALS_CLIENT_SECRET ?? "",
  }),
});
const answer = await session.fetch("/file/group");
if (!answer.ok) throw new Error(\`the API answered \${answer.status}\`);
console.log(await answer.json());`,
    },
    {
      language: "Python",
      needs: "with requests",
      code: `import os
import requests

base = "${base}"
client = (
    os.environ["XSIGNALS_CLIENT_ID"],
    os.environ["XSIGNALS_CLIENT_SECRET"],
)
form = {"grant_type": "client_credentials"}
r = requests.post(f"{base}/token", auth=client, data=form, timeout=30)
r.raise_for_status()
headers = {"Authorization": f"Bearer {r.json()['access_token']}"}
r = requests.get(f"{base}/api/file/group", headers=headers, timeout=30)
r.raise_for_status()
print(r.json())`,
    },
  ];
}
