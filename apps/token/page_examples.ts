/** A program that uses the app. */
export interface Example {
  /** What it is written in. */
  readonly language: string;
  /** What it needs. */
  readonly needs: string;
  /** Its text. */
  readonly code: string;
}

/** What a client of a passthrough talks to. */
const UPSTREAM = "https://api.xsignals.xpansiv.com";

/**
 * The shortest programs that get a token and use it.
 *
 * @param base The app's base URL, without characters that mean something to a shell, Python or TypeScript.
 * @param isGateway Whether the token is good for this app or for the API itself.
 */
export function examples(base: string, isGateway: boolean): Example[] {
  const api = isGateway ? `${base}/api` : UPSTREAM;
  return [
    {
      language: "curl",
      needs: "With `jq`, in a shell.",
      code: `token=$(curl -sSf -u "$XSIGNALS_CLIENT_ID:$XSIGNALS_CLIENT_SECRET" \\
  -d grant_type=client_credentials \\
  ${base}/token | jq -r .access_token)

curl -sSf -H "Authorization: Bearer $token" \\
  ${api}/file/group`,
    },
    {
      language: "Python",
      needs: "With `requests`.",
      code: `import os
import requests

answer = requests.post(
    "${base}/token",
    auth=(os.environ["XSIGNALS_CLIENT_ID"], os.environ["XSIGNALS_CLIENT_SECRET"]),
    data={"grant_type": "client_credentials"},
    timeout=30,
)
answer.raise_for_status()
token = answer.json()["access_token"]

answer = requests.get(
    "${api}/file/group",
    headers={"Authorization": f"Bearer {token}"},
    timeout=30,
)
answer.raise_for_status()
print(answer.json())`,
    },
    {
      language: "TypeScript",
      needs: "With `@xsignals/session`, which asks for the next token in time.",
      code: `import process from "node:process";
import { clientCredentials, createSession } from "@xsignals/session";

const session = createSession({
${isGateway ? `  baseUrl: "${api}",\n` : ""}  strategy: clientCredentials({
    tokenUrl: "${base}/token",
    clientId: process.env.XSIGNALS_CLIENT_ID ?? "",
    clientSecret: process.env.XSIGNALS_CLIENT_SECRET ?? "",
  }),
});

const answer = await session.fetch("/file/group");
if (!answer.ok) throw new Error(\`the API answered \${answer.status}\`);
console.log(await answer.json());`,
    },
  ];
}
