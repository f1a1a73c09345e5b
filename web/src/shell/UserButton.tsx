import { Button, Popover, TextInput } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { useState } from "react";
import { useLimits } from "~/api/settings";
import classes from "./Shell.module.css";
import { useUser } from "./useUser";

/** Who is here: the name new runs are asked for in. A click changes it. */
export function UserButton() {
  const [user, setUser] = useUser();
  const limits = useLimits();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(user);
  const save = () => {
    setUser(name.trim());
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="top-end" trapFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={classes.user}
          aria-label={user ? `You are ${user}. Change your name` : "Say who you are"}
          onClick={() => {
            setName(user);
            setOpen(!open);
          }}
        >
          <IconUser size={16} stroke={1.75} aria-hidden />
          <span className={classes.userName}>{user || "Your name"}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={classes.userForm}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            label="Your user name"
            description="New runs are asked for in this name. Kept in this browser."
            value={name}
            maxLength={limits?.requester_characters}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Button type="submit" variant="filled">
            Remember
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
