import type { EmulatorFile, EmulatorGroup, EmulatorOptions, EmulatorRow, EmulatorSeries } from "./options.ts";

/** The name of a sample group; the vendor has one like it. */
const ORDERS = "CBL_Active Orders Voluntary Carbon";
/** Likewise. */
const TRADES = "CBL_Trades Compliance";
const NOTES = "Market Notes";

/** The groups of an emulator that was given neither groups nor files. The names follow the vendor's, the rest is made up. */
const SAMPLE_GROUPS: readonly EmulatorGroup[] = [
  {
    name: ORDERS,
    description: "Active orders of the voluntary carbon market",
    access: "R",
    fields: [{ name: "market", type: "string", defaultValue: "carbon" }, { name: "tradeDate", type: "date" }],
    symbols: true,
    createTime: Date.UTC(2018, 0, 1),
  },
  {
    name: TRADES,
    description: "Trades of the compliance market",
    access: "R",
    fields: [{ name: "tradeDate", type: "date" }],
    symbols: true,
    createTime: Date.UTC(2018, 1, 1),
  },
  { name: NOTES, description: "Notes of the day", access: "RWS", createTime: Date.UTC(2018, 2, 1) },
];

/** The files of the sample groups: NCSV with made-up numbers, and one that is plain text. */
const SAMPLE_FILES: readonly EmulatorFile[] = [
  {
    fid: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11",
    fileName: "active_orders.csv",
    groupName: ORDERS,
    fileType: "NCSV",
    fields: { market: "carbon", tradeDate: "2024-03-04" },
    arrivalTime: "2024-03-04T18:00:00",
    content: orders("2024-03-04", "4.15", "4.25"),
  },
  {
    fid: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d12",
    fileName: "active_orders.csv",
    groupName: ORDERS,
    fileType: "NCSV",
    fields: { market: "carbon", tradeDate: "2024-03-05" },
    arrivalTime: "2024-03-05T18:00:00",
    content: orders("2024-03-05", "4.20", "4.30"),
  },
  {
    fid: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d13",
    fileName: "trades.csv",
    groupName: TRADES,
    fileType: "NCSV",
    fields: { tradeDate: "2024-03-05" },
    arrivalTime: "2024-03-05T19:00:00",
    content: [
      "Instrument,Market,Order Ref,Date(America/New_York),Ccy(S),Price,Quantity,TimeZone(MD-S)",
      "CCA-V24,COMPLIANCE,000000731,2024-03-05T10:15:00,USD,41.2,5000,America/New_York",
      "CCA-V24,COMPLIANCE,000000732,2024-03-05T11:40:00,USD,41.25,1000,America/New_York",
      "",
    ].join("\n"),
  },
  {
    fid: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14",
    fileName: "note.txt",
    groupName: NOTES,
    fileType: "SOURCE",
    arrivalTime: "2024-03-05T20:00:00",
    content: "Quiet trading. Zażółć gęślą jaźń.\n",
  },
];

const ZONE = "America/New_York";

/** Made-up orders: of the first instrument those that the sample files have. */
const ORDER_BOOK = [
  ["GEO-V23", "000012044", "1000", "BID", 1000, "", "4.15", "4.20", 1000, "LIMIT", "2023"],
  ["GEO-V23", "000012051", "2500", "ASK", 2000, "BR", "4.25", "4.30", 2000, "AON", "2023"],
  ["NGEO-V21", "000012060", "500", "BID", 500, "IN", null, "1.05", 500, "LIMIT", "2021"],
] as const;

/** The time series of the sample groups: made-up numbers, an empty price, and one trade that was corrected a day later. */
const SAMPLE_SERIES: readonly EmulatorSeries[] = [
  {
    groupName: ORDERS,
    keys: ["Instrument", "Market", "Order Ref", "Original", "Side"],
    columns: [
      "Balance",
      "Ccy(S)",
      "Country(S)",
      "Date In(S)",
      "Price",
      "Project Type(S)",
      "Quantity",
      "Type(S)",
      "Vintage(S)",
      "TimeZone(MD-S)",
    ],
    rows: ORDER_BOOK.flatMap((
      order,
    ) => [orderRow("2024-03-04", order, order[6]), orderRow("2024-03-05", order, order[7])]),
  },
  {
    groupName: TRADES,
    keys: ["Instrument", "Market", "Order Ref"],
    columns: ["Ccy(S)", "Price", "Quantity", "TimeZone(MD-S)"],
    rows: [
      tradeRow("000000730", "2024-03-04T15:30:00Z", "2024-03-04T21:00:00Z", 41.1, 2000),
      tradeRow("000000730", "2024-03-04T15:30:00Z", "2024-03-05T14:00:00Z", 41.15, 2000),
      tradeRow("000000731", "2024-03-05T15:15:00Z", "2024-03-05T21:00:00Z", 41.2, 5000),
      tradeRow("000000732", "2024-03-05T16:40:00Z", "2024-03-05T21:00:00Z", 41.25, 1000),
    ],
  },
];

