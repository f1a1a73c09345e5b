//! A content has a name in the store for as long as something names it, and one name only.

use super::*;

#[test]
fn a_content_that_nothing_names_goes_from_the_store_too_unless_it_is_kept_again() {
    let s3 = S3::start();
    on_postgres(async |world| {
        let place = Place::in_s3(&world, &s3);
        let contents = [place.write(b"gone"), place.write(b"named again"), place.write(b"twice")];
        let hashes: Vec<_> = contents.iter().map(|one| one.sha256.clone()).collect();
        place.keep(&contents).await.unwrap();
        let first = [place.name(&hashes[0]).await, place.name(&hashes[2]).await];
        place.sweep(Sweep { unnamed: hashes.clone(), ..Sweep::default() }).await;
        for sha256 in &hashes {
            assert!(!place.has(sha256).await, "whoever is about to name it keeps it anew");
            assert!(place.read(sha256).await.unwrap().is_some(), "still");
        }
        place.keep(&contents[1..2]).await.unwrap();
        assert_eq!(place.loose().await, 0, "it was there");
        world.ctx.clock.advance(3 * HOUR_MS);
        place.sweep(Sweep { removed: hashes.clone(), ..Sweep::default() }).await;
        assert!(place.has(&hashes[1]).await && !place.has(&hashes[0]).await);

        // Kept again while what it was is on its way out: that must not hit what it is now.
        place.keep(&contents[2..]).await.unwrap();
        assert_ne!(place.name(&hashes[2]).await, first[1]);
        place.clear_loose().await.unwrap();
        assert!(s3.has(&first[0]) && s3.has(&first[1]), "whoever has just found it can read it");
        world.ctx.clock.advance(3 * HOUR_MS);
        place.clear_loose().await.unwrap();
        assert!(!s3.has(&first[0]) && !s3.has(&first[1]));
        assert_eq!(place.read(&hashes[0]).await.unwrap(), None);
        for sha256 in &hashes[1..] {
            assert!(place.has(sha256).await && place.read(sha256).await.unwrap().is_some());
        }
    });
}

#[test]
fn what_took_so_long_that_it_is_being_removed_does_not_count_as_kept() {
    on_postgres(async |world| {
        let name = "ab/one".to_owned();
        actions::announce_objects(&world.ctx, std::slice::from_ref(&name)).await.unwrap();
        let now = world.ctx.clock.now();
        let taken = actions::take_loose_objects(&world.ctx, now, 10).await.unwrap();
        assert_eq!(taken, std::slice::from_ref(&name));
        let object = objects::Object { sha256: "a".repeat(64), name: name.clone(), bytes: 1 };
        let bound = actions::bind_objects(&world.ctx, std::slice::from_ref(&object)).await;
        assert!(matches!(bound, Err(actions::BindError::TooLate)), "{bound:?}");
        assert_eq!(objects::find(&world.ctx.db, &["a".repeat(64)]).await.unwrap(), []);
        actions::forget_objects(&world.ctx, &taken).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM loose_objects").await, 0);
    });
}

#[test]
fn two_hosts_that_keep_the_same_at_once_have_it_once() {
    on_postgres(async |world| {
        let place = Place::in_folder(&world);
        let contents: Vec<_> = (0..100).map(|n: u32| place.write(&n.to_le_bytes())).collect();
        let keeping =
            [contents.clone(), contents.iter().rev().cloned().collect()].map(|contents| {
                let depot = place.depot();
                tokio::task::spawn_blocking(move || depot.keep(&contents))
            });
        for kept in keeping {
            kept.await.unwrap().unwrap();
        }
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM kept_objects").await, 100);
        world.ctx.clock.advance(3 * HOUR_MS);
        place.clear_loose().await.unwrap();
        assert_eq!(place.loose().await, 0);
        let files = files_below(&place.home.path().join("objects"));
        assert_eq!(files, 101, "one each, and the mark");
        for content in contents {
            assert!(place.read(&content.sha256).await.unwrap().is_some());
        }
    });
}

fn files_below(directory: &Path) -> usize {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}
