//! Contents by hash, wherever they are kept: in a data directory, in the database, in a folder, in an S3 server.

mod names;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use proctor::actions::{self, Sweep};
use proctor::catalog::{Blobs, ContentHash};
use proctor::config::BlobStore;
use proctor::depot::{Content, Depot, DepotError, Objects};
use proctor::domain::Millis;
use proctor::store::objects;

use crate::s3::{Mode, S3};
use crate::world::{World, on_postgres};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Quick to give up, and with the smallest parts.
const SETTINGS: BlobStore = BlobStore {
    connect_s: 5,
    timeout_s: 2,
    retry_s: 1,
    wait_s: 1,
    part_bytes: 5 << 20,
    parallel: 4,
};

/// Where contents are in one case.
struct Place {
    world: World,
    home: tempfile::TempDir,
    objects: Option<Objects>,
}

impl Place {
    fn in_database(world: &World) -> Self {
        Self { world: world.clone(), home: tempfile::tempdir().unwrap(), objects: None }
    }

    fn in_folder(world: &World) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("objects")).unwrap();
        let place = home.path().join("objects");
        let objects = Objects::connect(place.to_str().unwrap(), SETTINGS, &[]).unwrap();
        Self { world: world.clone(), home, objects: Some(objects) }
    }

    fn in_s3(world: &World, s3: &S3) -> Self {
        let objects = Objects::connect(&s3.place(), SETTINGS, &variables(s3)).unwrap();
        let home = tempfile::tempdir().unwrap();
        Self { world: world.clone(), home, objects: Some(objects) }
    }

    fn depot(&self) -> Depot {
        Depot::of(&self.world.ctx, self.objects.as_ref()).unwrap()
    }

    /// What a host with this data directory has.
    fn host(&self, name: &str) -> Blobs {
        Blobs::shared(&self.home.path().join(name), Some(self.depot()))
    }

    fn write(&self, text: &[u8]) -> Content<PathBuf> {
        let sha256 = ContentHash::of(text).to_string();
        let file = self.home.path().join(&sha256);
        fs::write(&file, text).unwrap();
        Content { sha256, file }
    }

    async fn keep(&self, contents: &[Content<PathBuf>]) -> io::Result<()> {
        let (depot, contents) = (self.depot(), contents.to_vec());
        blocking(move || depot.keep(&contents)).await
    }

    async fn has(&self, sha256: &str) -> bool {
        let (depot, sha256) = (self.depot(), sha256.to_owned());
        blocking(move || depot.has(&sha256)).await.unwrap()
    }

    async fn read(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        let (depot, sha256) = (self.depot(), sha256.to_owned());
        blocking(move || {
            let Some(mut content) = depot.open(&sha256)? else { return Ok(None) };
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        })
        .await
    }

    /// The name under which a content is in the object store.
    async fn name(&self, sha256: &str) -> String {
        let found = objects::find(&self.world.ctx.db, &[sha256.to_owned()]).await.unwrap();
        found[0].name.clone()
    }

    /// Marks a content as leaving, or removes what leaves.
    async fn sweep(&self, sweep: Sweep) {
        let now = self.world.ctx.clock.now();
        actions::sweep_blobs(&self.world.ctx, &sweep, Millis(now.0 - 2 * HOUR_MS)).await.unwrap();
    }

    async fn clear_loose(&self) -> io::Result<()> {
        let (depot, now) = (self.depot(), self.world.ctx.clock.now());
        blocking(move || depot.clear_loose(Millis(now.0 - 2 * HOUR_MS))).await
    }

    async fn loose(&self) -> i64 {
        self.world.number("SELECT COUNT(*) AS n FROM loose_objects").await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn words(error: io::Error) -> String {
    assert!(DepotError::within(&error).is_some(), "{error:?}");
    error.to_string()
}

/// More than a part of the object store, of the database, of what is read at a time, of what is small; and nothing at all.
fn contents() -> Vec<Vec<u8>> {
    let mut contents: Vec<Vec<u8>> = [0, 1, 64 * 1024, 64 * 1024 + 1, 1 << 20, (1 << 20) + 1]
        .into_iter()
        .chain([(2 << 20) + 1, (5 << 20) - 1, 5 << 20, (11 << 20) + 7])
        .map(|length: usize| (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect())
        .collect();
    contents.extend((0..100).map(|number: u32| number.to_string().into_bytes()));
    contents
}

/// What holds of contents wherever they are: `two` is another host, or the same one.
fn keeps_what_it_is_given(one: &Blobs, two: &Blobs) {
    let mut spool = one.spool().unwrap();
    let contents = contents();
    let mut kept = Vec::new();
    for content in &contents {
        let mut arriving = spool.create().unwrap();
        arriving.write_all(content).unwrap();
        kept.push(arriving.finish());
    }
    one.keep(&spool, kept.iter()).unwrap();
    one.keep(&spool, kept.iter()).unwrap();
    for (content, kept) in contents.iter().zip(&kept) {
        assert!(two.stays(&kept.sha256).unwrap());
        let read = two.read(&kept.sha256, 100 << 20).unwrap();
        assert!(read.as_ref() == Some(content), "{} bytes", content.len());
    }
    let none = ContentHash::of(b"nobody has this");
    assert!(!two.stays(&none).unwrap());
    assert_eq!(two.read(&none, 100).unwrap(), None);
}

#[test]
fn what_a_host_keeps_in_its_data_directory_it_has() {
    let alone = tempfile::tempdir().unwrap();
    keeps_what_it_is_given(&Blobs::of(alone.path()), &Blobs::of(alone.path()));
}

#[test]
fn what_one_host_keeps_in_the_database_another_one_has() {
    on_postgres(async |world| Place::in_database(&world).shares().await);
}

#[test]
fn what_one_host_keeps_in_a_folder_another_one_has() {
    on_postgres(async |world| Place::in_folder(&world).shares().await);
}

#[test]
fn what_one_host_keeps_in_an_s3_server_another_one_has() {
    let s3 = S3::start();
    on_postgres(async |world| Place::in_s3(&world, &s3).shares().await);
}

#[test]
fn behind_https_an_s3_server_is_believed_as_far_as_the_operator_believes_its_authority() {
    let s3 = S3::behind_https();
    on_postgres(async |world| {
        let mut place = Place::in_s3(&world, &s3);
        place.shares().await;
        let mut variables = variables(&s3);
        variables.retain(|(name, _)| name != "AWS_CA_BUNDLE");
        place.objects = Some(Objects::connect(&s3.place(), SETTINGS, &variables).unwrap());
        let content = place.write(b"anything");
        let told = words(place.keep(&[content]).await.unwrap_err());
        assert!(told.contains(&s3.place()) && told.contains("certificate"), "{told}");
    });
}

fn variables(s3: &S3) -> Vec<(String, String)> {
    s3.variables().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Place {
    async fn shares(&self) {
        let (one, two) = (self.host("one"), self.host("two"));
        blocking(move || keeps_what_it_is_given(&one, &two)).await;
        let rows = self.world.number("SELECT COUNT(*) AS n FROM kept_objects").await;
        let all = i64::try_from(contents().len()).unwrap();
        assert_eq!(rows, if self.objects.is_some() { all } else { 0 });
        assert_eq!(self.loose().await, 0, "once each");
    }
}

#[test]
fn a_content_that_is_not_as_it_was_is_told_with_its_hash_and_its_place() {
    let s3 = S3::start();
    on_postgres(async |world| {
        for place in [Place::in_folder(&world), Place::in_s3(&world, &s3)] {
            world.execute("DELETE FROM kept_objects", vec![]).await;
            world.execute("DELETE FROM object_store", vec![]).await;
            let folder = place.home.path().join("objects");
            let replace = |name: &str, bytes: Option<&[u8]>| match bytes {
                Some(bytes) if folder.exists() => fs::write(folder.join(name), bytes).unwrap(),
                None if folder.exists() => fs::remove_file(folder.join(name)).unwrap(),
                Some(bytes) => s3.replace(name, bytes),
                None => s3.remove(name),
            };
            let large = vec![b'x'; 3 << 20];
            for (number, text) in [b"small".to_vec(), large].into_iter().enumerate() {
                let content = place.write(&text);
                place.keep(std::slice::from_ref(&content)).await.unwrap();
                let name = place.name(&content.sha256).await;
                let where_it_is = place.objects.as_ref().unwrap().place().to_owned();
                let mut other = text.clone();
                *other.last_mut().unwrap() = b'y';
                let shorter = text.len() - 1;
                for (bytes, what) in [
                    (Some(&other[..]), "its bytes are those of"),
                    (Some(&text[..shorter]), "instead of"),
                    (Some(&b""[..]), "instead of"),
                    (None, "any more"),
                ] {
                    replace(&name, bytes);
                    let words = words(place.read(&content.sha256).await.unwrap_err());
                    assert!(words.contains(what), "{number}: {words}");
                    assert!(words.contains(&content.sha256), "{words}");
                    assert!(words.contains(&where_it_is), "{words}");
                    let host = place.host(&format!("{number} {what}"));
                    let hash = ContentHash::parse(&content.sha256).unwrap();
                    let read = blocking(move || host.read(&hash, 100 << 20)).await;
                    assert!(read.is_err(), "nothing of it is kept elsewhere");
                }
            }
        }
    });
}

#[test]
fn a_store_that_is_away_or_refuses_says_so_and_nothing_is_half_done() {
    let s3 = S3::start();
    on_postgres(async |world| {
        let place = Place::in_s3(&world, &s3);
        let before = place.write(b"before");
        place.keep(std::slice::from_ref(&before)).await.unwrap();
        let content = place.write(b"meanwhile");
        for (mode, what) in [
            (Mode::Closed, "does not answer"),
            (Mode::Status(500), "does not answer"),
            (Mode::Status(503), "does not answer"),
            (Mode::Silent, "does not answer"),
            (Mode::Status(403), "refuses this server"),
        ] {
            s3.become_(mode);
            let error = place.keep(std::slice::from_ref(&content)).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NetworkDown, "{mode:?}");
            let told = words(error);
            assert!(told.contains(what) && told.contains(&s3.place()), "{mode:?}: {told}");
            assert!(!place.has(&content.sha256).await);
            assert!(place.has(&before.sha256).await, "what is kept is known without it");
            let told = words(place.read(&before.sha256).await.unwrap_err());
            assert!(told.contains(what), "{mode:?}: {told}");
        }
        s3.become_(Mode::Open);
        place.keep(std::slice::from_ref(&content)).await.unwrap();
        assert_eq!(place.read(&content.sha256).await.unwrap().as_deref(), Some(&b"meanwhile"[..]));
        // What was begun may lie in the store: it goes.
        assert!(place.loose().await > 0);
        world.ctx.clock.advance(3 * HOUR_MS);
        place.clear_loose().await.unwrap();
        assert_eq!(place.loose().await, 0);
        assert!(place.read(&content.sha256).await.unwrap().is_some());
    });
}

#[test]
fn credentials_that_the_store_does_not_know_are_refused_in_words() {
    let s3 = S3::that_refuses();
    on_postgres(async |world| {
        let place = Place::in_s3(&world, &s3);
        let content = place.write(b"anything");
        let told = words(place.keep(&[content]).await.unwrap_err());
        assert!(told.contains("refuses this server") && told.contains("credentials"), "{told}");
    });
}

#[test]
fn a_bucket_that_is_not_there_is_named() {
    let s3 = S3::start();
    on_postgres(async |world| {
        let mut place = Place::in_s3(&world, &s3);
        place.objects = Some(Objects::connect("s3://none", SETTINGS, &variables(&s3)).unwrap());
        let content = place.write(b"anything");
        let told = words(place.keep(&[content]).await.unwrap_err());
        assert!(told.contains("there is no bucket or folder s3://none"), "{told}");
    });
}

#[test]
fn what_was_kept_in_the_database_before_is_found_and_not_kept_twice() {
    on_postgres(async |world| {
        let (before, now) = (Place::in_database(&world), Place::in_folder(&world));
        let old = before.write(b"old");
        before.keep(std::slice::from_ref(&old)).await.unwrap();
        assert!(now.has(&old.sha256).await);
        assert_eq!(now.read(&old.sha256).await.unwrap().as_deref(), Some(&b"old"[..]));
        now.keep(std::slice::from_ref(&old)).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM kept_objects").await, 0);

        let new = now.write(b"new");
        now.keep(std::slice::from_ref(&new)).await.unwrap();
        let host = now.host("another");
        let hashes = [&old, &new].map(|one| ContentHash::parse(&one.sha256).unwrap());
        for hash in hashes {
            let host = host.clone();
            assert!(blocking(move || host.read(&hash, 9)).await.unwrap().is_some());
        }
        // A server that was not told of the store.
        let told = words(before.read(&new.sha256).await.unwrap_err());
        assert!(told.contains(&new.sha256) && told.contains("--blobs"), "{told}");
    });
}

#[test]
fn the_store_of_another_installation_is_not_written_to() {
    on_postgres(async |world| {
        let place = Place::in_folder(&world);
        let content = place.write(b"one");
        place.keep(std::slice::from_ref(&content)).await.unwrap();
        let mark = place.home.path().join("objects/proctor-installation");
        let ours = fs::read(&mark).unwrap();
        let more = place.write(b"two");
        fs::write(&mark, "another").unwrap();
        let told = words(place.keep(std::slice::from_ref(&more)).await.unwrap_err());
        assert!(told.contains("another one uses it"), "{told}");
        // As when a disk is not mounted.
        fs::remove_file(&mark).unwrap();
        let told = words(place.keep(std::slice::from_ref(&more)).await.unwrap_err());
        assert!(told.contains("its mark is not there"), "{told}");
        assert!(!place.has(&more.sha256).await);
        fs::write(&mark, ours).unwrap();
        place.keep(&[more]).await.unwrap();
    });
}

#[test]
fn figures_tell_what_was_asked_of_the_store_and_what_failed() {
    let s3 = S3::start();
    on_postgres(async |world| {
        let place = Place::in_s3(&world, &s3);
        let content = place.write(b"one");
        place.keep(std::slice::from_ref(&content)).await.unwrap();
        place.read(&content.sha256).await.unwrap().unwrap();
        let objects = place.objects.clone().unwrap();
        let told = objects.all_figures();
        assert!(told.count >= 4 && told.errors == 0 && told.duration > Duration::ZERO, "{told:?}");
        s3.become_(Mode::Status(500));
        place.read(&content.sha256).await.unwrap_err();
        assert!(objects.all_figures().errors > 0);
    });
}
