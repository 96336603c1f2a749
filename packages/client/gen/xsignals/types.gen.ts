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
    200: Blob | File;
};

export type DownloadFileResponse = DownloadFileResponses[keyof DownloadFileResponses];
