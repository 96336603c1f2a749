import type { EmulatorRow, EmulatorSeries } from "./options.ts";
import { ORDERS, TRADES } from "./sample_files.ts";

const ZONE = "America/New_York";

/** Made-up orders: of the first instrument those that the sample files have. */
const ORDER_BOOK = [
  ["GEO-V23", "000012044", "1000", "BID", 1000, "", "4.15", "4.20", 1000, "LIMIT", "2023"],
  ["GEO-V23", "000012051", "2500", "ASK", 2000, "BR", "4.25", "4.30", 2000, "AON", "2023"],
  ["NGEO-V21", "000012060", "500", "BID", 500, "IN", null, "1.05", 500, "LIMIT", "2021"],
] as const;

/** The time series of the sample groups: made-up numbers, an empty price, and one trade that was corrected a day later. */
export const SAMPLE_SERIES: readonly EmulatorSeries[] = [
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
