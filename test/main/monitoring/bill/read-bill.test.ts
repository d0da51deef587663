import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BillFaultError } from "../../../../src/main/monitoring/bill/bill-fault.ts";
import { guessMapping } from "../../../../src/main/monitoring/bill/column-words.ts";
import { decodeBill } from "../../../../src/main/monitoring/bill/decode-bill.ts";
import { foldBill, type FoldedBill } from "../../../../src/main/monitoring/bill/fold-bill.ts";
import { readHead, type TableHead } from "../../../../src/main/monitoring/bill/read-head.ts";
import { readRows } from "../../../../src/main/monitoring/bill/read-rows.ts";
import type { BillFault, BillMapping } from "../../../../src/shared/bill-file.ts";

type Bytes = string | Uint8Array;
const textOf = (bytes: Bytes) => decodeBill(typeof bytes === "string" ? Buffer.from(bytes) : bytes);

interface ReadFile {
  readonly head: TableHead;
  readonly bill: FoldedBill;
}

async function read(bytes: Bytes, change: Partial<BillMapping> = {}): Promise<ReadFile> {
  const text = textOf(bytes);
  const head = await readHead(text);
  const mapping = { ...guessMapping(head.header, "USD"), ...change };
  return { head, bill: await foldBill(text, head, mapping) };
}

/** Why a file is refused. */
async function faultOf(bytes: Bytes, change: Partial<BillMapping> = {}): Promise<BillFault> {
  try {
    await read(bytes, change);
  } catch (error) {
    if (error instanceof BillFaultError) return error.fault;
    throw error;
  }
  throw new Error("It was read");
}

const plain = [
  "开始时间,模型,输入Tokens,输出Tokens",
  "2026-11-20 10:00:00,qwen3-coder-plus,1200,30",
  "2026-11-20 11:00:00,qwen3-coder-plus,5,6",
].join("\n");
const expected = [
  ["2026-11-20T02:00:00.000Z", "qwen3-coder-plus", 1200, 30],
  ["2026-11-20T03:00:00.000Z", "qwen3-coder-plus", 5, 6],
];
const figures = ({ bill }: ReadFile) =>
  bill.hours.map(({ hour, model, tokens }) => [
    new Date(hour).toISOString(),
    model,
    tokens.input,
    tokens.output,
  ]);

/** GB18030 as bytes: Node only decodes it, so the table of the characters above is written out. */
const gb18030: Readonly<Record<string, readonly number[]>> = {
  开: [0xbf, 0xaa],
  始: [0xca, 0xbc],
  时: [0xca, 0xb1],
  间: [0xbc, 0xe4],
  模: [0xc4, 0xa3],
  型: [0xd0, 0xcd],
  输: [0xca, 0xe4],
  入: [0xc8, 0xeb],
  出: [0xb3, 0xf6],
};
const inGb18030 = Uint8Array.from(
  Array.from(plain).flatMap((char) => gb18030[char] ?? [char.charCodeAt(0)]),
);
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

describe("a file", () => {
  it.each([
    ["UTF-8", "utf-8", Buffer.from(plain)],
    ["UTF-8 with a mark", "utf-8", Buffer.from(`\uFEFF${plain}`)],
    ["UTF-16, little end first", "utf-16le", Buffer.from(`\uFEFF${plain}`, "utf16le")],
    ["UTF-16, big end first", "utf-16be", swapped(Buffer.from(`\uFEFF${plain}`, "utf16le"))],
    ["GB18030", "gb18030", inGb18030],
  ])("is read in %s", async (_name, encoding, bytes) => {
    expect(textOf(bytes).encoding).toBe(encoding);
    expect(figures(await read(bytes))).toEqual(expected);
  });

  it.each([
    ["commas", ",", "\n"],
    ["tabs", "\t", "\n"],
    ["semicolons", ";", "\r\n"],
    ["old Mac line ends", ",", "\r"],
  ])("is read with %s", async (_name, separator, end) => {
    const bytes = plain.replaceAll(",", separator).replaceAll("\n", end);
    const all = await read(bytes);
    expect(all.head.separator).toBe(separator);
    expect(figures(all)).toEqual(expected);
  });

  it("has lines about the account before its headings, and sums, notes and empty lines after", async () => {
    const all = await read(
      [
        "账号：shop@example.com",
        "账单周期：2026-11,导出时间：2026-11-26 10:00:00",
        "",
        `\t开始时间\t,"模型",输入Tokens,输出Tokens`,
        '`2026-11-20 10:00:00,\'qwen3-coder-plus,"1,200",30',
        ",,,",
        "",
        "2026-11-20 11:00:00,qwen3-coder-plus,5,6",
        "开始时间,模型,输入Tokens,输出Tokens",
        "合计,,1205,36",
        ",总计,1205,36",
        "注：以上数据仅供参考",
      ].join("\n"),
    );
    expect(all.head.headerLine).toBe(4);
    expect(figures(all)).toEqual(expected);
    expect(all.bill.totalLines).toBe(3);
    expect(all.bill.rows).toBe(2);
  });

  it("keeps a row together over the line ends in its cells, and counts its lines right", async () => {
    const fault = await faultOf(
      'time,model,input,output\r\n2026-11-20,"a\r\nb\r\nc",1,2\r\n2026-11-20,m,x,2\r\n',
    );
    expect(fault).toEqual({ code: "no-number", line: 5, column: "input", text: "x" });
  });

  it("has a kind in each row, in units of its own", async () => {
    const { bill } = await read(
      [
        "日期,模型,计费项,用量,单位,应付金额(元)",
        "2026-11-20,qwen3-coder-plus,输入,1.2,千tokens,0.0048",
        "2026-11-20,qwen3-coder-plus,缓存命中输入,800,tokens,0.0006",
        "2026-11-20,qwen3-coder-plus,输出,30,tokens,0.00048",
        "2026-11-20,wan2.5-t2i,图片张数,3,张,0.6",
      ].join("\n"),
    );
    expect(bill.hours.map(({ tokens }) => tokens)).toEqual([
      { input: 1200, output: 30, cached: 800, total: 0, calls: 0 },
    ]);
    expect(bill.hours[0]?.costs).toEqual(new Map([["CNY", { nano: 5_880_000n, amounts: 3 }]]));
    expect([bill.otherRows, bill.otherKinds]).toEqual([1, ["图片张数"]]);
    expect([bill.isDaily, bill.decimals]).toEqual([true, 5]);
  });

  it("never adds two currencies", async () => {
    const { bill } = await read(
      "date,model,usage,cost,currency\n2026-11-20,m,1,0.5,USD\n2026-11-20,m,1,3.5,CNY\n2026-11-20,m,1,0.25,USD",
    );
    expect(bill.hours[0]?.costs).toEqual(
      new Map([
        ["USD", { nano: 750_000_000n, amounts: 2 }],
        ["CNY", { nano: 3_500_000_000n, amounts: 1 }],
      ]),
    );
  });
});