const DAY = 86_400_000;

/** The last day of the sample data, and when the last of its files arrived. */
const LAST_DAY = Date.UTC(2024, 2, 5);
const LAST_ARRIVAL = "2024-03-05T20:00:00";

/** What an emulator has that was given no data. */
export const SAMPLE = { groups: SAMPLE_GROUPS, files: SAMPLE_FILES, series: SAMPLE_SERIES };

/**
 * The sample data with all days moved so that the last one is today, in UTC. A file that would arrive later today has
 * arrived just now; the order of the files stays.
 *
 * @param now Milliseconds since 1970.
 */
export function recentSample(now: number): Required<Pick<EmulatorOptions, "groups" | "files" | "series">> {
  const days = Math.floor(now / DAY) - LAST_DAY / DAY;
  const moved: typeof SAMPLE = JSON.parse(
    JSON.stringify(SAMPLE).replaceAll(/2024([-.])03\1(\d\d)/g, (_, separator, day) => {
      const date = new Date(Date.UTC(2024, 2, Number(day)) + days * DAY);
      return date.toISOString().slice(0, 10).replaceAll("-", separator);
    }),
  );
  return { ...moved, files: moved.files.map((file, at) => ({ ...file, arrivalTime: arrivalOf(SAMPLE_FILES[at]!) })) };

  function arrivalOf({ arrivalTime }: EmulatorFile): string {
    const time = Date.parse(`${arrivalTime}Z`);
    const hoursBefore = (Date.parse(`${LAST_ARRIVAL}Z`) - time) / 3_600_000;
    return new Date(Math.min(time + days * DAY, now - hoursBefore * 1000)).toISOString().slice(0, 19);
  }
}

function orders(day: string, bid: string, ask: string): string {
  return [
    "# Active orders",
    "Instrument,Market,Order Ref,Original,Side,Date(America/New_York),Balance,Ccy(S),Country(S),Date In(S),Price," +
    "Project Type(S),Quantity,Type(S),Vintage(S),TimeZone(MD-S)",
    `GEO-V23,SPOT,000012044,1000,BID,${day}T16:00:00,1000,USD,,${day.replaceAll("-", ".")},${bid},Renewable Energy,` +
    "1000,LIMIT,2023,America/New_York",
    `GEO-V23,SPOT,000012051,2500,ASK,${day}T16:00:00,2000,USD,BR,${day.replaceAll("-", ".")},${ask},Renewable Energy,` +
    "2000,AON,2023,America/New_York",
    "",
  ].join("\n");
}

function orderRow(day: string, order: typeof ORDER_BOOK[number], price: string | null): EmulatorRow {
  const [instrument, ref, original, side, balance, country, , , quantity, type, vintage] = order;
  return {
    symbols: { "Instrument": instrument, "Market": "SPOT", "Order Ref": ref, "Original": original, "Side": side },
    date: `${day}T21:00:00Z`, // 16:00 in New York
    inserted: `${day}T23:00:00Z`,
    values: {
      "Balance": balance,
      "Ccy": "USD",
      "Country": country,
      "Date In": day.replaceAll("-", "."),
      "Price": price,
      "Project Type": "Renewable Energy",
      "Quantity": quantity,
      "Type": type,
      "Vintage": vintage,
      "TimeZone": ZONE,
    },
  };
}

function tradeRow(ref: string, date: string, inserted: string, price: number, quantity: number): EmulatorRow {
  return {
    symbols: { "Instrument": "CCA-V24", "Market": "COMPLIANCE", "Order Ref": ref },
    date,
    inserted,
    values: { "Ccy": "USD", "Price": price, "Quantity": quantity, "TimeZone": ZONE },
  };
}
