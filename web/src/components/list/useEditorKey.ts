import { useState } from "react";

/**
 * A key for the editor of what is open: another one for another thing, and the same one when that thing is saved under a
 * name that it did not have. What the editor had open and where it was stays then.
 */
export function useEditorKey(open: string) {
  const [editor, setEditor] = useState({ of: open, key: 0 });
  const [saved, setSaved] = useState<string | null>(null);
  const same = editor.of === open || saved === open;
  const key = same ? editor.key : editor.key + 1;
  if (editor.of !== open) {
    setEditor({ of: open, key });
    setSaved(null);
  }
  return { key, onSavedAs: setSaved };
}
