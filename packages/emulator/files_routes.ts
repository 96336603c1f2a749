import { createHost, type Host, type Report } from "./host.ts";
import { Refusal } from "./refusal.ts";
import type { State } from "./state.ts";

/** The file host that presigned links point to: knows links, no accounts, and answers errors in XML as S3 does. */
export function createFileHost({ files, links }: State): Host {
  return createHost({
    routes: {
      async fetchLink({ req: { raw }, env: { report } }) {
        refuseAuthorization(raw, report);
        const url = new URL(raw.url);
        switch (await links.check(url)) {
          case "unsigned":
            throw new Refusal(403, "Access Denied", { code: "AccessDenied" });
          case "tampered":
            throw new Refusal(403, "The signature does not match the request", { code: "SignatureDoesNotMatch" });
          case "expired":
            throw new Refusal(403, "Request has expired", { code: "AccessDenied" });
        }
        const file = files.find(decodeURIComponent(url.pathname.slice(1)));
        if (!file) throw new Refusal(404, "The specified key does not exist.", { code: "NoSuchKey" });
        return new Response(file.content, {
          headers: {
            "content-type": "binary/octet-stream",
            "content-length": String(file.content.length),
            "content-disposition": url.searchParams.get("response-content-disposition") ?? "attachment",
          },
        });
      },
    },
    otherwise({ req: { raw }, env: { report } }) {
      refuseAuthorization(raw, report);
      throw new Refusal(403, "Access Denied", { code: "AccessDenied" });
    },
    refuse: ({ status, code, message, headers }) =>
      new Response(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
        { status, headers: { ...headers, "content-type": "application/xml" } },
      ),
  });
}

function refuseAuthorization(request: Request, report: Report): void {
  if (!request.headers.has("authorization")) return;
  report("authorization_on_files");
  throw new Refusal(
    400,
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the " +
      "Authorization header should be specified",
    { code: "InvalidArgument" },
  );
}
