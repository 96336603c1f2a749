// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

export type ClientOptions = {
    baseUrl: 'https://api.xsignals.xpansiv.com' | 'https://api.data.xpansiv.com' | (string & {});
};

/**
 * An access token and the refresh token that renews it. Both are secrets.
 */
export type TokenPair = {
    /**
     * The access token, a JWT. Treat it as opaque but for its `exp` and `iat`.
     */
    token: string;
    /**
     * The refresh token.
     */
    refreshToken: string;
};

/**
 * A new access token, with or without a new refresh token. Both are secrets.
 */
export type RefreshedTokens = {
    /**
     * The access token, a JWT. Treat it as opaque but for its `exp` and `iat`.
     */
    token: string;
    /**
     * Replaces the refresh token that was sent. Missing, the one that was sent stays.
     */
    refreshToken?: string;
};

/**
 * Asks for a new access token.
 */
export type RefreshRequest = {
    /**
     * The refresh token of the last login or refresh.
     */
    refreshToken: string;
};

/**
 * Ends a session.
 */
export type LogoutRequest = {
    /**
     * The refresh token to make invalid.
     */
    refreshToken: string;
};

/**
 * Sets a new password.
 */
export type ChangePasswordRequest = {
    /**
     * The new password.
     */
    password: string;
};

/**
 * A file group.
 */
export type FileGroup = {
    /**
     * The group's name. It may hold spaces and punctuation.
     */
    name: string;
    /**
     * What the group is for.
     */
    description?: string;
    /**
     * What the account may do, a set of letters in any order - R read, W write, S share.
     */
    access?: string;
    /**
     * Whether the group is shared.
     */
    shared?: boolean;
    /**
     * The metadata that files of the group have.
     */
    fields?: Array<FileGroupField>;
    /**
     * Only on the vendor's examples page.
     */
    groupId?: number;
    /**
     * Only on the vendor's examples page.
     */
    type?: string;
    /**
     * Epoch milliseconds. Only on the vendor's examples page.
     */
    createTime?: number;
};

/**
 * One member of the metadata of a group's files.
 */
export type FileGroupField = {
    /**
     * The field's name.
     */
    name: string;
    /**
     * One of string, int, float, date, array; others may come.
     */
    type: string;
    /**
     * The value of a file that has none.
     */
    defaultValue?: unknown;
};

/**
 * One page of file groups.
 */
export type FileGroupPage = {
    /**
     * Index of the first group on this page.
     */
    from: number;
    /**
     * Number of groups on all pages.
     */
    totalSize: number;
    /**
     * The groups of this page.
     */
    items: Array<FileGroup>;
};

/**
 * What is known of a file.
 */
export type FileInfo = {
    /**
     * The file's id.
     */
    fid: string;
    /**
     * The file's name, given by others - never use it as a path unchecked. Names repeat.
     */
    fileName: string;
    /**
     * The name of the group that the file is in.
     */
    groupName: string;
    /**
     * One of SOURCE, NCSV, DOWNLOADER, DATA_PREP, GDP, JUPYTER; others may come.
     */
    fileType?: string;
    /**
     * The file's metadata by field name.
     */
    fields?: {
        [key: string]: unknown;
    };
    /**
     * When the file arrived, without a zone, such as 2018-01-01T12:00:00. The zone is not documented.
     */
    arrivalTime?: string;
    /**
     * Who owns the file.
     */
    owner?: string;
    /**
     * Size in bytes.
     */
    size?: number;
};

/**
 * One page of files. The vendor's reference names the list `files`; its examples and its SDK read `items`. Read
 * both, `items` first; a page with neither is malformed, not empty.
 */
export type FilePage = {
    /**
     * Index of the first file on this page.
     */
    from: number;
    /**
     * Number of files on all pages. It may change while files arrive.
     */
    totalSize: number;
    /**
     * The files of this page.
     */
    items?: Array<FileInfo>;
    /**
     * The files of this page, under the other name.
     */
    files?: Array<FileInfo>;
};

/**
 * What to read, in one of two forms.
 */
