import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconDots,
  IconLock,
  IconLockOpen,
  IconPencil,
  IconTool,
  IconTrash,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { changeEnvironment, deleteEnvironment, releaseEnvironment } from "~/api/environments";
import { keys } from "~/api/queries";
import type { Environment } from "~/api/types";
import { AskDelete } from "~/components/dialog/DeleteButton";
import { Failure } from "~/components/failure/Failure";
import { EditDialog } from "./EditDialog";
import classes from "./Inspector.module.css";
import { MaintenanceDialog } from "./MaintenanceDialog";
import { ReserveDialog } from "./ReserveDialog";
import { useChange } from "./useChange";

type Props = { environment: Environment; labels: readonly string[]; onGone: () => void };

const icon = { size: 16, stroke: 1.75 };

/** What can be done with an environment. */
export function Actions({ environment, labels, onGone }: Props) {
  const { id, name, maintenance, reservation } = environment;
  const [dialog, setDialog] = useState<"reserve" | "maintenance" | "edit" | "delete" | null>(null);
  const { busy, problem, run } = useChange();
  const cache = useQueryClient();
  const menu = useRef<HTMLButtonElement>(null);
  // The entry of the menu that opened a dialog is gone when the dialog closes.
  const close = () => {
    if (dialog !== "reserve" || reservation) menu.current?.focus();
    setDialog(null);
  };
  return (
    <>
      <div className={classes.actions}>
        <Button
          renderRoot={(props) => (
            <Link to="/runs/new" search={{ environment: String(id) }} {...props} />
          )}
          variant="filled"
          className={classes.runHere}
        >
          Run here
        </Button>
        {reservation ? (
          <Button
            leftSection={<IconLockOpen {...icon} />}
            loading={busy}
            onClick={() => void run(() => releaseEnvironment(id))}
          >
            Release
          </Button>
        ) : (
          <Button leftSection={<IconLock {...icon} />} onClick={() => setDialog("reserve")}>
            Reserve
          </Button>
        )}
        <Menu>
          <Menu.Target>
            <ActionIcon ref={menu} variant="default" aria-label={`More for environment ${id}`}>
              <IconDots {...icon} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {reservation && (
              <Menu.Item leftSection={<IconLock {...icon} />} onClick={() => setDialog("reserve")}>
                Change reservation
              </Menu.Item>
            )}
            {maintenance === null ? (
              <Menu.Item
                leftSection={<IconTool {...icon} />}
                onClick={() => setDialog("maintenance")}
              >
                Start maintenance
              </Menu.Item>
            ) : (
              <Menu.Item
                leftSection={<IconTool {...icon} />}
                onClick={() => void run(() => changeEnvironment(id, { state: "enabled" }))}
              >
                End maintenance
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => setDialog("edit")}>
              Edit
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              data-danger
              leftSection={<IconTrash {...icon} />}
              onClick={() => setDialog("delete")}
            >
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {problem && <Failure error={problem} compact />}
      <ReserveDialog environment={environment} opened={dialog === "reserve"} onClose={close} />
      <MaintenanceDialog
        environment={environment}
        opened={dialog === "maintenance"}
        onClose={close}
      />
      <EditDialog
        environment={environment}
        labels={labels}
        opened={dialog === "edit"}
        onClose={close}
        onSaved={() => {}}
      />
      <AskDelete
        word="Delete environment"
        question="Delete this environment?"
        opened={dialog === "delete"}
        onClose={close}
        onDelete={async () => {
          await deleteEnvironment(id);
          await cache.invalidateQueries({ queryKey: keys.environments });
          onGone();
        }}
      >
        {id} {name}. Its runs stay; its variables are gone.
      </AskDelete>
    </>
  );
}
