//! The schema: made once, whoever comes first, and the same on both databases.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use proctor::store::{Db, Dialect, Read, environments};

use crate::world::{Place, World, in_both_places};

/// Tells this test program, started again, which store to open.
const OPENS: &str = "PROCTOR_TEST_OPENS";

#[test]
fn a_fresh_store_has_a_hundred_free_environments() {
    in_both_places(async |place| {
        let db = place.open().await;
        let environments = environments::list(&db).await.unwrap();
        let numbers: Vec<_> = environments.iter().map(|one| one.id.0).collect();
        assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
        assert!(environments.iter().all(|one| one.holder.is_none() && one.queue.is_empty()));
        db.close().await;
    });
}

#[test]
fn a_store_that_is_opened_again_shows_what_was_there() {
    in_both_places(async |place| {
        let before = World::new(place.open().await);
        let run = before.submit(7).await;
        let shown = before.run(run).await;
        before.ctx.db.close().await;
        let after = World::new(place.open().await);
        assert_eq!(after.run(run).await, shown);
        assert_eq!(after.queue(7).await, [run]);
        assert_eq!(after.submit(7).await.0, run.0 + 1);
        after.ctx.db.close().await;
    });
}

#[test]
fn six_processes_may_start_on_an_empty_store_at_once() {
    in_both_places(async |place| {
        let address = match &place {
            Place::Sqlite(file) => file.display().to_string(),
            Place::Postgres(address) => address.clone(),
        };
        let start = |_| {
            let mut again = Command::new(std::env::current_exe().unwrap());
            again.args(["--exact", "migrations::opens_what_it_is_told", "--ignored"]);
            again.env(OPENS, &address).stdout(Stdio::null()).spawn().unwrap()
        };
        let processes: Vec<_> = (0..6).map(start).collect();
        for mut process in processes {
            let ended = tokio::task::spawn_blocking(move || process.wait().unwrap()).await.unwrap();
            assert!(ended.success());
        }
        let db = place.open().await;
        assert_eq!(environments::list(&db).await.unwrap().len(), 100);
        db.close().await;
    });
}

#[tokio::test]
#[ignore = "started by another test as a process of its own"]
async fn opens_what_it_is_told() {
    let address = std::env::var(OPENS).expect("started by another test");
    let place = if address.starts_with("postgres:") {
        Place::Postgres(address)
    } else {
        Place::Sqlite(address.into())
    };
    place.open().await.close().await;
}

#[test]
fn twelve_tasks_may_open_an_empty_store_at_once() {
    in_both_places(async |place| {
        let open = |_| {
            let place = place.clone();
            tokio::spawn(async move { place.open().await.close().await })
        };
        let tasks: Vec<_> = (0..12).map(open).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn both_databases_have_the_same_tables_columns_and_indexes() {
    let schemas = std::sync::Mutex::new(Vec::new());
    in_both_places(async |place| {
        let db = place.open().await;
        let schema = schema(&db).await;
        assert!(schema.len() > 100, "the schema was not found: {schema:?}");
        schemas.lock().unwrap().push(schema);
        db.close().await;
    });
    let schemas = schemas.into_inner().unwrap();
    let only =
        |one: usize, other: usize| schemas[one].difference(&schemas[other]).collect::<Vec<_>>();
    let (sqlite, postgres) = (only(0, 1), only(1, 0));
    assert!(
        sqlite.is_empty() && postgres.is_empty(),
        "only SQLite: {sqlite:#?}, only PostgreSQL: {postgres:#?}"
    );
}

/// One line per column and per index, in words that both databases can say.
async fn schema(db: &Db) -> BTreeSet<String> {
    let (columns, indexes) = match db.dialect() {
        Dialect::Sqlite => (SQLITE_COLUMNS, SQLITE_INDEXES),
        Dialect::Postgres => (POSTGRES_COLUMNS, POSTGRES_INDEXES),
    };
    let mut lines = BTreeSet::new();
    for sql in [columns, indexes] {
        for row in db.rows(sql, vec![]).await.unwrap() {
            let line: String = row.get("line").unwrap();
            lines.insert(line.replace(" blob", " bytea").replace("::text", ""));
        }
    }
    lines
}

// What the dialect's tokens make is left out: types and defaults of {id} and {transaction}, types of {bytes}, tables of {search_index}.
const SQLITE_COLUMNS: &str = "\
    SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'bigint' ELSE lower(c.type) END \
        || CASE c.\"notnull\" WHEN 1 THEN ' not null' ELSE '' END \
        || CASE WHEN c.pk > 0 THEN ' key ' || c.pk ELSE '' END \
        || CASE WHEN c.name <> 'transaction_id' AND c.dflt_value IS NOT NULL THEN ' default ' || c.dflt_value ELSE '' END \
        AS line \
    FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
        AND t.name NOT LIKE 'run\\_search%' ESCAPE '\\'";
const POSTGRES_COLUMNS: &str = "\
    SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type \
        || CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END \
        || coalesce(' key ' || array_position(i.indkey::smallint[], c.ordinal_position::smallint) + 1, '') \
        || CASE WHEN c.column_name <> 'transaction_id' AND c.column_default IS NOT NULL \
            THEN ' default ' || c.column_default ELSE '' END \
        AS line \
    FROM information_schema.columns c \
    LEFT JOIN pg_index i ON i.indrelid = c.table_name::regclass AND i.indisprimary \
    WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%'";
const SQLITE_INDEXES: &str = "\
    SELECT 'index ' || i.name || ' on ' || i.tbl_name || CASE l.\"unique\" WHEN 1 THEN ' unique' ELSE '' END || ' (' \
        || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')' \
        || CASE WHEN i.sql LIKE '% WHERE %' \
            THEN ' where ' || replace(substr(i.sql, instr(i.sql, ' WHERE ') + 7), '''', '') ELSE '' END \
        AS line \
    FROM sqlite_schema i JOIN pragma_index_list(i.tbl_name) l ON l.name = i.name \
    WHERE i.type = 'index' AND i.sql IS NOT NULL AND i.name NOT LIKE 'run\\_search%' ESCAPE '\\'";
const POSTGRES_INDEXES: &str = "\
    SELECT 'index ' || n.relname || ' on ' || t.relname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || ' (' \
        || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k (number, place) \
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number) || ')' \
        || coalesce(' where ' || translate(replace(pg_get_expr(i.indpred, i.indrelid), '::text', ''), '()''', ''), '') \
        AS line \
    FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
    WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary AND t.relname NOT LIKE '\\_sqlx%' \
        AND n.relname <> 'run_search'";