export type TimeSeriesQuery = TimeSeriesKeysQuery | TimeSeriesGroupQuery;

/**
 * The form of the vendor's SDK. Its page has another one. Not documented: whether both are taken everywhere; a body
 * with both `keys` and `groupName` is neither.
 */
export type TimeSeriesKeysQuery = {
    /**
     * Which series, one entry each.
     */
    keys: Array<TimeSeriesKey>;
    /**
     * The first moment, ISO 8601 without a zone, such as `2018-01-01T00:00:00`; it counts too. `null` has no beginning
     * (as the vendor's SDK sends it). For a date alone the SDK sends `T00:00:00`.
     */
    startDate: string | null;
    /**
     * The last moment, ISO 8601 without a zone; it counts too. `null` has no end. For a date alone the SDK sends
     * `T23:59:59`: not documented whether that takes in the fractions of the last second.
     */
    endDate: string | null;
    /**
     * The format of the answer. The vendor's page has `NCSV` and `STANDARD`, its SDK the others too.
     */
    formatType: 'NCSV' | 'STANDARD' | 'PANDAS' | 'UI';
    /**
     * Rows by the time of their insertion (`true`), or by their own time; `false` when left out.
     */
    delta?: boolean;
    /**
     * Whether all versions of changed values come. A boolean on the vendor's page; its SDK sends the texts `true`,
     * `false`, `history` or `only`, and its readme speaks of yes, no, history and only. Not documented: what the rows
     * look like.
     */
    corrections?: boolean | string;
    /**
     * The data as they were known at this moment, ISO 8601. Left out or `null`, as they are now.
     */
    onDateTime?: string | null;
    /**
     * The form of times in the answer, in Java's letters. The default is `yyyy-MM-dd'T'HH:mm:ss.SSS`.
     */
    dateFormat?: string;
    /**
     * Whether metadata columns come behind the values. Only in the vendor's SDK.
     */
    metadata?: boolean;
    /**
     * The zone of times, such as `America/New_York`; the one set for the account when left out. Only in the vendor's
     * SDK.
     */
    timeZone?: string;
};

/**
 * A series, or several if `pattern` is set.
 */
export type TimeSeriesKey = {
    /**
     * The keys by name, all of the series; a value may be `*` if `pattern` is set.
     */
    symbols: {
        [key: string]: string;
    };
    /**
     * The group that they are in.
     */
    groupName: string;
    /**
     * The value columns to read; none means all.
     */
    columns: Array<string>;
    /**
     * Whether `*` in `symbols` stands for anything; `false` when left out.
     */
    pattern?: boolean;
};

/**
 * The form of the vendor's page: all series of a group. Not documented: whether it takes more than these members.
 */
export type TimeSeriesGroupQuery = {
    /**
     * The group.
     */
    groupName: string;
    /**
     * How `startDate` and `endDate` are meant. Only `BETWEEN` is shown.
     */
    range?: 'BETWEEN';
    /**
     * The first moment, ISO 8601 without a zone, such as `2018-01-01T00:00:00`; it counts too. `null` has no beginning
     * (as the vendor's SDK sends it). For a date alone the SDK sends `T00:00:00`.
     */
    startDate: string | null;
    /**
     * The last moment, ISO 8601 without a zone; it counts too. `null` has no end. For a date alone the SDK sends
     * `T23:59:59`: not documented whether that takes in the fractions of the last second.
     */
    endDate: string | null;
    /**
     * The format of the answer. The vendor's page has `NCSV` and `STANDARD`, its SDK the others too.
     */
    formatType: 'NCSV' | 'STANDARD' | 'PANDAS' | 'UI';
    /**
     * Rows by the time of their insertion (`true`), or by their own time; `false` when left out.
     */
    delta?: boolean;
    /**
     * Whether all versions of changed values come. A boolean on the vendor's page; its SDK sends the texts `true`,
     * `false`, `history` or `only`, and its readme speaks of yes, no, history and only. Not documented: what the rows
     * look like.
     */
    corrections?: boolean | string;
    /**
     * The data as they were known at this moment, ISO 8601. Left out or `null`, as they are now.
     */
    onDateTime?: string | null;
    /**
     * The form of times in the answer, in Java's letters. The default is `yyyy-MM-dd'T'HH:mm:ss.SSS`.
     */
    dateFormat?: string;
};

