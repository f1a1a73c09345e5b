import { useRef } from "react";
import type { Environment } from "~/api/types";
import { stateInWords } from "~/model/environments";
import classes from "./EnvironmentPicker.module.css";

type Props = {
  environments: readonly Environment[];
  value: number | null;
  onChange: (id: number) => void;
};

const COLUMNS = 10;

/** All environments at their places. Arrow keys move, and choose. */
export function EnvironmentGrid({ environments, value, onChange }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const start = environments.some(({ id }) => id === value) ? value : environments[0]?.id;
  const move = (from: number, by: number) => {
    const index = environments.findIndex(({ id }) => id === from) + by;
    const next = environments[index];
    if (!next) return;
    onChange(next.id);
    grid.current?.querySelector<HTMLElement>(`[data-environment="${next.id}"]`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent, id: number) => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: COLUMNS,
      ArrowUp: -COLUMNS,
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(id, step);
  };
  return (
    <div ref={grid} role="radiogroup" aria-label="Environments" className={classes.grid}>
      {environments.map((environment) => {
        const { id, name, state, queue } = environment;
        const words = `${id} ${name}, ${stateInWords(environment)}`;
        return (
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={id === value}
            aria-label={words}
            title={words}
            tabIndex={id === start ? 0 : -1}
            className={classes.tile}
            data-environment={id}
            data-state={state}
            onClick={() => onChange(id)}
            onKeyDown={(event) => onKeyDown(event, id)}
          >
            {id}
            {queue.length > 0 && <span className={classes.queue}>{queue.length}</span>}
          </button>
        );
      })}
    </div>
  );
}
