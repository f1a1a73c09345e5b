//! The record of changes below the tests root.

use std::collections::BTreeSet;

use proctor::actions;
use proctor::domain::{Event, FileChange, FileChangeKind, Millis, TestsChange};
use proctor::store::events::{self, Cursor};
use proctor::store::files;

use crate::world::on_both;

fn change(path: &str, kind: FileChangeKind) -> FileChange {
    FileChange {
        kind,
        path: path.to_owned(),
        sha256: Some("a".repeat(64)),
        size: Some(12),
        replaced_sha256: (kind == FileChangeKind::Replaced).then(|| "b".repeat(64)),
        moved_from: (kind == FileChangeKind::Moved).then(|| "old/ü.py".to_owned()),
        changed_by: Some("ann".to_owned()),
        changed_at: Millis(7),
    }
}

#[test]
fn a_record_is_read_as_it_was_written_newest_first() {
    on_both(async |world| {
        let kinds = [
            FileChangeKind::Uploaded,
            FileChangeKind::Replaced,
            FileChangeKind::Moved,
            FileChangeKind::Deleted,
        ];
        let mut written: Vec<_> = kinds.iter().map(|kind| change("new/ü.py", *kind)).collect();
        written[3] =
            FileChange { sha256: None, size: None, changed_by: None, ..written[3].clone() };
        // More than one statement takes.
        written
            .extend((0..130).map(|n| change(&format!("other_{n}.py"), FileChangeKind::Uploaded)));
        let seen =
            BTreeSet::from([TestsChange::In("new".into()), TestsChange::Below("old".into())]);
        actions::record_file_changes(&world.ctx, &written, &seen).await.unwrap();

        let db = &world.ctx.db;
        let found = files::history(db, Some("new/ü.py"), None, 10).await.unwrap();
        let lines: Vec<_> = found.iter().rev().map(|(_, change)| change.clone()).collect();
        assert_eq!(lines, written[..4]);
        let page = files::history(db, Some("new/ü.py"), Some(found[1].0), 1).await.unwrap();
        assert_eq!(page, found[2..3]);
        let moved = files::history(db, Some("old/ü.py"), None, 10).await.unwrap();
        assert_eq!(moved, found[1..2]);
        assert_eq!(files::history(db, Some("other_129.py"), None, 10).await.unwrap().len(), 1);

        let newest = files::history(db, None, None, 2).await.unwrap();
        assert_eq!(
            newest.iter().map(|(_, one)| one).collect::<Vec<_>>(),
            [&written[133], &written[132]]
        );

        assert!(files::had_content(db, "new/ü.py", &"b".repeat(64)).await.unwrap());
        assert!(files::had_content(db, "old/ü.py", &"a".repeat(64)).await.unwrap());
        assert!(!files::had_content(db, "other_1.py", &"b".repeat(64)).await.unwrap());

        let told = events::after(db, Cursor::default(), 10).await.unwrap().items;
        assert_eq!(told, seen.into_iter().map(Event::Tests).collect::<Vec<_>>());
    });
}

#[test]
fn very_many_changes_are_told_as_one() {
    on_both(async |world| {
        let seen: BTreeSet<_> = (0..500).map(|n| TestsChange::In(format!("d{n}"))).collect();
        actions::tell_tests_changed(&world.ctx, &seen).await.unwrap();
        let told = events::after(&world.ctx.db, Cursor::default(), 10).await.unwrap().items;
        assert_eq!(told, [Event::Tests(TestsChange::everything())]);
    });
}
