import { Button } from "@mantine/core";
import { IconFolderPlus, IconUpload } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { useDropzone } from "react-dropzone";
import { parentOf } from "~/catalog/selection";
import { PageHead } from "~/components/page-head/PageHead";
import { useTopic } from "~/live/live";
import { useTitle } from "~/platform/favicon";
import { useShortcuts } from "~/platform/shortcuts";
import { DetailsPane } from "./DetailsPane";
import type { TestsSearch } from "./search";
import classes from "./TestsPage.module.css";
import { TreePane } from "./TreePane";
import { DropHint } from "./upload/DropHint";
import { pathInDrop, useFileDialog } from "./upload/picking";
import { UploadPane } from "./upload/UploadPane";
import { useUpload } from "./upload/useUpload";
import { usePlace } from "./usePlace";

const route = getRouteApi("/tests");

/** The tests root: look at it, put files into it, move and delete them. The whole page takes dropped files. */
export function TestsPage() {
  useTopic("tests");
  useTitle("Tests · Proctor");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: Partial<TestsSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...next }), replace: !("path" in next) }),
    [navigate],
  );
  const choose = useCallback(
    (path: string | undefined) => change({ path, sha256: undefined }),
    [change],
  );
  const place = usePlace(search.path ?? "");
  const upload = useUpload(place.kind === "directory" ? place.path : (parentOf(place.file) ?? ""));
  const { dialog, chooseFiles, chooseFolder } = useFileDialog(upload.add);
  const { getRootProps, getInputProps, isDragActive } = useDropzone({
    noClick: true,
    noKeyboard: true,
    onDropAccepted: (files) => upload.add(files.map((file) => ({ file, path: pathInDrop(file) }))),
  });
  useShortcuts({ u: chooseFiles });

  return (
    <div {...getRootProps({ className: classes.page, role: undefined, tabIndex: undefined })}>
      <input {...getInputProps({ "aria-hidden": true })} />
      {dialog}
      <PageHead
        title="Tests"
        actions={
          <>
            <Button
              leftSection={<IconFolderPlus size={16} stroke={1.75} />}
              className={classes.wide}
              onClick={chooseFolder}
            >
              Upload folder
            </Button>
            <Button leftSection={<IconUpload size={16} stroke={1.75} />} onClick={chooseFiles}>
              Upload files
            </Button>
          </>
        }
      />
      <div className={classes.body} data-detail={upload.active || search.path ? true : undefined}>
        <TreePane
          path={search.path ?? ""}
          text={search.q ?? ""}
          onText={(q) => change({ q: q || undefined })}
          onChoose={choose}
        />
        <section className={classes.details} aria-label="Details">
          {upload.active ? (
            <UploadPane upload={upload} onMore={chooseFiles} onShow={choose} />
          ) : (
            <DetailsPane
              place={place}
              version={search.sha256 ?? null}
              onChoose={choose}
              onVersion={(sha256) => change({ sha256: sha256 ?? undefined })}
              dropHint={<DropHint onFiles={chooseFiles} onFolder={chooseFolder} />}
            />
          )}
        </section>
      </div>
      {isDragActive && (
        <div className={classes.drop} role="status">
          Drop to look at the files before anything is stored
        </div>
      )}
    </div>
  );
}
