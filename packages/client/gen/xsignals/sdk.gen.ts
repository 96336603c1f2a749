// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

import { plainHeaders } from '../../plain_headers.ts';
import type { Client, ClientMeta, Options as Options2, RequestResult, TDataShape } from '../../xsignals_client.ts';
import type { AuthChangePasswordData, AuthChangePasswordErrors, AuthChangePasswordResponses, AuthLoginData, AuthLoginErrors, AuthLoginResponses, AuthLogoutData, AuthLogoutErrors, AuthLogoutResponses, AuthRefreshData, AuthRefreshErrors, AuthRefreshResponses, DownloadFileData, DownloadFileErrors, DownloadFileResponses, GetFileData, GetFileErrors, GetFileResponses, ListFileGroupsData, ListFileGroupsErrors, ListFileGroupsResponses, SearchFilesData, SearchFilesErrors, SearchFilesResponses } from './types.gen.ts';

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
 * but no redirect that a client follows; 307 is listed too. Don't follow redirects here, read `Location`.
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
 * checksums.
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
 * import { connect, downloadFile } from "@xsignals/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response()) });
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
