import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessColumns } from "../../../../src/main/monitoring/bill/column-words.ts";
import {
  kindOf,
  parseAmount,
  parseTime,
  parseTokens,
  tokenUnit,
} from "../../../../src/main/monitoring/bill/parse-cell.ts";
import { formatNano } from "../../../../src/shared/money.ts";

const at = (text: string, zone: "utc" | "utc+8" = "utc+8"): string => {
  const cell = parseTime(text, zone);
  return "value" in cell ? new Date(cell.value.at).toISOString() : cell.code;
};

describe("a time", () => {
  it.each([
    ["2026-11-20 10:00:00", "2026-11-20T02:00:00.000Z"],
    ["2026/11/20 9:05", "2026-11-20T01:05:00.000Z"],
    ["2026年11月20日 10时", "2026-11-20T02:00:00.000Z"],
    ["2026年11月20日", "2026-11-19T16:00:00.000Z"],
    ["２０２６－１１－２０", "2026-11-19T16:00:00.000Z"],
    ["20261120", "2026-11-19T16:00:00.000Z"],
    ["2026112010", "2026-11-20T02:00:00.000Z"],
    ["20261120103000", "2026-11-20T02:30:00.000Z"],
    ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000Z"],
    ["2026-11-20T10:00:00.123+05:30", "2026-11-20T04:30:00.000Z"],
    ["2026-11-20 10:00 UTC+8", "2026-11-20T02:00:00.000Z"],
    ["2026-11-20 10:00:00~2026-11-20 11:00:00", "2026-11-20T02:00:00.000Z"],
    ["2026-11-20 10:00 - 11:00", "2026-11-20T02:00:00.000Z"],
    ["2026-11-20 至 2026-11-21", "2026-11-19T16:00:00.000Z"],
  ])("is read from %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    ["2026-11", "only-month"],
    ["2026年11月", "only-month"],
    ["202611", "only-month"],
    ["2026-02-30", "no-time"],
    ["2026-13-01", "no-time"],
    ["2026-00-10", "no-time"],
    ["2026-11-20 24:00", "no-time"],
    ["2026-11-20 10:61", "no-time"],
    ["2026-11-20 10:00 PM", "no-time"],
    ["11/20/2026", "no-time"],
    ["20/11/2026 10:00", "no-time"],
    ["2026-11-20 - 2026-11-26", "no-time"],
    ["2026-11-20 ~ 2026-11-19", "no-time"],
    ["1732096800000", "no-time"],
    ["yesterday", "no-time"],
    ["", "no-time"],
  ])("is not guessed from %s", (text, code) => {
    expect(at(text)).toBe(code);
  });

  it("is the same whichever way it is written", () => {
    const minutes = fc.integer({ min: 0, max: 50 * 366 * 1440 });
    fc.assert(
      fc.property(minutes, fc.constantFrom("utc" as const, "utc+8" as const), (minute, zone) => {
        const time = Date.UTC(2001, 0, 1) + minute * 60_000;
        const iso = new Date(time).toISOString();
        const local = new Date(time + (zone === "utc" ? 0 : 8 * 3_600_000)).toISOString();
        const digits = local.slice(0, 16).replaceAll(/\D/g, "");
        for (const text of [iso, local.slice(0, 16).replace("T", " "), `${digits}00`])
          expect(at(text, zone)).toBe(iso);
      }),
    );
  });
});

const tokens = (text: string, unit = 1): number | string => {
  const cell = parseTokens(text, unit);
  return "value" in cell ? cell.value : cell.code;
};

describe("a count of tokens", () => {
  it.each([
    ["1234", 1, 1234],
    ["1,234,567", 1, 1_234_567],
    ["1 234 567", 1, 1_234_567],
    ["１，２３４", 1, 1234],
    ["1234.00", 1, 1234],
    ["1.2345", 1000, 1235],
    ["0.001", 1000, 1],
    ["12.5K tokens", 1, 12_500],
    ["3 千tokens", 1, 3000],
    ["-", 1, 0],
    ["", 1, 0],
    ["N/A", 1, 0],
  ])("is read from %s in units of %d", (text, unit, expected) => {
    expect(tokens(text, unit)).toBe(expected);
  });

  it.each([
    ["1,2x", "no-number"],
    ["1,23", "no-number"],
    ["-5", "no-number"],
    ["1.2E+05", "shortened-number"],
    ["1e9", "shortened-number"],
    ["0x10", "no-number"],
    ["99999999999999999999", "no-number"],
    ["12 apples", "no-number"],
  ])("is refused of %s", (text, code) => {
    expect(tokens(text)).toBe(code);
  });

  it("comes back with any grouping", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(tokens(String(value))).toBe(value);
        expect(tokens(value.toLocaleString("en"))).toBe(value);
      }),
    );
  });
});

