import { Modal } from "@mantine/core";
import { Key } from "~/components/key/Key";
import { PAGES } from "./pages";
import classes from "./Shell.module.css";

const GROUPS: { title: string; keys: { keys: string[]; what: string }[] }[] = [
  {
    title: "Everywhere",
    keys: [
      { keys: ["mod", "K"], what: "Search and commands" },
      { keys: ["c"], what: "New run" },
      ...PAGES.map(({ key, name }) => ({ keys: ["g", key], what: name })),
      { keys: ["/"], what: "Search on this page" },
      { keys: ["?"], what: "These shortcuts" },
    ],
  },
  {
    title: "Runs",
    keys: [
      { keys: ["j"], what: "Next run" },
      { keys: ["k"], what: "Run before" },
      { keys: ["enter"], what: "Open the run" },
      { keys: ["x"], what: "Select the run" },
      { keys: ["esc"], what: "Select none" },
    ],
  },
  {
    title: "New run",
    keys: [
      { keys: ["mod", "enter"], what: "Queue the run" },
      { keys: ["↑", "↓", "←", "→"], what: "Move in the tree" },
      { keys: ["space"], what: "Select in the tree" },
    ],
  },
  {
    title: "Tests",
    keys: [
      { keys: ["u"], what: "Upload files" },
      { keys: ["↑", "↓", "←", "→"], what: "Move in the tree" },
    ],
  },
  {
    title: "Environments",
    keys: [
      { keys: ["↑", "↓", "←", "→"], what: "Move on the board" },
      { keys: ["enter"], what: "Open the environment" },
      { keys: ["esc"], what: "Close it, leave the wall" },
    ],
  },
  {
    title: "Templates, plans",
    keys: [
      { keys: ["↑", "↓"], what: "Move in the list" },
      { keys: ["enter"], what: "Open" },
      { keys: ["mod", "enter"], what: "Save" },
    ],
  },
  {
    title: "Run",
    keys: [
      { keys: ["j"], what: "Next test" },
      { keys: ["k"], what: "Test before" },
      { keys: ["n"], what: "Next error in the log" },
      { keys: ["p"], what: "Error before" },
      { keys: ["f"], what: "Follow the log" },
    ],
  },
];

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="lg">
      <div className={classes.help}>
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className={classes.helpTitle}>{title}</h3>
            <dl className={classes.helpList}>
              {keys.map(({ keys: names, what }) => (
                <div key={what + names.join("")} className={classes.helpRow}>
                  <dt>
                    {names.map((name) => (
                      <Key key={name} name={name} />
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
