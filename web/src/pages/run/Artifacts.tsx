import { useQuery } from "@tanstack/react-query";
import { artifactsQuery } from "~/api/queries";
import type { RunDetail } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { count, formatBytes } from "~/model/words";
import classes from "./RunInfo.module.css";

/** The files that the tests of the run left, to open or to save. */
export function Artifacts({ run }: { run: RunDetail }) {
  const { data } = useQuery(artifactsQuery(run.id, run.state));
  if (!data || data.items.length === 0) return null;
  return (
    <section className={classes.block} aria-label="Artifacts">
      <div className={classes.blockHead}>
        <h2>Artifacts</h2>
        <span className={classes.quiet}>{count(data.items.length, "file")}</span>
      </div>
      <ul className={classes.paths}>
        {data.items.map(({ name, size }) => (
          <li key={name} className={classes.source}>
            <a
              href={`/api/v1/runs/${run.id}/artifacts/${name.split("/").map(encodeURIComponent).join("/")}`}
              target="_blank"
              rel="noreferrer"
            >
              <PathName path={name} />
            </a>
            <span className={classes.quiet}>{formatBytes(size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
