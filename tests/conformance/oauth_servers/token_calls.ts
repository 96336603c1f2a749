import type { FetchLike } from "@xsignals/session";

/** A call to a token endpoint, and what came back. */
export interface TokenCall {
  /** `grant_type`; for a revocation the last part of the path. */
  readonly grant: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** A `fetch` for a session's token calls, which go to a server that runs, with a log of them. */
export interface TokenCalls {
  readonly fetch: FetchLike;
  readonly log: readonly TokenCall[];
  /** The grants of the calls since the last time that this was asked. */
  since(): string[];
  /** Loses the next answer, after the server has made it. */
  loseNext(): void;
}

/** Makes it; the content type of what is sent is checked by the server, which takes nothing but forms. */
export function watchTokenCalls(): TokenCalls {
  const log: TokenCall[] = [];
  let told = 0;
  let lose = false;

  return {
    log,
    async fetch(input, init) {
      const request = new Request(input, init);
      const parameters = Object.fromEntries(new URLSearchParams(await request.clone().text()));
      const response = await fetch(request);
      const text = await response.clone().text();
      const grant = parameters.grant_type ?? new URL(request.url).pathname.split("/").at(-1)!;
      log.push({ grant, parameters, status: response.status, answer: text.startsWith("{") ? JSON.parse(text) : {} });
      if (!lose) return response;
      lose = false;
      await response.body?.cancel();
      throw new TypeError("error sending request");
    },
    since() {
      const grants = log.slice(told).map(({ grant }) => grant);
      told = log.length;
      return grants;
    },
    loseNext() {
      lose = true;
    },
  };
}
