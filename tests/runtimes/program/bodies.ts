import { bearer, createSession, type FetchLike } from "@xsignals/session";
import type { Upstream } from "./task.ts";

function bodies(): Record<string, NonNullable<RequestInit["body"]>> {
  const form = new FormData();
  form.set("name", "Grüße");
  form.set("file", new Blob(["content"], { type: "text/csv" }), "file.csv");
  return {
    text: "Grüße",
    blob: new Blob(["{}"], { type: "application/json" }),
    parameters: new URLSearchParams({ name: "Grüße" }),
    form,
    bytes: new Uint8Array([0, 255, 128]),
    stream: new Blob(["a stream"]).stream(),
  };
}

/** What the server says that it got, with the boundary of a form made the same. */
async function echo(send: FetchLike, input: string | Request, init?: RequestInit): Promise<string> {
  const text = await (await send(input, init)).text();
  const boundary = /boundary=([^\s";]+)/.exec(text)?.[1];
  return boundary === undefined ? text : text.replaceAll(boundary, "BOUNDARY");
}

/** The kinds of bodies that a session sends otherwise than the platform's own fetch does; there should be none. */
export async function differingBodies({ control }: Upstream): Promise<string[]> {
  const session = createSession({ strategy: bearer("token"), baseUrl: control });
  const address = `${control}/echo`;
  const differing: string[] = [];
  for (const name of Object.keys(bodies())) {
    const init = (): RequestInit & { duplex: "half" } => ({ method: "POST", body: bodies()[name]!, duplex: "half" });
    const own = [await echo(fetch, address, init()), await echo(fetch, new Request(address, init()))];
    const ours = [
      await echo(session.fetch, address, init()),
      await echo(session.fetch, new Request(address, init())),
    ];
    ours.forEach((text, index) => {
      if (text !== own[index]) differing.push(`${name}: ${text} instead of ${own[index]}`);
    });
  }
  return differing;
}
