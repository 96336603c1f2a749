import type { EmulatorFile, EmulatorGroup } from "./options.ts";

/** The name of a sample group; the vendor has one like it. */
export const ORDERS = "CBL_Active Orders Voluntary Carbon";
/** Likewise. */
export const TRADES = "CBL_Trades Compliance";
const NOTES = "Market Notes";

/** The groups of an emulator that was given neither groups nor files. The names follow the vendor's, the rest is made up. */
export const SAMPLE_GROUPS: readonly EmulatorGroup[] = [
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
export const SAMPLE_FILES: readonly EmulatorFile[] = [
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
