import { useState } from "react";
import {
  columnRoleSchema,
  missingRole,
  type BillFault,
  type BillFile,
  type BillMapping,
  type ColumnRole,
} from "../../../../shared/bill-file.ts";
import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import { BillManner } from "./bill-manner.tsx";
import { FaultText } from "./fault-text.tsx";

export interface BillColumnsProps {
  readonly file: BillFile;
  readonly mapping: BillMapping;
  readonly fault: BillFault | null;
  readonly onCompare: (mapping: BillMapping) => void;
  readonly onCancel: () => void;
}

const groups = {
  where: ["time", "model", "workspace", "key"],
  tokens: ["input", "output", "cached", "calls", "quantity", "kind", "unit"],
  money: ["amount", "currency"],
} as const satisfies Record<string, readonly ColumnRole[]>;

/** Which column holds what, with the first rows beside it. */
export function BillColumns({ file, fault, onCompare, onCancel, ...props }: BillColumnsProps) {
  const { bill: words, common } = useMessages();
  const [mapping, change] = useState(props.mapping);
  const [isTried, setTried] = useState(false);
  const missing = missingRole(mapping);
  const part = { file, mapping, missing: isTried ? missing : null, onChange: change };
  return (
    <form
      className="mx-auto flex w-full max-w-300 flex-col gap-4 px-4 py-3"
      aria-label={words.title}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (missing === null) onCompare(mapping);
      }}
    >
      <div className="flex flex-col gap-1">
        <h3 className="truncate text-ui font-medium">{visibleString(file.name)}</h3>
        <p className="text-label text-secondary">
          {words.file(file.encoding.toUpperCase(), file.headerLine)}
        </p>
        <p className="text-label text-secondary">
          {file.remembered ? words.remembered : words.guessed}
        </p>
      </div>
      {fault !== null && <FaultText fault={fault} />}
      <ColumnGroup {...part} name={words.groups.where} roles={groups.where} />
      <ColumnGroup
        {...part}
        name={words.groups.tokens}
        help={words.tokensHelp}
        roles={groups.tokens}
      />
      <ColumnGroup {...part} name={words.groups.money} roles={groups.money} />
      <BillManner mapping={mapping} onChange={change} />
      <Preview file={file} mapping={mapping} />
      <div className="sticky bottom-0 -mx-4 -mb-3 flex justify-end gap-2 border-t border-line bg-pane px-4 py-2">
        <Button onClick={onCancel}>{common.cancel}</Button>
        <Button type="submit" variant="primary">
          {words.compare}
        </Button>
      </div>
    </form>
  );
}

interface ColumnGroupProps {
  readonly name: string;
  readonly help?: string;
  readonly roles: readonly ColumnRole[];
  readonly file: BillFile;
  readonly mapping: BillMapping;
  readonly missing: ColumnRole | null;
  readonly onChange: (mapping: BillMapping) => void;
}

function ColumnGroup(props: ColumnGroupProps) {
  const { name, help, roles, file, mapping, missing, onChange } = props;
  const { bill: words } = useMessages();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-label font-medium text-secondary">{name}</legend>
      <div className="grid grid-cols-4 items-start gap-3">
        {roles.map((role) => (
          <Select
            key={role}
            label={words.roles[role]}
            value={String(mapping.columns[role] ?? "")}
            error={missing === role ? words.roleNeeded : null}
            options={[
              { value: "", label: words.none },
              ...file.header.map((heading, at) => ({
                value: String(at),
                label: headingText(heading, at, words.unnamed),
                detail: words.example(visibleString(file.sample[0]?.[at] ?? "")),
              })),
            ]}
            onChange={(value) => {
              onChange(withColumn(mapping, role, value === "" ? null : Number(value)));
            }}
          />
        ))}
      </div>
      {help !== undefined && <p className="text-label text-muted">{help}</p>}
    </fieldset>
  );
}

const headingText = (heading: string, at: number, unnamed: (place: number) => string): string =>
  heading === "" ? unnamed(at + 1) : visibleString(heading);

/** A column has one role: another that had it has none any more. */
function withColumn(mapping: BillMapping, role: ColumnRole, at: number | null): BillMapping {
  const columns: BillMapping["columns"] = {};
  for (const name of columnRoleSchema.options) {
    const place = name === role ? at : (mapping.columns[name] ?? null);
    if (place !== null && (name === role || place !== at)) columns[name] = place;
  }
  return { ...mapping, columns };
}

/** The first rows, the chosen columns only, each under what it was chosen for. */
function Preview({ file, mapping }: Pick<BillColumnsProps, "file" | "mapping">) {
  const { bill: words } = useMessages();
  const chosen = columnRoleSchema.options.flatMap((role) => {
    const at = mapping.columns[role];
    return at === undefined ? [] : [{ role, at }];
  });
  if (chosen.length === 0) return null;
  return (
    <section aria-label={words.preview} className="rounded-card border border-line bg-card">
      <h4 className="px-3 pt-2 text-label font-medium text-secondary">{words.preview}</h4>
      <div className="overflow-x-auto">
        <table className="selectable w-full text-label tabular-nums">
          <thead>
            <tr className="text-left text-muted">
              {chosen.map(({ role, at }) => (
                <th key={role} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                  <span className="block text-secondary">{words.roles[role]}</span>
                  <span className="block text-meta font-normal">
                    {headingText(file.header[at] ?? "", at, words.unnamed)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {file.sample.map((cells, row) => (
              // oxlint-disable-next-line react/no-array-index-key -- rows of a file have nothing else, and never move
              <tr key={row} className="border-t border-line">
                {chosen.map(({ role, at }) => (
                  <td key={role} className="max-w-60 truncate px-3 py-1.5 whitespace-nowrap">
                    {visibleString(cells[at] ?? "")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
