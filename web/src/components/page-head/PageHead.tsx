import { ActionIcon } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Connection } from "~/components/connection/Connection";
import { Logo } from "~/shell/Logo";
import { openPalette } from "~/shell/spotlight";
import classes from "./PageHead.module.css";

type Props = {
  title: string;
  note?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
};

/** The line at the top of a page; on a phone with the mark, the connection and the search. */
export function PageHead({ title, note, children, actions }: Props) {
  return (
    <header className={classes.head}>
      <Link to="/runs" className={classes.logo} aria-label="Proctor, all runs">
        <Logo />
      </Link>
      <h1 className={classes.title}>{title}</h1>
      {note && <span className={classes.note}>{note}</span>}
      <span className={classes.phone}>
        <Connection note={false} />
      </span>
      {children && <div className={classes.middle}>{children}</div>}
      <div className={classes.actions}>
        {actions}
        <span className={classes.phone}>
          <ActionIcon size={36} aria-label="Search and commands" onClick={openPalette}>
            <IconSearch size={20} stroke={1.75} />
          </ActionIcon>
        </span>
      </div>
    </header>
  );
}