const heading = "time,model,input,output";
describe("a file is refused, naming line, column and cell,", () => {
  it.each<[string, Bytes, Partial<BillFault>]>([
    ["a workbook", Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0]), { code: "not-text" }],
    ["bytes that are no text", Uint8Array.from([0x80, 0xff, 0x0a]), { code: "not-text" }],
    ["text with a NUL", "a,b\0\n1,2", { code: "not-text" }],
    ["nothing", "", { code: "no-table" }],
    ["no table", "Dear customer,\nthank you.\n", { code: "no-table" }],
    ["headings alone", heading, { code: "no-table" }],
    ["a table of other things", "name,age\nann,3\n", { code: "no-column", column: "time" }],
    ["input without output", "time,input\n2026-11-20,3\n", { code: "no-column", column: "output" }],
    ["no tokens", "time,model\n2026-11-20,m\n", { code: "no-column", column: "quantity" }],
    ["an open quote", `${heading}\n2026-11-20,"m,1,2\n2026-11-20,m,1,2`, { code: "open-quote" }],
    ["a row without time", `${heading}\n,m,1,2`, { code: "no-time", line: 2, column: "time" }],
    ["a time that is none", `${heading}\nsoon,m,1,2`, { code: "no-time", line: 2, text: "soon" }],
    ["a month", `${heading}\n2026-11,m,1,2`, { code: "only-month", line: 2 }],
    [
      "a number that is none",
      `${heading}\n2026-11-20,m,1,2\n\n2026-11-20,m,"1,2x",2`,
      { code: "no-number", line: 4, column: "input", text: "1,2x" },
    ],
    ["a shortened number", `${heading}\n2026-11-20,m,1.2E+05,2`, { code: "shortened-number" }],
    [
      "a unit that is none",
      "time,usage,unit\n2026-11-20,1,parsec",
      { code: "no-unit", column: "unit", text: "parsec" },
    ],
    [
      "a currency that is none",
      "time,usage,cost,currency\n2026-11-20,1,2,EUR",
      { code: "no-currency", column: "currency", text: "EUR" },
    ],
    [
      "kinds that are no tokens",
      "time,usage type,usage\n2026-11-20,images,3",
      { code: "no-rows", text: "images" },
    ],
    ["sums alone", `${heading}\n合计,,1,2`, { code: "no-rows" }],
  ])("for %s", async (_name, bytes, fault) => {
    expect(await faultOf(bytes)).toMatchObject(fault);
  });

  it("for a row that never ends, without holding the file", async () => {
    const endless = `${heading}\n2026-11-20,"${"x".repeat(3_000_000)}`;
    expect((await faultOf(endless)).code).toBe("long-row");
    const wide = `${heading}\n2026-11-20,${"1,".repeat(500)}`;
    expect(await faultOf(wide)).toMatchObject({ code: "long-row", line: 2 });
  });
});

/** As RFC 4180 has it. */
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

it("any table comes back as it was written", async () => {
  const inside = fc.string({ unit: "grapheme", maxLength: 12 }).map((cell) =>
    // Blanks about a value, an apostrophe before it and kinds of line ends are not part of it.
    cell
      .replaceAll("\r", "")
      .replace(/^['`\s\uFEFF]+/, "")
      .trim(),
  );
  const cellOf = inside.filter((cell) => !/^['`]/.test(cell) && !cell.includes("\0"));
  const table = fc.array(fc.array(cellOf, { minLength: 2, maxLength: 4 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom("," as const, ";" as const, "\t" as const),
      fc.constantFrom("\n", "\r\n"),
      async (rows, separator, end) => {
        const file = rows.map((cells) => cells.map(quoted).join(separator)).join(end);
        const found: (readonly string[])[] = [];
        for await (const { cells } of readRows(textOf(file), separator)) found.push(cells);
        expect(found).toEqual(rows);
      },
    ),
    { numRuns: 200 },
  );
});

it("whatever the bytes, the answer is a table or a fault", async () => {
  const piece = fc.constantFrom(
    '"',
    ",",
    "\n",
    "\r",
    ";",
    "\t",
    "time",
    "input",
    "output",
    "2026-11-20",
    "1",
    "合计",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.array(piece, { maxLength: 60 }).map((all) => Buffer.from(all.join(""))),
        fc.uint8Array({ maxLength: 200 }),
      ),
      async (bytes) => {
        try {
          await read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BillFaultError);
        }
      },
    ),
    { numRuns: 300 },
  );
});
