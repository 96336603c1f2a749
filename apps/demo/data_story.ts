import { connect, listFileGroups } from "@xsignals/client";
import { createData, type DataEvent, type FileEntry, type Table } from "@xsignals/data";
import { saveFile } from "@xsignals/data/disk";
import { createSession, login } from "@xsignals/session";
import { calls } from "./calls.ts";
import type { Step } from "./narrator.ts";
import { HOUR, type Upstream } from "./upstream.ts";

const ORDERS = "CBL_Active Orders Voluntary Carbon";
const TRADES = "CBL_Trades Compliance";

/** Too large to come through the API, so that it comes by a link; at this rate in most of a second. */
const SIZE = 9_000_000;
const RATE = 12_000_000;
const CUT_AFTER = 6_000_000;
const CONTENT = new Uint8Array(SIZE).map((_, at) => at % 251);

/** Where the story plays. */
export interface Scene {
  /** The servers. */
  readonly upstream: Upstream;
  /** A user of the API. */
  readonly user: { readonly username: string; readonly password: string };
  /** An empty folder for the files. */
  readonly folder: string;
  /** Is told how far a download is, for a terminal. */
  onProgress(text: string): void;
}

/** From a login to a table of prices and a logout; each step builds on those before it. */
export function dataStory({ upstream, user, folder, onProgress }: Scene): Step[] {
  const session = createSession({ strategy: login(user), baseUrl: upstream.api, clock: upstream.clock });
  const data = createData(session, { onEvent, random: () => 0 });
  const files = new Map<string, FileEntry>();
  const percents: string[] = [];
  const rows: string[] = [];
  for (const year of ["2022", "2023"]) {
    const fid = `trades_${year}`;
    const file = { fid, fileName: `${fid}.csv`, arrivalTime: `${year}-12-31T20:00:00`, groupName: TRADES };
    upstream.addFile({ ...file, content: CONTENT });
  }

  return [
    {
      title: "log in",
      sent: ["GET /auth/login Basic ••• -> 200"],
      got: "a Bearer token",
      run: async () => `a ${(await session.token()).scheme} token`,
    },
    {
      title: "the groups",
      sent: ["GET /file/group Bearer ••• -> 200"],
      got: `Market Notes, ${TRADES}, ${ORDERS}`,
      async run() {
        const { data: groups } = await listFileGroups({ client: connect(session), throwOnError: true });
        return groups.items.map(({ name }) => name).join(", ");
      },
    },
    {
      title: `the files of ${TRADES}`,
      sent: ["GET /file/search Bearer ••• -> 200"],
      got: "trades_2022.csv, trades_2023.csv, trades.csv",
      async run() {
        for await (const file of data.files(TRADES)) files.set(file.fid, file);
        return [...files.values()].map(({ fileName }) => fileName).join(", ");
      },
    },
    {
      title: "a download with progress",
      sent: ["GET /file/trades_2022 Bearer ••• -> 200", "GET link -> 200"],
      got: "9 MB on disk, every byte right",
      note: () => `, ${percents.splice(0).join(" ")}`,
      run: () => download("trades_2022", { rate: RATE }),
    },
    {
      title: "another one, cut off after 6 MB and resumed",
      sent: [
        "GET /file/trades_2023 Bearer ••• -> 200",
        "GET link -> 200",
        "GET /file/trades_2023 Bearer ••• -> 200",
        "GET link -> 206",
      ],
      got: "9 MB on disk, every byte right",
      run: () => download("trades_2023", { cutAfter: CUT_AFTER }),
    },
    {
      title: "an hour later the token has expired, and 50 calls begin at once",
      sent: ["POST /auth/refresh -> 200", "50 x GET /file/group Bearer ••• -> 200"],
      got: "50 x 200 after one renewal",
      run() {
        upstream.advance(HOUR);
        return calls(session, 50).then((statuses) => `${statuses} after one renewal`);
      },
    },
    {
      title: "prices of GEO-V23",
      sent: ["GET /ts/symbol/search Bearer ••• -> 200", "POST /ts Bearer ••• -> 200"],
      got: "4 rows",
      async run() {
        const days = { from: "2024-03-04", to: "2024-03-05", timeZone: "America/New_York" };
        const query = { group: ORDERS, symbols: { Instrument: "GEO-V23" }, columns: ["Price"], ...days };
        await using table = await data.series(query);
        rows.push(...await linesOf(table, ["Order Ref", "Date(America/New_York)", "Price"]));
        return `${rows.length - 1} rows`;
      },
      below: () => rows,
    },
    {
      title: "log out",
      sent: ["POST /auth/logout Bearer ••• -> 200"],
      got: "logged_out",
      async run() {
        await session.logout();
        return session.status().state;
      },
    },
  ];

  function onEvent(event: DataEvent): void {
    if (event.type !== "receiving") return;
    percents.push(`${Math.floor(100 * event.received / SIZE)} %`);
    onProgress(`    ${percents.at(-1)} of 9 MB`);
  }

  async function download(fid: string, fault: { readonly rate?: number; readonly cutAfter?: number }): Promise<string> {
    upstream.spoilNextDownload(fault);
    const bytes = await Deno.readFile(await saveFile(data, files.get(fid)!, { folder }));
    onProgress("");
    const isRight = bytes.length === SIZE && bytes.every((byte, at) => byte === CONTENT[at]);
    return `${bytes.length / 1_000_000} MB on disk, ${isRight ? "every byte right" : "but not the right bytes"}`;
  }
}

/** Some columns of a table as aligned lines, the first with their names. */
async function linesOf(table: Table, columns: readonly string[]): Promise<string[]> {
  const rows = [columns, ...await Array.fromAsync(table, (row) => columns.map((name) => `${row[name] ?? ""}`))];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at]!)).join("  ").trimEnd());
}
