import { createData } from "@xsignals/data";

/** What a program must load that reads lists, files and time series, over any connection. */
export const data = createData({ fetch, baseUrl: "https://api.example.com" });
