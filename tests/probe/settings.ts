/** Random assumptions and an account's data, and what a probe must find of them. */
import { ASSUMPTION_VALUES, type EmulatorOptions, type GivenAssumptions } from "@xsignals/emulator";
import fc from "fast-check";

/** An account: what its emulator is made of, and every text and number in it that must not get out. */
export interface Account {
  readonly options: EmulatorOptions & Required<Pick<EmulatorOptions, "accessTokenLifetime" | "linkLifetime">>;
  readonly username: string;
  readonly password: string;
  readonly private: readonly string[];
}

const NUMBERS: Readonly<Record<string, fc.Arbitrary<number>>> = {
  overlap: fc.integer({ min: 1, max: 9_999 }),
  lockoutAfter: fc.integer({ min: 0, max: 9 }),
  tsCap: fc.constantFrom(0, 1, 2, 5, 500),
  clockSkew: fc.oneof(
    fc.constant(0),
    fc.integer({ min: -3_600, max: 3_600 }).map((s) => Math.abs(s) < 4 ? 4_000 : s * 1000),
  ),
};

/** Values for all assumptions. */
export const settings: fc.Arbitrary<GivenAssumptions> = fc.record(
  Object.fromEntries(
    Object.entries(ASSUMPTION_VALUES).map(([name, values]: [string, readonly unknown[]]) => [
      name,
      values.length > 1 ? fc.constantFrom(...values) : NUMBERS[name]!,
    ]),
  ),
) as fc.Arbitrary<GivenAssumptions>;

const letters = fc.array(fc.constantFrom(..."bdfgkmptwy"), { minLength: 9, maxLength: 9 }).map((all) => all.join(""));
/** A word that no program has by itself. */
const word = letters.map((text) => `Q${text}`);

/** An account with two groups of files, ten of them of the same name, and series with corrected rows that lack a number. */
export const accounts: fc.Arbitrary<Account> = fc.record({
  words: fc.uniqueArray(word, { minLength: 18, maxLength: 18 }),
  size: fc.integer({ min: 20_011, max: 29_950 }),
  price: fc.integer({ min: 5_000_011, max: 8_999_989 }),
  day: fc.integer({ min: 10, max: 25 }),
  lifetimes: fc.tuple(fc.integer({ min: 600, max: 9_999 }), fc.integer({ min: 60, max: 9_999 })),
}).map(({ words, size, price, day, lifetimes: [access, link] }) => {
  const [username, password, group, other, name, key, market, column, unit, note, ...rest] = words as [
    string,
    ...string[],
  ];
  const groupName = `${group} ${other}`;
  const date = (at: number) => `2023-07-${day + at}`;
  const files = Array.from({ length: 12 }, (_, at) => ({
    fid: `${rest[0]}-${at}`,
    fileName: at < 10 ? `${name}.csv` : `${note}-${at}.csv`,
    groupName: at % 3 === 0 ? `${note} ${unit}` : groupName,
    fileType: at % 3 === 0 ? "SOURCE" : "NCSV",
    arrivalTime: `${date(at % 3)}T1${at % 10}:07:00`,
    owner: rest[1]!,
    content: rest[2]!.repeat(size).slice(0, size + at),
  }));
  const rows = [0, 1, 2].flatMap((at) =>
    [rest[3]!, rest[4]!].flatMap((instrument) =>
      [0, 1].map((version) => ({
        symbols: { [key!]: instrument, [market!]: rest[5]! },
        date: `${date(at)}T12:34:56Z`,
        inserted: `${date(at)}T1${3 + version}:00:00Z`,
        values: { [column!]: price + version, [unit!]: null },
      }))
    )
  );
  const series = [{ groupName: groupName, keys: [key!, market!], columns: [column!, unit!], rows }];
  const groups = [{ name: groupName, symbols: true }, { name: `${note} ${unit}` }];
  return {
    username,
    password: password!,
    private: [
      ...words,
      "2023-07",
      ...files.map(({ content }) => String(content.length)),
      String(price),
      String(price + 1),
    ],
    options: {
      users: { [username]: password! },
      groups,
      files,
      series,
      accessTokenLifetime: access * 1000,
      linkLifetime: link * 1000,
    },
  };
});

/** What is possible after a probe: values of an assumption, a text of its own, or `undefined` if nothing can be found. */
export function expected(a: GivenAssumptions, { options }: Account): Record<string, unknown> {
  const isJwt = a.accessTokens === "jwt";
  const takesKeys = a.tsBody !== "group";
  const isRefused = a.unknownPath === 404 || a.deepPaging === 10_000 || a.tsBody !== "both" || a.tsExtra === "refused";
  const ofFiles = a.ranges === "files" || a.ranges === "both";
  const cap = Number(a.tsCap);
  const longest = takesKeys ? 4 : 12; // rows of the answer with corrections: of a day, or of all
  const same = Object.fromEntries(
    [
      ...[
        "clockSkew",
        "unknownPath",
        "fileList",
        "tieOrder",
        "deepPaging",
        "queryMatch",
        "fileLink",
        "downloadBy",
        "etag",
      ],
      ...["fileSize", "tsBody", "tsExtra", "tsDates", "tsZone", "corrections", "emptyCell", "csvForm", "accessTokens"],
    ].map((name) => [name, [a[name as keyof GivenAssumptions]]]),
  );
  return {
    ...same,
    tokenTimes: isJwt ? [a.tokenTimes] : undefined,
    accessTokenLifetime: isJwt && a.tokenTimes === "both" ? `${options.accessTokenLifetime / 1000} s` : undefined,
    rotation: a.refreshAuthorization === "required"
      ? undefined
      : a.rotation === "off"
      ? ["off"]
      : ["on", "family", "overlap"],
    refreshAuthorization: a.refreshAuthorization === "required" ? ["required"] : ["ignored", "checked", "refused"],
    errorBody: isRefused ? [a.errorBody] : undefined,
    fileOrder: "newest first",
    totalSize: "yes",
    symbolPaging: a.deepPaging === "none" ? "none" : "10000",
    linkHost: "known bucket",
    linkLifetime: `${options.linkLifetime / 1000} s`,
    ranges: a.downloadBy === "stream" ? [a.ranges] : ofFiles ? ["files", "both"] : ["api", "none"],
    partialKeys: takesKeys ? [a.partialKeys] : undefined,
    tokenCaching: "no-store",
    correctionsText: takesKeys && a.queryMatch !== "loose" ? undefined : "taken", // if a request is left for it
    versions: cap === 1 ? undefined : "yes",
    tsCap: cap > 0 && cap < longest ? [cap] : undefined,
  };
}
