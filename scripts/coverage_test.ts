import { assertEquals } from "@std/assert";
import { lineCoverage, readLcov } from "./coverage.ts";

Deno.test("lineCoverage() is the share of the lines of all files", () => {
  const lcov = "SF:/a.ts\nDA:1,1\nLH:3\nLF:4\nend_of_record\nSF:/b.ts\nLH:6\nLF:6\nend_of_record\n";
  assertEquals(lineCoverage(readLcov(lcov).values()), 90);
});

Deno.test("lineCoverage() of nothing is 0", () => {
  assertEquals(lineCoverage(readLcov("").values()), 0);
});
