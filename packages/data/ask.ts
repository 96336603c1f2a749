// Asks one of the generated operations, with repeats and with this package's errors.
import type { Client } from "@xsignals/client";
import type { Calls, Work } from "./calls.ts";
import { failed } from "./failure.ts";
import { send, type SendOptions } from "./send.ts";
import type { FetchLike } from "./types.ts";

/** What an operation is called with besides its own parameters. */
export interface AskOptions {
  /** The client. */
  readonly client: Client;
  /** Sends the call, more than once if need be. */
  readonly fetch: FetchLike;
  /** Redirects are answers. */
  readonly redirect: "manual";
}

/** An operation's answer. */
export interface Asked<T> {
  /** Its JSON; absent if the status is not a success. */
  readonly data: T | undefined;
  /** The JSON or text of an accepted status that is not a success. */
  readonly error: unknown;
  /** Its status and headers; the body has been read. */
  readonly response: Response;
}

/** A call of a generated operation. */
export type Operation<T> = (options: AskOptions) => Promise<{ data?: T; error?: unknown; response?: Response }>;

/**
 * Asks a generated operation that is a GET.
 *
 * @param operation Calls it: `(options) => searchFiles({ ...options, query })`.
 * @throws {DataError} As `send`, and `bad_response` if the answer is not what the spec says.
 */
export async function ask<T>(
  calls: Calls,
  work: Work,
  operation: Operation<T>,
  options: SendOptions = {},
): Promise<Asked<T>> {
  let failure: { readonly error: unknown } | undefined;
  const fetch: FetchLike = async (input) => {
    const { url, headers } = new Request(input);
    const attempt = (signal: AbortSignal) => calls.connection.fetch(url, { headers, redirect: "manual", signal });
    try {
      return await send(calls, work, attempt, { ...options, whole: true });
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const { data, error, response } = await operation({ client: calls.client, fetch, redirect: "manual" });
  if (failure) throw failure.error;
  if (!response || (response.ok && data === undefined)) {
    throw failed(work, "bad_response", "the server's answer is not what the API's documentation says", {
      status: response?.status,
    });
  }
  return { data, error, response };
}