const nano = (text: string): string => {
  const cell = parseAmount(text);
  if ("code" in cell) return cell.code;
  return cell.value === null
    ? "none"
    : `${formatNano(cell.value.nano)} ${cell.value.currency ?? "?"} ${cell.value.decimals}`;
};

describe("an amount", () => {
  it.each([
    ["0.000123", "0.000123 ? 6"],
    ["$1,234.50", "1234.5 USD 2"],
    ["￥12", "12 CNY 0"],
    ["-0.5 元", "-0.5 CNY 1"],
    ["USD 3.10", "3.1 USD 2"],
    ["0.00000000049", "0 ? 11"],
    ["0.0000000005", "0.000000001 ? 10"],
    ["--", "none"],
    ["1,5", "no-number"],
    ["1.2e-5", "shortened-number"],
    ["free", "no-number"],
  ])("is exact for %s", (text, expected) => {
    expect(nano(text)).toBe(expected);
  });

  it("comes back to the nano-unit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (value) => {
        const cell = parseAmount(formatNano(value));
        expect("value" in cell ? cell.value?.nano : cell.code).toBe(value);
      }),
    );
  });
});

it("a kind and a unit are known by the names that the provider has for them", () => {
  const kinds = Object.fromEntries(
    [
      "input_tokens",
      "输入",
      "qwen3-coder-plus-输入(0-32K)",
      "output_tokens",
      "思考输出",
      "cache_tokens",
      "缓存命中输入",
      "total_tokens",
      "times",
      "调用次数",
      "image_tokens",
      "x",
    ].map((name) => [name, kindOf(name)]),
  );
  expect(kinds).toEqual({
    input_tokens: "input",
    输入: "input",
    "qwen3-coder-plus-输入(0-32K)": "input",
    output_tokens: "output",
    思考输出: "output",
    cache_tokens: "cached",
    缓存命中输入: "cached",
    total_tokens: "total",
    times: "calls",
    调用次数: "calls",
    image_tokens: "other",
    x: "other",
  });
  expect(
    ["个", "Tokens", "千Tokens", "1K tokens", "百万tokens", "秒", "GB"].map(tokenUnit),
  ).toEqual([1, 1, 1000, 1000, 1_000_000, null, null]);
});

describe("columns", () => {
  it.each([
    [
      [
        "Start Time",
        "End Time",
        "Model",
        "API Key ID",
        "Workspace ID",
        "Input Tokens",
        "Output Tokens",
        "Requests",
      ],
      { time: 0, model: 2, key: 3, workspace: 4, input: 5, output: 6, calls: 7 },
    ],
    [
      [
        "账单月份",
        "消费时间",
        "模型名称",
        "计费项",
        "用量",
        "用量单位",
        "单价",
        "优惠金额",
        "应付金额",
        "币种",
      ],
      { time: 1, model: 2, kind: 3, quantity: 4, unit: 5, amount: 8, currency: 9 },
    ],
    [
      ["usage_type", "model", "date", "usage", "unit", "unit price", "cost (CNY)"],
      { kind: 0, model: 1, time: 2, quantity: 3, unit: 4, amount: 6 },
    ],
    [
      ["日期", "模型", "输入Token(千)", "缓存命中Token", "输出Token(千)", "总Token", "费用（元）"],
      { time: 0, model: 1, input: 2, cached: 3, output: 4, amount: 6 },
    ],
    [["a", "b", ""], {}],
  ])("are guessed of %j", (header, columns) => {
    expect(guessColumns(header)).toEqual(columns);
  });

  it("never share a role, whatever the headings", () => {
    const word = fc.constantFrom(
      "time",
      "模型",
      "input",
      "cost",
      "用量",
      "缓存",
      "key",
      "type",
      "(",
      " ",
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { maxLength: 4 }).map((all) => all.join(""))),
        (header) => {
          const places = Object.values(guessColumns(header));
          expect(new Set(places).size).toBe(places.length);
          for (const place of places) expect(place).toBeLessThan(header.length);
        },
      ),
    );
  });
});
