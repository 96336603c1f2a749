// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

import { plainHeaders } from '../../plain_headers.ts';
import type { Client, ClientMeta, Options as Options2, RequestResult, TDataShape } from '../../xsignals_client.ts';
import type { AuthChangePasswordData, AuthChangePasswordErrors, AuthChangePasswordResponses, AuthLoginData, AuthLoginErrors, AuthLoginResponses, AuthLogoutData, AuthLogoutErrors, AuthLogoutResponses, AuthRefreshData, AuthRefreshErrors, AuthRefreshResponses, DownloadFileData, DownloadFileErrors, DownloadFileResponses, GetFileData, GetFileErrors, GetFileGroupData, GetFileGroupErrors, GetFileGroupResponses, GetFileResponses, ListFileGroupsData, ListFileGroupsErrors, ListFileGroupsResponses, QueryTimeSeriesData, QueryTimeSeriesErrors, QueryTimeSeriesResponses, SearchFilesData, SearchFilesErrors, SearchFilesResponses, SearchSymbolsData, SearchSymbolsErrors, SearchSymbolsResponses } from './types.gen.ts';

export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: keyof ClientMeta extends never ? Record<string, unknown> : ClientMeta;
};

/**
 * Log in with HTTP Basic and get an access token and a refresh token.
 *
 * A GET that answers with secrets: send `Cache-Control: no-store`, and never repeat it on a refusal.
 *
 * The vendor's table "Request Header: userName, password" names the two halves of the Basic credential, not two
 * headers: its text and its example use Basic only. Never send a password in a header of its own.
 *
 * Not documented: how long the tokens live (a JWT's `exp` is the only hint), whether a new login ends older
 * sessions, when an account is locked, and whether accounts with single sign-on may log in here (a company can be
 * limited to one of the two).
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `headers["Cache-Control"]` (`no-store`): Keeps caches on the way from storing the tokens. Not documented; safe to send.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, authLogin } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"token":"your access token","refreshToken":"your refresh token"})) });
 * const { response } = await authLogin({ client });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const authLogin = <ThrowOnError extends boolean = false>(options: Options<AuthLoginData, ThrowOnError>): RequestResult<AuthLoginResponses, AuthLoginErrors, ThrowOnError> => options.client.get<AuthLoginResponses, AuthLoginErrors, ThrowOnError>({
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/auth/login',
    ...options
});

/**
 * Exchange a refresh token for a new access token.
 *
 * Takes refresh tokens of `GET /auth/login`, not those of Auth0. The vendor's example sends JSON under curl's
 * default form type; send `application/json`.
 *
 * Not documented: whether the refresh token rotates (the sample answer has one, the text promises an access token
 * only; assume that the one sent is spent, and keep it only if the answer has none), whether reuse of a spent one
 * is punished, and whether a credential is needed. The vendor's example has none, its general rule asks for one on
 * every call. Send none: an expired bearer could itself be refused.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `body.refreshToken` (string, required): The refresh token of the last login or refresh.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, authRefresh } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"token":"your access token","refreshToken":"your refresh token"})) });
 * const { response } = await authRefresh({ client, body: {"refreshToken":"your refresh token"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const authRefresh = <ThrowOnError extends boolean = false>(options: Options<AuthRefreshData, ThrowOnError>): RequestResult<AuthRefreshResponses, AuthRefreshErrors, ThrowOnError> => options.client.post<AuthRefreshResponses, AuthRefreshErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/auth/refresh',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...plainHeaders(options.headers)
    }
});

/**
 * Log out by making the refresh token invalid.
 *
 * Takes refresh tokens of `GET /auth/login`, not those of Auth0. The vendor's example sends JSON under curl's
 * default form type; send `application/json`.
 *
 * Not documented: whether the access token dies too, and what the body of the answer is. The page says 200; take
 * any 2xx for success, and a 401 for an expired access token as "already out".
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `body.refreshToken` (string, required): The refresh token to make invalid.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, authLogout } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response()) });
 * const { response } = await authLogout({ client, body: {"refreshToken":"your refresh token"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const authLogout = <ThrowOnError extends boolean = false>(options: Options<AuthLogoutData, ThrowOnError>): RequestResult<AuthLogoutResponses, AuthLogoutErrors, ThrowOnError> => options.client.post<AuthLogoutResponses, AuthLogoutErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/auth/logout',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...plainHeaders(options.headers)
    }
});

/**
 * Change the password of the account that the credential belongs to.
 *
 * Takes neither the old password nor a user name: the credential of the request says whose password it is. The
 * vendor's example leaves the credential out for brevity, and sends JSON under curl's default form type; send
 * `application/json`. Never repeat it unasked: a repeat may run with a credential that the first call ended.
 *
 * Not documented: the effect on tokens in use, the rules for passwords, the body of the answer, and whether
 * accounts with single sign-on may call it.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `body.password` (string, required): The new password.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, authChangePassword } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response()) });
 * const { response } = await authChangePassword({ client, body: {"password":"new user password"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const authChangePassword = <ThrowOnError extends boolean = false>(options: Options<AuthChangePasswordData, ThrowOnError>): RequestResult<AuthChangePasswordResponses, AuthChangePasswordErrors, ThrowOnError> => options.client.post<AuthChangePasswordResponses, AuthChangePasswordErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/auth/changePassword',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...plainHeaders(options.headers)
    }
});

/**
 * List the file groups that the account can see, or search them.
 *
 * One page a call; go on with `from` until it reaches `totalSize`. The vendor's examples page writes the path with
 * a trailing slash, its reference without; send it without.
 *
 * Not documented: whether paging is stable while groups are added.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `query.from` (integer): Index of the first entry, from 0.
 * - `query.size` (integer): Entries on a page, 1000 at most. What a larger number gives is not documented.
 * - `query.query` (string): A value to look for in name, description and fields. The vendor also shows `name=*`.
 * - `query.writeOnly` (boolean): `true`: only groups that the account may write to.
 * - `query.withSymbol` (boolean): `true`: only groups that have symbols.
 * - `query.sortBy` (`createdOn` or `name`): What to sort by.
 * - `query.sortOrder` (`asc` or `desc`): Ascending or descending.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, listFileGroups } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"from":0,"totalSize":1,"items":[{"access":"RW","shared":false,"name":"Example Group","description":"Active orders","fields":[{"name":"market","type":"string","defaultValue":"carbon"},{"name":"tradeDate","type":"date"}],"groupId":1,"type":"DATA","createTime":1514808000000}]})) });
 * const { response } = await listFileGroups({ client });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const listFileGroups = <ThrowOnError extends boolean = false>(options: Options<ListFileGroupsData, ThrowOnError>): RequestResult<ListFileGroupsResponses, ListFileGroupsErrors, ThrowOnError> => options.client.get<ListFileGroupsResponses, ListFileGroupsErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/file/group',
    ...options
});

/**
 * Get one file group by its name.
 *
 * Only the older edition of the vendor's page has it; there the answer is the group without a list around it, with
 * its name, description and fields. Names have spaces and punctuation: percent-encode the segment, once.
 *
 * Not documented: how to write a name that contains `/` (a gateway on the way may decode `%2F`), whether the answer
 * has the other members of a listed group, and whether a hidden group is 403 or 404.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `path.name` (string, required): The group's name, in full.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, getFileGroup } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"name":"Example Group","description":"Active orders","fields":[{"name":"market","type":"string","defaultValue":"carbon"}]})) });
 * const { response } = await getFileGroup({ client, path: {"name":"Example Group"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const getFileGroup = <ThrowOnError extends boolean = false>(options: Options<GetFileGroupData, ThrowOnError>): RequestResult<GetFileGroupResponses, GetFileGroupErrors, ThrowOnError> => options.client.get<GetFileGroupResponses, GetFileGroupErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/file/group/{name}',
    ...options
});

/**
 * Find files by the name of their group or by their metadata.
 *
 * One page a call; go on with `from` until it reaches `totalSize`. For the newest file send `size=1`,
 * `sortBy=arrivalTime` and `sortOrder=desc`.
 *
 * Not documented: the default order, the grammar of `query` beyond examples, whether an unknown or hidden group
 * gives an empty page, 403 or 404, and whether paging is stable while files arrive (newest first, a new file
 * shifts the pages: expect a file twice).
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `query.from` (integer): Index of the first entry, from 0.
 * - `query.size` (integer): Entries on a page, 1000 at most. What a larger number gives is not documented.
 * - `query.query` (string): A filter such as `groupName=Example Group`, percent-encoded once as a whole, its `=` included. The vendor's SDK also uses the keys `name`, `type`, `uuid` (a file id) and `fields.NAME`, and joins several with `&`. Not documented: how to write a value that contains `&` or `=`.
 * - `query.sortBy` (string): What to sort by. In the vendor's table it is missing; its example uses `arrivalTime`.
 * - `query.sortOrder` (`asc` or `desc`): Missing in the vendor's table; its example uses `desc`. `asc` is taken over from file groups.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, searchFiles } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"from":0,"totalSize":1,"items":[{"fileName":"orders.csv","fileType":"NCSV","groupName":"Example Group","fid":"8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11","fields":{"market":"carbon"},"arrivalTime":"2018-01-01T12:00:00","owner":"someone","size":1024}]})) });
 * const { response } = await searchFiles({ client });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const searchFiles = <ThrowOnError extends boolean = false>(options: Options<SearchFilesData, ThrowOnError>): RequestResult<SearchFilesResponses, SearchFilesErrors, ThrowOnError> => options.client.get<SearchFilesResponses, SearchFilesErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/file/search',
    ...options
});

/**
 * Get what is known of a file, and a link to its content in the `Location` header.
 *
 * The link is good for one hour and is itself a secret: don't log or store it. Fetch it without the API's
 * credential, because the file server refuses a request that carries two. On its 403 ask for a new link, once.
 *
 * Not documented: the status. The vendor's SDK reads `Location` and a JSON body from one answer, which fits 200
 * but no redirect that a client follows; 307 is listed too, with or without metadata. Don't follow redirects here,
 * read `Location`.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `path.fileId` (string, required): The `fid` of a file.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, getFile } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"fileName":"orders.csv","fileType":"NCSV","groupName":"Example Group","fid":"8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11","fields":{"market":"carbon"},"arrivalTime":"2018-01-01T12:00:00","owner":"someone","size":1024})) });
 * const { response } = await getFile({ client, path: {"fileId":"8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const getFile = <ThrowOnError extends boolean = false>(options: Options<GetFileData, ThrowOnError>): RequestResult<GetFileResponses, GetFileErrors, ThrowOnError> => options.client.get<GetFileResponses, GetFileErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/file/{fileId}',
    ...options
});

/**
 * Download the content of a file.
 *
 * The answer is the file's bytes. A redirect leads to another host: fetch it without the API's credential. The
 * error table says that only JSON may be asked for, yet files are of any type: send no `Accept`, or one that takes
 * all.
 *
 * Not documented: whether the content is streamed or redirected to, its content type and length, ranges,
 * checksums. Ranges are described as RFC 9110, 14 has them, for a server that takes them; take a 200 for a server
 * that does not, and compare the length with the `size` of the metadata.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `path.fileId` (string, required): The `fid` of a file.
 * - `headers.Range` (string): The bytes to send, one range (RFC 9110, 14.2). Not documented: a server may ignore it, and answer 200 with everything.
 * - `headers["If-Range"]` (string): The strong `ETag` of the first part: if the file has changed since, it comes whole, with 200. Not documented; RFC 9110, 13.1.5.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`. `data` is a stream of bytes that
 * nobody has read: `new Response(data)` has `text()`, `json()` and `blob()`; cancel it if you do not read it.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, downloadFile } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response("Instrument,Date(UTC),Price\nCBL,2018-01-01T12:00:00,1.5\n")) });
 * const { response } = await downloadFile({ client, path: {"fileId":"8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const downloadFile = <ThrowOnError extends boolean = false>(options: Options<DownloadFileData, ThrowOnError>): RequestResult<DownloadFileResponses, DownloadFileErrors, ThrowOnError> => options.client.get<DownloadFileResponses, DownloadFileErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/file/{fileId}/download',
    ...options
});

/**
 * Read rows of time series.
 *
 * A read, though it is a POST: it may be repeated. The body has one of two forms, and no mixture: the one of the
 * vendor's page, with `groupName` at its top, or the one of the vendor's SDK, with `keys`. The vendor's example sends
 * JSON under curl's default form type; send `application/json`.
 *
 * `formatType` decides what is answered: `NCSV` is CSV, in which lines that begin with `#` are comments, the columns
 * left of the date are a row's keys, and the date's header may name its zone, as in `Date(America/New_York)`. Local
 * times have no offset. The other formats are JSON. The error table says that only JSON may be asked for: send an
 * `Accept` that takes both.
 *
 * Not documented: the charset, line ends and quoting of the CSV, its `Content-Type`, how large an answer may become
 * and whether it is cut there without a word, and what rows look like when corrections are asked for.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `query.nextPageToken` (string): Goes on where an answer ended that had a `nextPageToken`. Not documented; seen in a customer's client of another deployment of the platform.
 * - `body.keys` (array): Which series, one entry each.
 * - `body.startDate` (string or null, required): The first moment, ISO 8601 without a zone, such as `2018-01-01T00:00:00`; it counts too. `null` has no beginning (as the vendor's SDK sends it). For a date alone the SDK sends `T00:00:00`.
 * - `body.endDate` (string or null, required): The last moment, ISO 8601 without a zone; it counts too. `null` has no end. For a date alone the SDK sends `T23:59:59`: not documented whether that takes in the fractions of the last second.
 * - `body.formatType` (`NCSV` or `STANDARD` or `PANDAS` or `UI`, required): The format of the answer. The vendor's page has `NCSV` and `STANDARD`, its SDK the others too.
 * - `body.delta` (boolean): Rows by the time of their insertion (`true`), or by their own time; `false` when left out.
 * - `body.corrections` (boolean or string): Whether all versions of changed values come. A boolean on the vendor's page; its SDK sends the texts `true`, `false`, `history` or `only`, and its readme speaks of yes, no, history and only. Not documented: what the rows look like.
 * - `body.onDateTime` (string or null): The data as they were known at this moment, ISO 8601. Left out or `null`, as they are now.
 * - `body.dateFormat` (string): The form of times in the answer, in Java's letters. The default is `yyyy-MM-dd'T'HH:mm:ss.SSS`.
 * - `body.metadata` (boolean): Whether metadata columns come behind the values. Only in the vendor's SDK.
 * - `body.timeZone` (string): The zone of times, such as `America/New_York`; the one set for the account when left out. Only in the vendor's SDK.
 * - `body.groupName` (string): The group.
 * - `body.range` (`BETWEEN`): How `startDate` and `endDate` are meant. Only `BETWEEN` is shown.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`. `data` is a stream of bytes that
 * nobody has read: `new Response(data)` has `text()`, `json()` and `blob()`; cancel it if you do not read it.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, queryTimeSeries } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response("Instrument,Market,Date(America/New_York),Price,Type(S)\nEX-V24,SPOT,2018-01-01T12:00:00,1.5,LIMIT\n")) });
 * const { response } = await queryTimeSeries({ client, body: {"keys":[{"symbols":{"Instrument":"EX-V24","Market":"SPOT"},"groupName":"Example Group","columns":["Price"],"pattern":false}],"startDate":"2018-01-01T00:00:00","endDate":"2018-01-31T23:59:59","formatType":"NCSV","timeZone":"UTC"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const queryTimeSeries = <ThrowOnError extends boolean = false>(options: Options<QueryTimeSeriesData, ThrowOnError>): RequestResult<QueryTimeSeriesResponses, QueryTimeSeriesErrors, ThrowOnError> => options.client.post<QueryTimeSeriesResponses, QueryTimeSeriesErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/ts',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...plainHeaders(options.headers)
    }
});

/**
 * Find the symbols of a group, or search in all.
 *
 * One page a call; go on with `from`, and stop at an empty page or at one that repeats the last. Case counts.
 *
 * Not documented: the answer beyond `items` and their `symbols`, which the vendor's SDK reads; whether a list deeper
 * than 10,000 entries goes on.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `query.query` (string): Conditions such as `symbol.Country=USA`, joined with `&` and percent-encoded once as a whole. The vendor's SDK sends `groupName.keyword=NAME` for a group, and a text that ends in `*` for what is looked for in names, columns and metadata. Other editions of it write `symbols.` for `symbol.`. Not documented: how to write a value that contains `&`, `=` or `*`.
 * - `query.sortBy` (string): Pairs such as `symbol.Country=desc`, joined with `&` and percent-encoded once as a whole.
 * - `query.from` (integer): Index of the first entry, from 0.
 * - `query.size` (integer): Entries on a page. Not on the vendor's page: its SDK sends it, with 1000 as default and maximum; the text of a newer edition of the SDK, for another deployment, has 10,000 as maximum.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, searchSymbols } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"from":0,"totalSize":1,"items":[{"symbols":{"Instrument":"EX-V24","Market":"SPOT"},"groupName":"Example Group","columns":["Price","Type"]}]})) });
 * const { response } = await searchSymbols({ client });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const searchSymbols = <ThrowOnError extends boolean = false>(options: Options<SearchSymbolsData, ThrowOnError>): RequestResult<SearchSymbolsResponses, SearchSymbolsErrors, ThrowOnError> => options.client.get<SearchSymbolsResponses, SearchSymbolsErrors, ThrowOnError>({
    security: [
        { scheme: 'basic', type: 'http' },
        { scheme: 'bearer', type: 'http' },
        { name: 'Authorization', type: 'apiKey' }
    ],
    url: '/ts/symbol/search',
    ...options
});
