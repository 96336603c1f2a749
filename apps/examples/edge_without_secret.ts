/** Answers with the newest file of a group. It holds no secret: Deno Deploy says who it is, and the gateway trusts that. */
import { createData } from "@xsignals/data";
import { assertion, createSession } from "@xsignals/session";
import { getIdToken } from "@deno/oidc";

const [tokenUrl = "", baseUrl] = ["XSIGNALS_TOKEN_URL", "XSIGNALS_BASE_URL"].map((name) => Deno.env.get(name));
const strategy = assertion({ tokenUrl, assertion: () => getIdToken(new URL(tokenUrl).origin) });
const data = createData(createSession({ baseUrl, strategy }));

export default {
  async fetch() {
    const file = await data.newest("Market Notes");
    return file ? await data.open(file) : new Response(null, { status: 404 });
  },
} satisfies Deno.ServeDefaultExport;
