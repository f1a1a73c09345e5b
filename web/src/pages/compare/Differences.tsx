import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import type { Comparison, Difference } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { capital, count } from "~/model/words";
import classes from "./Differences.module.css";

/** What was asked for differently, and the files that did not have the same bytes. */
export function Differences({ data }: { data: Comparison }) {
  const wide = useMediaQuery("(min-width: 1200px)", true, { getInitialValueInEffect: false });
  const { runs, configuration, sources } = data;
  const all = (
    <>
      <Block title="Asked for differently" none="The same environment, variables and options.">
        {configuration.map((one) => (
          <Entry key={one.name} runs={runs} difference={one} show={(value) => value} />
        ))}
      </Block>
      <Block title="Files with other bytes" none="Every file had the same bytes.">
        {sources.map((one) => (
          <Entry
            key={one.name}
            runs={runs}
            difference={one}
            show={(value) => value.slice(0, 10)}
            path
          />
        ))}
      </Block>
    </>
  );
  if (wide) {
    return (
      <aside className={classes.aside} aria-label="What was different">
        {all}
      </aside>
    );
  }
  const told = `${count(configuration.length, "setting")} and ${count(sources.length, "file")}`;
  return (
    <aside className={classes.above} aria-label="What was different">
      <details>
        <summary className={classes.summary}>Different: {told}</summary>
        {all}
      </details>
    </aside>
  );
}

type BlockProps = { title: string; none: string; children: ReactNode[] };

/** So many at once: a moved directory may make thousands. */
const STEP = 50;

function Block({ title, none, children }: BlockProps) {
  const [shown, setShown] = useState(STEP);
  const more = children.length - shown;
  return (
    <section className={classes.block}>
      <h2 className={classes.title}>
        {title} {children.length > 0 && <span className={classes.count}>{children.length}</span>}
      </h2>
      {children.length === 0 ? (
        <p className={classes.none}>{none}</p>
      ) : (
        <ul>{children.slice(0, shown)}</ul>
      )}
      {more > 0 && (
        <button type="button" className={classes.more} onClick={() => setShown(shown + STEP * 10)}>
          {count(more, "more", "more")}
        </button>
      )}
    </section>
  );
}

type EntryProps = {
  runs: readonly number[];
  difference: Difference;
  show: (value: string) => string;
  path?: boolean;
};

function Entry({ runs, difference: { name, values }, show, path = false }: EntryProps) {
  return (
    <li className={classes.entry}>
      <h3 className={classes.name}>{path ? <PathName path={name} /> : nameInWords(name)}</h3>
      <dl>
        {runs.map((id, at) => {
          const value = values[at] ?? null;
          return (
            <div key={id} className={classes.pair}>
              <dt>{id}</dt>
              <dd title={value ?? undefined} data-none={value === null || undefined}>
                {value === null ? "none" : show(value)}
              </dd>
            </div>
          );
        })}
      </dl>
    </li>
  );
}

/** `variables/INTERFACE` is the variable of that name. */
function nameInWords(name: string): ReactNode {
  const slash = name.indexOf("/");
  if (slash < 0) return capital(name);
  const kind = { variables: "Variable", parameters: "Parameter", options: "Option" }[
    name.slice(0, slash)
  ];
  const rest = name.slice(slash + 1);
  if (!kind) return name;
  return (
    <>
      {kind} <code>{rest}</code>
    </>
  );
}