/**
 * The rows of a format in JSON, as far as the vendor's SDK reads them: `STANDARD` and `UI` have `values`, `PANDAS` has
 * `data`. Not documented: what is in them.
 */
export type TimeSeriesValues = {
    /**
     * The rows of `STANDARD` and of `UI`.
     */
    values?: unknown;
    /**
     * The rows of `PANDAS` - times as keys, below each an object of symbol and column to value.
     */
    data?: unknown;
    /**
     * There are more rows. Not documented; seen on another deployment of the platform.
     */
    nextPageToken?: string;
};

/**
 * One page of symbols.
 */
export type SymbolPage = {
    /**
     * Index of the first entry on this page. Not documented.
     */
    from?: number;
    /**
     * Number of entries on all pages. Not documented.
     */
    totalSize?: number;
    /**
     * The symbols of this page.
     */
    items: Array<SymbolEntry>;
};

/**
 * One series.
 */
export type SymbolEntry = {
    /**
     * Its keys by name.
     */
    symbols: {
        [key: string]: string;
    };
    /**
     * The group that it is in. Not documented.
     */
    groupName?: string;
    /**
     * The value columns that it has. Not documented.
     */
    columns?: Array<string>;
};

/**
 * The vendor documents no shape; its SDK reads `message`. Decide on the status.
 */
export type ErrorObject = {
    /**
     * What went wrong, for people.
     */
    message?: string;
    [key: string]: unknown;
};

/**
 * What a failed call answers - mostly an object, or text where something in front of the API answered.
 */
export type ErrorBody = ErrorObject | string;

/**
 * The `fid` of a file.
 */
export type FileId = string;

/**
 * Index of the first entry, from 0.
 */
export type PageStart = number;

/**
 * Entries on a page, 1000 at most. What a larger number gives is not documented.
 */
export type PageSize = number;

export type AuthLoginData = {
    body?: never;
    headers?: {
        /**
         * Keeps caches on the way from storing the tokens. Not documented; safe to send.
         */
        'Cache-Control'?: 'no-store';
    };
    path?: never;
    query?: never;
    url: '/auth/login';
};

export type AuthLoginErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type AuthLoginError = AuthLoginErrors[keyof AuthLoginErrors];

export type AuthLoginResponses = {
    /**
     * A pair of tokens.
     */
    200: TokenPair;
};

export type AuthLoginResponse = AuthLoginResponses[keyof AuthLoginResponses];

export type AuthRefreshData = {
    body: RefreshRequest;
    path?: never;
    query?: never;
    url: '/auth/refresh';
};

export type AuthRefreshErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The body is too large. Not in the vendor's table; its SDK retries it.
     */
    413: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type AuthRefreshError = AuthRefreshErrors[keyof AuthRefreshErrors];

export type AuthRefreshResponses = {
    /**
     * A new access token, with a refresh token in the vendor's sample.
     */
    200: RefreshedTokens;
};

export type AuthRefreshResponse = AuthRefreshResponses[keyof AuthRefreshResponses];

export type AuthLogoutData = {
    body: LogoutRequest;
    path?: never;
    query?: never;
    url: '/auth/logout';
};

export type AuthLogoutErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The body is too large. Not in the vendor's table; its SDK retries it.
     */
    413: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type AuthLogoutError = AuthLogoutErrors[keyof AuthLogoutErrors];

export type AuthLogoutResponses = {
    /**
     * Logged out. No body is documented; ignore what comes.
     */
    200: unknown;
    /**
     * Logged out. Not documented, but as good as 200.
     */
    204: void;
};

export type AuthLogoutResponse = AuthLogoutResponses[keyof AuthLogoutResponses];

export type AuthChangePasswordData = {
    body: ChangePasswordRequest;
    path?: never;
    query?: never;
    url: '/auth/changePassword';
};

