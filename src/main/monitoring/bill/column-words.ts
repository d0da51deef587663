import type { BillMapping, ColumnRole } from "../../../shared/bill-file.ts";
import type { Currency } from "../../../shared/money.ts";

interface Words {
  readonly role: ColumnRole;
  /** Whole headings, best first; lower case, without blanks, underscores and what stands in brackets. */
  readonly whole: readonly string[];
  /** Else a heading in which this is found, and none of `not`. */
  readonly part: RegExp;
  readonly not?: RegExp;
}

const listed = (words: string): readonly string[] => words.split(" ");

const money = /price|单价|费用|金额|amount|cost|fee|unit|单位/;

/**
 * Words by which columns are guessed. No page of the provider's documentation names the columns of its exports: these are the words
 * that its console and its bills use in English and Chinese, and the person can always choose otherwise.
 */
const words: readonly Words[] = [
  {
    role: "time",
    whole: listed(
      "starttime begintime usagestarttime servicestarttime 开始时间 服务开始时间 消费时间 " +
        "计费时间 使用时间 账单时间 统计时间 时间 time datetime billingtime billtime usagetime " +
        "hour 小时 日期 账单日期 消费日期 date billingdate usagedate day",
    ),
    part: /time|date|时间|日期|时段/,
    not: /end|结束|截止|payment|支付|创建|create|update/,
  },
  {
    role: "model",
    whole: listed("model modelname modelid modelcode 模型 模型名称 模型id 模型code"),
    part: /model|模型/,
    not: /type|类型|studio/,
  },
  {
    role: "workspace",
    whole: listed("workspace workspaceid workspacename 业务空间id 业务空间 业务空间名称"),
    part: /workspace|业务空间/,
  },
  {
    role: "key",
    whole: listed("apikeyid apikey apikeyname keyid key 密钥id 密钥"),
    part: /apikey|密钥/,
  },
  {
    role: "kind",
    whole: listed(
      "usagetype tokentype billingitem billableitem usageitem item type 用量类型 " +
        "计费项 计费项名称 计量项 token类型 输入/输出 input/output",
    ),
    part: /usagetype|tokentype|billingitem|billableitem|计费项|计量项|用量类型/,
    not: /code$/,
  },
  {
    role: "cached",
    whole: listed("cachedtokens cachetokens cachedinputtokens 缓存命中tokens 缓存tokens"),
    part: /cache|缓存/,
    not: money,
  },
  {
    role: "input",
    whole: listed("inputtokens input prompttokens 输入tokens 输入token 输入token数 输入"),
    part: /input|prompt|输入/,
    not: new RegExp(`${money.source}|output|输出|cache|缓存`),
  },
  {
    role: "output",
    whole: listed("outputtokens output completiontokens 输出tokens 输出token 输出"),
    part: /output|completion|输出/,
    not: new RegExp(`${money.source}|input|输入`),
  },
  {
    role: "unit",
    whole: listed("unit usageunit 单位 用量单位 计量单位"),
    part: /单位$|unit$/,
  },
  {
    role: "quantity",
    whole: listed(
      "usage usagequantity quantity totaltokens tokens usageamount " +
        "consumption 用量 使用量 计费用量 总用量 总tokens 消耗量 token数 tokens用量",
    ),
    part: /用量|使用量|消耗量|quantity|tokens?$/,
    not: /类型|单位|type|unit|price|单价|free|免费/,
  },
  {
    role: "calls",
    whole: listed("calls callcount requests requestcount 调用次数 请求次数 调用量"),
    part: /callcount|requestcount|调用次数|请求次数/,
    not: /fail|失败|error/,
  },
  {
    role: "amount",
    whole: listed(
      "应付金额 payableamount pretaxamount amountdue 消费金额 费用 金额 amount cost fee " +
        "charge 总费用 原价 目录总价 pretaxgrossamount",
    ),
    part: /应付|payable|pretax|消费金额|费用$|金额$|amount$|cost$/,
    not: /优惠|discount|coupon|代金|抵扣|deduct|usageamount|税额/,
  },
  { role: "currency", whole: listed("currency 币种 货币"), part: /currency|币种/ },
];

/** A heading as the words are written. */
const plain = (heading: string): string =>
  heading
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\([^)]*\)|\[[^\]]*\]/g, "")
    .replaceAll(/[\s_:*-]/g, "");

/** The columns by their headings, each in one role at most. */
export function guessColumns(header: readonly string[]): BillMapping["columns"] {
  const names = header.map(plain);
  const columns: BillMapping["columns"] = {};
  const taken = new Set<number>();
  for (const word of words) {
    const at = placeOf(word, names, taken);
    if (at === null) continue;
    columns[word.role] = at;
    taken.add(at);
  }
  // Both sums and their parts: the parts say more.
  if (columns.input !== undefined && columns.output !== undefined) {
    delete columns.quantity;
    delete columns.kind;
  }
  return columns;
}

function placeOf(
  { whole, part, not }: Words,
  names: readonly string[],
  taken: ReadonlySet<number>,
): number | null {
  const isFree = (at: number): boolean => at >= 0 && !taken.has(at);
  const exact = whole.map((word) => names.indexOf(word)).find(isFree);
  if (exact !== undefined) return exact;
  const found = names.findIndex(
    (name, at) => isFree(at) && part.test(name) && not?.test(name) !== true,
  );
  return found === -1 ? null : found;
}

/** How many headings say what is in their column: the line that has most of them is the one of the headings. */
export const knownHeadings = (cells: readonly string[]): number =>
  Object.keys(guessColumns(cells)).length;

/** Everything about a file that its headings tell; `currency` is for amounts that name none. */
export function guessMapping(header: readonly string[], currency: Currency): BillMapping {
  const columns = guessColumns(header);
  const headingOf = (role: ColumnRole): string => header[columns[role] ?? -1] ?? "";
  const tokens = (["input", "output", "quantity"] as const).map(headingOf).join(" ");
  return {
    columns,
    // Both sites of the console show Beijing time.
    zone: "utc+8",
    period: "auto",
    unit: unitInHeading(tokens),
    cached: "auto",
    currency: currencyIn(headingOf("amount")) ?? currency,
  };
}

function unitInHeading(text: string): BillMapping["unit"] {
  const name = text.normalize("NFKC").toLowerCase();
  if (/百万|million|(?:^|[^a-z])1?m\s*tokens?/.test(name)) return "million";
  return /千|thousand|(?:^|[^a-z])1?k\s*tokens?|\(k\)|1000\s*tokens?/.test(name)
    ? "thousand"
    : "tokens";
}

/** A currency by its code, sign or name; null = none is there. */
export function currencyIn(text: string): Currency | null {
  const name = text.normalize("NFKC").toLowerCase();
  if (/usd|us\$|\$|美元|美金/.test(name)) return "USD";
  return /cny|rmb|¥|元|人民币/.test(name) ? "CNY" : null;
}
