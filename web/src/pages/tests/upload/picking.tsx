import { useCallback, useRef } from "react";

export type Pick = { file: File; path: string };

/** Where a dropped file was in the folder that was dropped; its name, when it came alone. */
export function pathInDrop(file: File & { path?: string }): string {
  return (file.path || file.webkitRelativePath || file.name).replace(/^(?:\.?\/)+/, "");
}

/** The browser's own dialogs for files and for a folder. */
export function useFileDialog(onPick: (picked: Pick[]) => void) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (event: React.ChangeEvent<HTMLInputElement>) => {
    const picked = [...(event.currentTarget.files ?? [])].map((file) => ({
      file,
      path: file.webkitRelativePath || file.name,
    }));
    // The same file can be chosen again after it was changed.
    event.currentTarget.value = "";
    if (picked.length > 0) onPick(picked);
  };
  const common = { type: "file", multiple: true, hidden: true, onChange: take } as const;
  return {
    dialog: (
      <>
        <input ref={files} {...common} aria-label="Files to upload" />
        <input
          ref={folder}
          {...common}
          aria-label="Folder to upload"
          {...{ webkitdirectory: "" }}
        />
      </>
    ),
    chooseFiles: useCallback(() => files.current?.click(), []),
    chooseFolder: useCallback(() => folder.current?.click(), []),
  };
}