export type AuthChangePasswordErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The body is too large. Not in the vendor's table; its SDK retries it.
     */
    413: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type AuthChangePasswordError = AuthChangePasswordErrors[keyof AuthChangePasswordErrors];

export type AuthChangePasswordResponses = {
    /**
     * The new password is in force. No body is documented; ignore what comes.
     */
    200: unknown;
};

export type ListFileGroupsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Index of the first entry, from 0.
         */
        from?: number;
        /**
         * Entries on a page, 1000 at most. What a larger number gives is not documented.
         */
        size?: number;
        /**
         * A value to look for in name, description and fields. The vendor also shows `name=*`.
         */
        query?: string;
        /**
         * `true`: only groups that the account may write to.
         */
        writeOnly?: boolean;
        /**
         * `true`: only groups that have symbols.
         */
        withSymbol?: boolean;
        /**
         * What to sort by.
         */
        sortBy?: 'createdOn' | 'name';
        /**
         * Ascending or descending.
         */
        sortOrder?: 'asc' | 'desc';
    };
    url: '/file/group';
};

export type ListFileGroupsErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type ListFileGroupsError = ListFileGroupsErrors[keyof ListFileGroupsErrors];

export type ListFileGroupsResponses = {
    /**
     * One page of groups.
     */
    200: FileGroupPage;
};

export type ListFileGroupsResponse = ListFileGroupsResponses[keyof ListFileGroupsResponses];

export type GetFileGroupData = {
    body?: never;
    path: {
        /**
         * The group's name, in full.
         */
        name: string;
    };
    query?: never;
    url: '/file/group/{name}';
};

export type GetFileGroupErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * There is no such resource.
     */
    404: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type GetFileGroupError = GetFileGroupErrors[keyof GetFileGroupErrors];

export type GetFileGroupResponses = {
    /**
     * The group.
     */
    200: FileGroup;
};

export type GetFileGroupResponse = GetFileGroupResponses[keyof GetFileGroupResponses];

export type SearchFilesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Index of the first entry, from 0.
         */
        from?: number;
        /**
         * Entries on a page, 1000 at most. What a larger number gives is not documented.
         */
        size?: number;
        /**
         * A filter such as `groupName=Example Group`, percent-encoded once as a whole, its `=` included. The vendor's
         * SDK also uses the keys `name`, `type`, `uuid` (a file id) and `fields.NAME`, and joins several with `&`.
         *
         * Not documented: how to write a value that contains `&` or `=`.
         */
        query?: string;
        /**
         * What to sort by. In the vendor's table it is missing; its example uses `arrivalTime`.
         */
        sortBy?: string;
        /**
         * Missing in the vendor's table; its example uses `desc`. `asc` is taken over from file groups.
         */
        sortOrder?: 'asc' | 'desc';
    };
    url: '/file/search';
};

export type SearchFilesErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * There is no such resource.
     */
    404: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type SearchFilesError = SearchFilesErrors[keyof SearchFilesErrors];

export type SearchFilesResponses = {
    /**
     * One page of files.
     */
    200: FilePage;
};

export type SearchFilesResponse = SearchFilesResponses[keyof SearchFilesResponses];

export type GetFileData = {
    body?: never;
    path: {
        /**
         * The `fid` of a file.
         */
        fileId: string;
    };
    query?: never;
    url: '/file/{fileId}';
};

export type GetFileErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * There is no such resource.
     */
    404: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The resource was removed.
     */
    410: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type GetFileError = GetFileErrors[keyof GetFileErrors];

export type GetFileResponses = {
    /**
     * The file's metadata, and a link to its content.
     */
    200: FileInfo;
};

export type GetFileResponse = GetFileResponses[keyof GetFileResponses];

export type DownloadFileData = {
    body?: never;
    headers?: {
        /**
         * The bytes to send, one range (RFC 9110, 14.2). Not documented: a server may ignore it, and answer 200 with
         * everything.
         */
        Range?: string;
        /**
         * The strong `ETag` of the first part: if the file has changed since, it comes whole, with 200. Not documented;
         * RFC 9110, 13.1.5.
         */
        'If-Range'?: string;
    };
    path: {
        /**
         * The `fid` of a file.
         */
        fileId: string;
    };
    query?: never;
    url: '/file/{fileId}/download';
};

export type DownloadFileErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * There is no such resource.
     */
    404: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The resource was removed.
     */
    410: ErrorBody;
    /**
     * The content ends before the range begins (RFC 9110, 15.5.17). Not documented.
     */
    416: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type DownloadFileError = DownloadFileErrors[keyof DownloadFileErrors];

export type DownloadFileResponses = {
    /**
     * The content of the file, of any type.
     */
    200: ReadableStream<Uint8Array<ArrayBuffer>>;
    /**
     * The bytes that `Range` asked for. Not documented.
     */
    206: ReadableStream<Uint8Array<ArrayBuffer>>;
};

export type DownloadFileResponse = DownloadFileResponses[keyof DownloadFileResponses];

export type QueryTimeSeriesData = {
    body: TimeSeriesQuery;
    path?: never;
    query?: {
        /**
         * Goes on where an answer ended that had a `nextPageToken`. Not documented; seen in a customer's client of
         * another deployment of the platform.
         */
        nextPageToken?: string;
    };
    url: '/ts';
};

export type QueryTimeSeriesErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * There is no such resource.
     */
    404: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The body is too large. Not in the vendor's table; its SDK retries it.
     */
    413: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type QueryTimeSeriesError = QueryTimeSeriesErrors[keyof QueryTimeSeriesErrors];

export type QueryTimeSeriesResponses = {
    /**
     * The rows, in the format that was asked for.
     */
    200: ReadableStream<Uint8Array<ArrayBuffer>>;
};

export type QueryTimeSeriesResponse = QueryTimeSeriesResponses[keyof QueryTimeSeriesResponses];

export type SearchSymbolsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Conditions such as `symbol.Country=USA`, joined with `&` and percent-encoded once as a whole. The vendor's SDK
         * sends `groupName.keyword=NAME` for a group, and a text that ends in `*` for what is looked for in names,
         * columns and metadata. Other editions of it write `symbols.` for `symbol.`.
         *
         * Not documented: how to write a value that contains `&`, `=` or `*`.
         */
        query?: string;
        /**
         * Pairs such as `symbol.Country=desc`, joined with `&` and percent-encoded once as a whole.
         */
        sortBy?: string;
        /**
         * Index of the first entry, from 0.
         */
        from?: number;
        /**
         * Entries on a page. Not on the vendor's page: its SDK sends it, with 1000 as default and maximum; the text of a
         * newer edition of the SDK, for another deployment, has 10,000 as maximum.
         */
        size?: number;
    };
    url: '/ts/symbol/search';
};

export type SearchSymbolsErrors = {
    /**
     * The request is malformed or wrong.
     */
    400: ErrorBody;
    /**
     * The credential or the refresh token is missing, wrong or expired.
     */
    401: ErrorBody;
    /**
     * The resource is hidden from this account. An expired token should be 401, but may be this.
     */
    403: ErrorBody;
    /**
     * There is no such resource.
     */
    404: ErrorBody;
    /**
     * The request asked for a format other than JSON.
     */
    406: ErrorBody;
    /**
     * The teapot joke, which the vendor's table lists in earnest.
     */
    418: ErrorBody;
    /**
     * Too many requests; slow down. No limit is documented.
     */
    429: ErrorBody;
    /**
     * A fault of the server; try later.
     */
    500: ErrorBody;
    /**
     * Something in front of the API could not reach it. Not in the vendor's table; its SDK retries it.
     */
    502: ErrorBody;
    /**
     * Down for maintenance; try later.
     */
    503: ErrorBody;
};

export type SearchSymbolsError = SearchSymbolsErrors[keyof SearchSymbolsErrors];

export type SearchSymbolsResponses = {
    /**
     * One page of symbols.
     */
    200: SymbolPage;
};

export type SearchSymbolsResponse = SearchSymbolsResponses[keyof SearchSymbolsResponses];
